/** What an exploration says on a terminal. */
import { PCI_FACETS } from '../../model/fields.ts';
import { SLICES } from '../../model/slices.ts';
import { PRESETS, type Readings } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { ExploreReport, ExploreViolation } from '../explore/run.ts';
import type { Setup } from '../setup.ts';
import type { Subject } from '../subject.ts';
import { counted, grouped } from './grouped.ts';
import type { Paint } from './paint.ts';
import { renderStrip } from './strip.ts';
import { stripOf } from './strip-of.ts';
import { quoted, replayArguments } from './summary/command.ts';
import { membersOf, restText } from './world-text.ts';
import { hang } from './wrap.ts';

export interface ExploreContext {
  readonly version: string;
  /** As it was given: an id, or the file of a module. */
  readonly backend: string;
  /** What the user gave of what decides the world, for a command that does the same elsewhere. */
  readonly given: {
    readonly backend: string | undefined;
    readonly readings: Partial<Readings>;
  };
  readonly setup: Setup;
  readonly subject: Subject;
  readonly columns: number;
  readonly paint: Paint;
}
const MIB = 2 ** 20;
const TOLD_STATES_MIN = 100_000;
/** Kinds that say nothing of a part of the states. */
const LIVE: readonly string[] = ['recover', 'bounded'];

/** The report as text. */
export function exploreText(r: ExploreReport, c: ExploreContext): string {
  const { paint, columns } = c;
  const subject = r.mutant === null ? 'engine' : `engine with mutant ${r.mutant}`;
  return [
    ...hang(
      `${paint.strong('tdicheck')} ${c.version}  `,
      `explore · backend ${r.backend} · preset ${r.preset} · subject ${subject}`,
      columns,
    ),
    '',
    ...hang('covered  ', coverage(r, c.setup), columns),
    ...hang('         ', amounts(r), columns),
    ...(r.symmetry === null ? [] : hang('by symmetry  ', renamings(r.symmetry), columns)),
    ...(r.compared === null ? [] : hang('compared ', comparison(r, r.compared), columns)),
    ...(r.elsewhere === null
      ? []
      : hang('mutant   ', unshown(r.elsewhere.filter((p) => p !== r.preset)), columns)),
    ...r.violations.flatMap((v) => ['', ...violationLines(v, c)]),
    '',
    ...propertyLines(r, c),
    '',
    ...verdictLines(r, c),
    '',
  ].join('\n');
}

/** Where model and engine agree, when they differ at a state so many steps away. */
const nearer = (steps: number): string =>
  steps === 0
    ? 'differ at power-on'
    : `agree at every state that is fewer than ${counted(steps, 'step')} away`;
/** In words: what was covered, and up to what. */
function coverage(r: ExploreReport, setup: Setup): string {
  const what = `${setup.attempts.length} attempts in every order. ${worldText(r, setup)}`;
  switch (r.end) {
    case 'complete':
      return `complete: every reachable state, up to the farthest, ${counted(r.depth, 'step')} away. ${what}`;
    case 'violation':
      return `everything within ${counted(r.depth, 'step')}, up to the first violation. ${what}`;
    default:
      return `not complete: everything within ${counted(Math.max(0, r.within), 'step')}, and some beyond${unviolated(r)}. ${what}`;
  }
}
/** Those of the preset, unless they tell of what the backend has not: a slice is about what it has, all of it. */
function worldText(r: ExploreReport, { preset, attempts }: Setup): string {
  const whole = PRESETS.find((p) => p.id === preset.id) ?? preset;
  const isSlice = SLICES.some((s) => s.id === preset.id);
  const told = whole.facets.filter((f) => isSlice || PCI_FACETS.includes(f));
  return told.every((f) => preset.facets.includes(f))
    ? preset.says
    : restText(r.preset, r.backend, preset.facets, membersOf(attempts, preset));
}
/** What a search that did not come to its end says of properties nevertheless. */
function unviolated({ within, violations, properties }: ExploreReport): string {
  const isJudged = properties.some((p) => p.verdict !== 'not applicable' && !LIVE.includes(p.kind));
  return isJudged && within >= 0 && violations.length === 0
    ? `; within ${counted(within, 'step')} nothing is violated`
    : '';
}
const amounts = (r: ExploreReport): string =>
  `${counted(r.states, 'state')}${r.before === 0 ? '' : ` (${grouped(r.before)} of them before)`}, ${counted(r.transitions, 'transition')}, in ${r.seconds.toFixed(1)} s; ` +
  `${grouped(Math.round((r.states - r.before) / Math.max(r.seconds, 0.001)))} states/s, ` +
  `store ${(r.bytes / MIB).toFixed(1)} MiB${perState(r)}`;
/** In a store of few states most is room for more. */
function perState({ bytes, states, symmetry }: ExploreReport): string {
  const visited = symmetry?.visited ?? states;
  return visited < TOLD_STATES_MIN ? '' : `, ${(bytes / visited).toFixed(1)} bytes a state`;
}
/** Until they differ, or somebody ends it. */
const comparison = ({ comparable, verdict }: ExploreReport, compared: number): string =>
  verdict === 'interrupted' && comparable !== null && compared < comparable
    ? `model and engine, for ${grouped(compared)} of ${counted(comparable, 'attempt')}; not come to its end`
    : `model and engine, for ${counted(compared, 'attempt')}`;
/** What a search that came to its end has left open, because it was interrupted after that. */
function undecided({ end, verdict, properties }: ExploreReport): string {
  const open = properties.filter((p) => p.verdict === 'inconclusive').map((p) => p.id);
  return end === 'complete' && verdict === 'interrupted' ? open.join(', ') : '';
}
const unshown = (others: readonly string[]): string =>
  `it makes no difference at any state of this preset, so this says nothing of the properties; ${
    others.length === 0 ? 'no other preset has its rules' : `its rules are in ${others.join(', ')}`
  }`;
/** Which states were visited for others, too. */
const renamings = ({ sorts, visited }: NonNullable<ExploreReport['symmetry']>): string =>
  sorts.length === 0
    ? 'no two members of this preset are alike'
    : `${counted(visited, 'state')} visited, each for all that differ from it in which member of ${sorts.join(', ')} is which; at each of them it was checked that their steps are the same`;

function violationLines(v: ExploreViolation, c: ExploreContext): readonly string[] {
  return renderStrip({
    ...stripOf(c.setup, c.subject, v.steps, v.length - 1),
    property: PROPERTIES.find((p) => p.id === v.property) ?? null,
    found:
      v.property === null
        ? `nearest: model and engine ${nearer(v.length - 1)}`
        : `shortest: no trace of fewer than ${counted(v.length, 'step')} violates it`,
    why: v.why,
    ...(v.file === null ? {} : { replay: replayArguments(v.file, c) }),
    columns: c.columns,
    paint: c.paint,
  });
}

function propertyLines(r: ExploreReport, c: ExploreContext): readonly string[] {
  const of = (verdict: string) => r.properties.filter((p) => p.verdict === verdict);
  const parts = ['holds', 'violated', 'vacuous', 'inconclusive', 'not applicable']
    .map((v) => [v, of(v).length] as const)
    .filter(([, n]) => n > 0)
    .map(([v, n]) => `${n} ${v}`);
  const vacuous = of('vacuous').flatMap((p) =>
    hang(
      '  vacuous  ',
      `${p.id}: ${Object.entries(p.witnesses)
        .filter(([, n]) => n === 0)
        .map(([name]) => `“${name}”`)
        .join(', ')} cannot happen in this preset`,
      c.columns,
    ),
  );
  const text = parts.length === 0 ? 'none judged' : parts.join(', ');
  const open = undecided(r);
  const reached = r.reached.map(({ property, length }) => `${property} ${length}`).join(', ');
  return [
    ...hang('properties  ', text, c.columns),
    ...vacuous,
    ...(open === ''
      ? []
      : hang('undecided   ', `interrupted before it was known: ${open}`, c.columns)),
    ...(reached === ''
      ? []
      : hang(
          'reached     ',
          `${reached} (steps of a shortest run; --witness ID shows it)`,
          c.columns,
        )),
  ];
}

function verdictLines(r: ExploreReport, c: ExploreContext): readonly string[] {
  const { paint, columns } = c;
  const mark =
    r.verdict === 'holds' ? paint.good('✓') : r.exitCode === 1 ? paint.bad('✗') : paint.warn('!');
  return [
    ...(r.unkept === null ? [] : hang('! no longer kept  ', r.unkept, columns)),
    `${mark} ${paint.strong(r.verdict)}  ${paint.dim(`exit code ${r.exitCode} · ${r.seconds.toFixed(1)} s`)}`,
    ...nextLines(r, c),
  ];
}
function nextLines(r: ExploreReport, c: ExploreContext): readonly string[] {
  const on =
    r.kept === null
      ? []
      : [
          `  it is kept; to go on: the same command with --resume ${quoted(r.kept)}, without --checkpoint`,
        ];
  return [...hintLines(r, c), ...on];
}
/** Backend and readings as they were given. */
function givenOptions({ backend, readings }: ExploreContext['given']): string {
  const fixed = Object.entries(readings).map(([name, value]) => ` --reading ${name}=${value}`);
  return `${backend === undefined ? '' : ` --backend ${quoted(backend)}`}${fixed.join('')}`;
}
function hintLines(r: ExploreReport, { backend, given }: ExploreContext): readonly string[] {
  if (r.verdict === 'holds')
    return ['  a larger world, at random', `    npx tdicheck check${givenOptions(given)}`];
  const first = r.violations[0];
  if (first?.property)
    return ['  what the property demands', `    npx tdicheck explain ${first.property}`];
  const other = r.elsewhere?.find((p) => p !== r.preset);
  if (other !== undefined) {
    // Slices come first: where there is none, it can be sampled only.
    const command = SLICES.some((s) => s.id === other) ? 'explore' : 'check';
    const mutant = quoted(r.mutant ?? '');
    return [
      '  where it may show',
      `    npx tdicheck ${command} --backend ${quoted(backend)} --preset ${other} --mutant ${mutant}`,
    ];
  }
  return r.verdict === 'inconclusive' ? ['  more of it: raise --states or --memory'] : [];
}
