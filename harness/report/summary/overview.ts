import { PCI_FACETS } from '../../../model/fields.ts';
import { DEFAULT_READINGS, READINGS, type Readings } from '../../../model/world.ts';
import type { CheckReport } from '../../result.ts';
import { STACK_READINGS } from '../../subjects.ts';
import { counted, grouped } from '../grouped.ts';
import { table } from '../table.ts';
import { restText } from '../world-text.ts';
import { hang } from '../wrap.ts';
import type { SummaryContext } from './context.ts';

const seconds = (s: number): string => `${s.toFixed(1)} s`;
type Names = readonly (keyof Readings)[];
const NAMES = Object.keys(READINGS) as Names;
/**
 * The readings of a round, of those that the subject knows: of the first round what is not at its first value,
 * of a later one what is not as in the first. `verbose`: all of the first.
 */
function readingsText(known: Names, r: Readings, first: Readings, verbose: boolean): string {
  const text = (names: Names): string => names.map((name) => `${name} ${r[name]}`).join(', ');
  if (r !== first) return `the same but ${text(known.filter((n) => r[n] !== first[n]))}`;
  if (verbose) return text(known);
  const other = known.filter((n) => r[n] !== DEFAULT_READINGS[n]);
  const but = other.length > 0 ? ` but ${text(other)}` : '';
  return `${counted(known.length, 'reading')}, each at its first value${but}`;
}

/** The world in words: those of the preset, unless they tell of a device that this backend has not. */
function worldText({ backend, preset: id }: CheckReport, c: SummaryContext): string {
  const { preset, world, members, lacks = [] } = c;
  const gone = preset.facets.filter((f) => PCI_FACETS.includes(f) && !world.includes(f));
  // What `full` adds is told under what was not checked.
  if (gone.every((f) => lacks.includes(f))) return preset.says;
  const has = preset.facets.filter((f) => world.includes(f));
  return restText(id, backend, has, members);
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
            readingsText(
              r.stack === null ? NAMES : STACK_READINGS,
              round.readings,
              (r.rounds[0] ?? round).readings,
              c.verbose,
            ),
          ],
        ],
  );
  return [
    ...hang(
      `${paint.strong('tdicheck')} ${c.version}  `,
      `backend ${r.backend} · preset ${r.preset} · subject ${subject} · seed ${r.seed}`,
      columns,
    ),
    ...(c.assumed === undefined ? [] : hang('  ', c.assumed, columns)),
    '',
    ...hang('checked  ', worldText(r, c), columns),
    ...hang('         ', amount, columns),
    ...table(rounds, { columns, indent: 9, right: [1] }),
  ];
}
