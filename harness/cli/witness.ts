import type { Preset } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { Reach } from '../../properties/property.ts';
import { type ExploreRunOptions, exploreRun } from '../explore/run.ts';
import { counted } from '../report/grouped.ts';
import { stepRows } from '../report/step-rows.ts';
import { EXIT } from '../result.ts';
import { engineSubject } from '../subject.ts';
import { attemptsToSteps } from '../trace-steps.ts';
import { pick } from './pick.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** What `explore --witness` searches in. */
type Where = Pick<
  ExploreRunOptions,
  | 'backend'
  | 'readings'
  | 'mutant'
  | 'statesMax'
  | 'bytesMax'
  | 'isSymmetric'
  | 'stopped'
  | 'onProgress'
  | 'onPhase'
> & { readonly preset: Preset };

/** `explore --witness`: a shortest run that reaches what must be possible; gives the exit code. */
export async function witnessCommand(
  id: string,
  where: Where,
  format: 'pretty' | 'json',
  terminal: Terminal,
): Promise<number> {
  const reaches = PROPERTIES.filter((p): p is Reach => p.kind === 'reach');
  const listing = 'npx tdicheck list properties --grep ^reach-';
  const property = pick('reach property', id, reaches, listing);
  const { report, setup } = await exploreRun({ ...where, properties: [property], sought: id });
  const steps = report.violations[0]?.steps;
  const isIn = setup.properties.length > 0;
  const verdict =
    steps !== undefined
      ? 'reached'
      : !isIn
        ? 'not applicable'
        : report.end === 'complete'
          ? 'unreachable'
          : 'not found';
  const codes = {
    reached: EXIT.holds,
    'not applicable': EXIT.usage,
    unreachable: EXIT.vacuous,
    'not found': report.end === 'stopped' ? EXIT.interrupted : EXIT.inconclusive,
  };
  if (format === 'json') {
    const { backend, preset } = report;
    const told = steps === undefined ? null : attemptsToSteps(steps, setup.attempts);
    const length = steps?.length ?? null;
    const all = { version: version(), backend, preset, property: id, verdict, length, steps: told };
    terminal.out(`${JSON.stringify(all, undefined, 2)}\n`);
    return codes[verdict];
  }
  const [reason] = setup.notApplicable.values();
  const head = `${id}  ${property.title}\n`;
  if (steps === undefined) {
    const why = isIn ? `of ${counted(report.states, 'state')} in ${report.preset}` : reason;
    terminal.out(`${head}${verdict}: ${why}\n`);
    return codes[verdict];
  }
  const subject = engineSubject(setup, where.mutant?.rules(setup.rules) ?? setup.rules);
  const attempts = steps.flatMap((n) => subject.attempts[n] ?? []);
  const outcomes = steps.flatMap((n) => {
    const at = subject.attempt(n);
    return subject.attempts[n]?.rule.cases[at]?.outcome ?? [];
  });
  const rows = stepRows(attempts, outcomes, terminal.columns);
  const no = `no run of fewer than ${counted(steps.length, 'step')} reaches it in ${report.preset}`;
  terminal.out(`${head}${no}\n${rows.join('\n')}\n`);
  return codes[verdict];
}
