/** A thread that searches its part of a system of switches. */
import { serve } from './crew.ts';
import { PLAN, switches } from './switches.fixture.ts';

serve(({ left, right }: { readonly left: number; readonly right: number }) => ({
  engine: switches(left, right),
  options: { plan: PLAN },
}));
