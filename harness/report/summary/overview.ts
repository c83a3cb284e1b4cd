import { READINGS, type Readings } from '../../../model/world.ts';
import type { CheckReport } from '../../result.ts';
import { counted, grouped } from '../grouped.ts';
import { table } from '../table.ts';
import { hang } from '../wrap.ts';
import type { SummaryContext } from './context.ts';

const seconds = (s: number): string => `${s.toFixed(1)} s`;
const NAMES = Object.keys(READINGS) as readonly (keyof Readings)[];
/** The readings of a round; of a later one only what is not as in the first. */
function readingsText(r: Readings, first: Readings): string {
  const text = (names: readonly (keyof Readings)[]): string =>
    names.map((name) => `${name} ${r[name]}`).join(', ');
  return r === first ? text(NAMES) : `the same but ${text(NAMES.filter((n) => r[n] !== first[n]))}`;
}

/** What was checked: backend, preset in words, rounds with their readings, how much. */
export function overviewLines(r: CheckReport, c: SummaryContext): readonly string[] {
  const { paint, columns } = c;
  const subject = r.mutant === null ? r.subject : `${r.subject} with mutant ${r.mutant}`;
  const amount =
    `${counted(r.sequences, 'sequence')}, ${counted(r.steps, 'step')}, ` +
    `each compared with the model, in ${seconds(r.durations.campaign)}`;
  // Rounds after the one that failed were not run.
  const rounds = r.rounds.flatMap((round, i) =>
    round.sequences === 0
      ? []
      : [
          [
            `round ${i}`,
            grouped(round.sequences),
            readingsText(round.readings, (r.rounds[0] ?? round).readings),
          ],
        ],
  );
  return [
    ...hang(
      `${paint.strong('tdicheck')} ${c.version}  `,
      `backend ${r.backend} · preset ${r.preset} · subject ${subject} · seed ${r.seed}`,
      columns,
    ),
    '',
    ...hang('checked  ', c.preset.says, columns),
    ...hang('         ', amount, columns),
    ...table(rounds, { columns, indent: 9, right: [1] }),
  ];
}
