import type { CheckReport, FoundReport } from '../../result.ts';
import { backendOption, quoted, replayArguments } from './command.ts';
import type { SummaryContext } from './context.ts';

/** What may be done, and the command for it. */
type Next = readonly [what: string, command: string];

/** What runs the same check again; more options may follow. */
function sameCheck(r: CheckReport, c: SummaryContext, seed = r.seed): string {
  const fixed = Object.entries(c.readings).map(([name, value]) => `--reading ${name}=${value}`);
  return [
    'npx tdicheck check',
    backendOption(c),
    r.preset === 'small' || r.subject === 'stack' ? '' : `--preset ${r.preset}`,
    r.subject === 'engine' ? '' : `--subject ${r.subject}`,
    r.mutant === null ? '' : `--mutant ${quoted(r.mutant)}`,
    c.grep === undefined ? '' : `--grep ${quoted(c.grep)}`,
    c.profile === undefined ? '' : `--profile ${c.profile}`,
    ...fixed,
    `--seed ${seed}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
const again = (r: CheckReport, c: SummaryContext, f: FoundReport): string =>
  `${sameCheck(r, c)} --path ${f.path}`;

/** The planted traces that come with the package, as against those that a user keeps. */
const isPlanted = (file: string): boolean => /(^|[\\/])counterexamples[\\/]planted[\\/]/.test(file);
/** The stored runs, which come with the package too. */
const isStoredRun = (file: string): boolean =>
  /(^|[\\/])counterexamples[\\/]witnesses[\\/]/.test(file);
/** How to see the corpus entry that changed, and what to do where it is one of ours. */
function corpusSteps(r: CheckReport, c: SummaryContext): readonly Next[] {
  const entry = r.corpus.find((x) => !x.asExpected);
  if (entry === undefined) return [];
  const planted = isPlanted(entry.file);
  const storedRun = isStoredRun(entry.file);
  const what = planted || storedRun ? quoted(entry.file) : replayArguments(entry.file, c);
  return [
    ['the stored trace that changed its verdict', `npx tdicheck replay ${what}`],
    ...(planted
      ? [
          [
            'the planted traces anew, where the model was changed on purpose',
            'npm run plant',
          ] as const,
        ]
      : []),
    ...(storedRun
      ? [
          [
            'the stored runs anew, where the model was changed on purpose',
            'npm run witnesses',
          ] as const,
        ]
      : []),
  ];
}

/** What to do now. */
function steps(r: CheckReport, c: SummaryContext): readonly Next[] {
  const more = `${sameCheck(r, c, r.seed + 1)} --budget ${r.budget * 10}`;
  const [found] = [...r.violations, ...r.differences];
  const [fault] = r.planted;
  switch (r.verdict) {
    case 'violated':
    case 'differs': {
      if (found === undefined) return corpusSteps(r, c);
      const explain = `npx tdicheck explain ${found.property}`;
      return [
        ['the same sequence, before it was minimised', again(r, c, found)],
        ...(found.property === null ? [] : [['what the property demands', explain] as const]),
      ];
    }
    case 'vacuous': {
      const p = r.properties.find((x) => x.verdict === 'vacuous');
      return [
        ['more sequences', `${sameCheck(r, c)} --budget ${r.budget * 10}`],
        ['what the property needs to see', `npx tdicheck explain ${p?.id ?? ''}`],
      ];
    }
    case 'corpus changed': {
      const missed = r.planted.some((x) => !x.caught);
      const hunt = ['hunt with other sequences', sameCheck(r, c, r.seed + 1)] as const;
      return [...corpusSteps(r, c), ...(missed ? [hunt] : [])];
    }
    case 'inconclusive':
    case 'interrupted':
      return [['the whole run', `${sameCheck(r, c)} --budget ${r.budget}`]];
    case 'holds':
      return [
        ['other sequences, and more of them', more],
        fault === undefined
          ? ['faults to try with --mutant', 'npx tdicheck list faults']
          : [
              'see what a failure looks like',
              ['npx tdicheck check', backendOption(c), `--mutant ${fault.id}`]
                .filter((part) => part !== '')
                .join(' '),
            ],
      ];
    default: {
      const never: never = r.verdict;
      throw new Error(`nextLines: unknown verdict ${String(never)}`);
    }
  }
}

/** The verdict, and what to do now. */
export function nextLines(r: CheckReport, c: SummaryContext): readonly string[] {
  const { paint } = c;
  const mark =
    r.verdict === 'holds' ? paint.good('✓') : r.exitCode === 1 ? paint.bad('✗') : paint.warn('!');
  const others = r.verdicts.slice(1);
  const also = others.length === 0 ? '' : ` (also ${others.join(', ')})`;
  return [
    `${mark} ${paint.strong(r.verdict)}${also}  ${paint.dim(`exit code ${r.exitCode} · ${r.durations.total.toFixed(1)} s`)}`,
    // A command is one line, however long, so that it can be copied.
    ...steps(r, c).flatMap(([what, command]) => [`  ${what}`, `    ${command}`]),
  ];
}
