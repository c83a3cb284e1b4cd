/** A thread that searches its part of the mini model. */
import { serve } from '../../impl/engine/index.ts';
import { mini, type Size } from './mini.ts';

serve(({ tdis, pages, bug, isJudged }: Size) => {
  const { engine, plan, judges } = mini(tdis, pages, bug);
  return { engine, options: { plan, ...(isJudged ? { judges } : {}) } };
});
