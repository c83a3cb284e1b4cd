import type { AttemptArgs } from '../../../model/step.ts';
import type { StackOutcome } from '../outcome.ts';
import type { StackWorld } from '../world.ts';

/** How the attempts of rules are carried out by bytes, by rule id. */
export type Operations = Readonly<
  Record<string, (w: StackWorld, args: AttemptArgs) => StackOutcome>
>;
