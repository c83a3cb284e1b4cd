/** A thread that searches its part of what a preset can reach. */
import { serve } from '../../impl/engine/index.ts';
import { checkpointed } from './checkpoint.ts';
import { type Order, prepared } from './prepared.ts';

serve((order: Order, part: number) => {
  const { engine, judge, search } = prepared(order.task);
  const { options } = checkpointed(order, part, engine, judge);
  return { engine, options: { ...search, ...options }, summary: () => judge.seen };
});
