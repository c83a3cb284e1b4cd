/** A thread that searches its part of what a preset can reach. */
import { serve } from '../../impl/engine/index.ts';
import { prepared, type Task } from './prepared.ts';

serve((task: Task) => {
  const { engine, judge, search } = prepared(task);
  return { engine, options: search, summary: () => judge.seen };
});
