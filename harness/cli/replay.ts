import { replayJson } from '../report/replay-json.ts';
import { replayText } from '../report/replay-text.ts';
import type { SubjectName } from '../subject.ts';
import { loadTrace } from './load-trace.ts';
import { replayResult } from './replay-result.ts';
import type { Terminal } from './terminal.ts';

export interface ReplayOptions {
  readonly backend?: string;
  readonly subject?: SubjectName;
  readonly mutant?: string;
  readonly format: 'pretty' | 'json';
}

/** `replay`: runs a stored trace again; gives the exit code of what it comes to now. */
export async function replayCommand(
  file: string,
  o: ReplayOptions,
  terminal: Terminal,
): Promise<number> {
  const mutant = o.mutant === 'none' ? null : o.mutant;
  const loaded = await loadTrace(file, { subject: o.subject, mutant, backend: o.backend });
  const { trace, lockstep, steps } = loaded;
  const isAsRecorded = mutant === undefined || mutant === trace.mutant;
  const result = replayResult(trace, lockstep, steps, isAsRecorded);
  const used = mutant === undefined ? trace.mutant : mutant;
  terminal.out(
    o.format === 'json'
      ? replayJson(file, loaded, result, used)
      : replayText(file, loaded, result, used, terminal),
  );
  return result.exitCode;
}
