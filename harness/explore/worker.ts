/** A thread that searches its part of what a preset can reach. */
import { serve } from '../../impl/engine/index.ts';
import { prepared, type Task } from './prepared.ts';

serve((task: Task) => {
  const { engine, judge } = prepared(task);
  return { engine, options: { plan: task.plan, judges: judge }, summary: () => judge.seen };
});
