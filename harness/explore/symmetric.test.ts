// Goal: a search in which renamed states stand for one another says what the full one says, and is refused where members are
// not alike. Method: small presets searched both ways; rules that forget one member; a property that names one.
import { describe, expect, test } from 'vitest';
import {
  attemptOf,
  caseOf,
  type Engine,
  type Exploration,
  explore,
  type Found,
  planOf,
} from '../../impl/engine/index.ts';
import type { Backend, Rule } from '../../model/author.ts';
import { FACETS, type Facet } from '../../model/fields.ts';
import type { IndexSort } from '../../model/sorts.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import { BASE } from '../../model/vendors/base.ts';
import { IBM_SE_AP } from '../../model/vendors/ibm-se-ap.ts';
import { KVM_TDX } from '../../model/vendors/tdx-launch.ts';
import { DEFAULT_READINGS, type Preset } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { isLive, type Property, type StepProperty, step } from '../../properties/property.ts';
import { mutantNamed } from '../cli/mutant-named.ts';
import { Judge } from '../judge.ts';
import { Dice } from '../random.ts';
import { attemptsUnder, type Setup, setupOf } from '../setup.ts';
import { engineSubject } from '../subject.ts';
import { ExhaustiveJudge } from './exhaustive-judge.ts';
import { exploreRun } from './run.ts';
import { Symmetric } from './symmetric.ts';

const NOBODY = { Tdi: 0, Guest: 0, Page: 0, Slot: 0, KeySet: 0, Queue: 0, Secret: 0 };
const preset = (sizes: Partial<Record<IndexSort, number>>, facets: readonly Facet[]): Preset => ({
  id: 'test',
  says: 'As large as the test needs.',
  sizes: { ...NOBODY, ...sizes },
  facets,
  readings: DEFAULT_READINGS,
});

const STATES_MAX = 200_000;
interface Searched {
  readonly setup: Setup;
  readonly engine: Engine;
  readonly found: Exploration;
  readonly judge: ExhaustiveJudge;
  readonly symmetric: Symmetric;
}
interface Search {
  readonly backend: Backend;
  readonly preset: Preset;
  readonly properties?: readonly Property[];
  readonly rules?: (rules: readonly Rule[]) => readonly Rule[];
}
function searched(o: Search, how: 'in full' | 'by symmetry'): Searched {
  const { properties = PROPERTIES, rules: changed = (r) => r } = o;
  const draft = setupOf(o.backend, o.preset, properties);
  const rules = changed(draft.rules);
  const plan = planOf(draft.compiler.engine(attemptsUnder(draft, rules)));
  const setup = setupOf(o.backend, o.preset, properties, plan.first);
  const attempts = attemptsUnder(setup, rules);
  const engine = setup.compiler.engine(attempts);
  const judge = new ExhaustiveJudge(setup, engine, attempts);
  const symmetric = new Symmetric(setup, engine, attempts);
  const { canonical, orbit } = symmetric.symmetry;
  const found = explore(
    engine,
    how === 'in full'
      ? { plan, judges: judge, statesMax: STATES_MAX }
      : { plan, judges: symmetric.judging(judge), canonical, orbit, statesMax: STATES_MAX },
  );
  return { setup, engine, found, judge, symmetric };
}
/** Of each property whether a witness of it was seen. */
const seen = ({ judge }: Searched): string[] =>
  judge.tallies.flatMap((t) =>
    t.witnesses.map((w) => `${t.property.id}: ${w.name}: ${w.fired > 0}`),
  );

/** The way to a violation, made anew from the start: the step at which a property is violated first, and which one. */
function replayed({ setup, engine, found, symmetric }: Searched, f: Found): readonly number[] {
  const way = [...found.wayTo(f.state), ...(f.via === undefined ? [] : [f.via])];
  const rules = [...new Set(engine.attempts.map((a) => a.rule as Rule))];
  const subject = engineSubject(setup, rules);
  const judge = new Judge(setup, subject);
  const told: number[] = [];
  for (const [i, via] of symmetric.named(way).entries()) {
    expect(subject.attempt(attemptOf(via))).toBe(caseOf(via));
    judge.step(attemptOf(via), caseOf(via), (p) => told.push(i + 1, setup.properties.indexOf(p)));
  }
  return told;
}

const WORLDS: readonly (readonly [string, Search, readonly string[]])[] = [
  [
    'two VMs with a page each',
    { backend: KVM_TDX, preset: preset({ Guest: 2, Page: 1 }, ['tdx']) },
    ['Guest'],
  ],
  [
    'two guests and a queue',
    { backend: IBM_SE_AP, preset: preset({ Guest: 2, Queue: 1, Secret: 1 }, ['ap']) },
    ['Guest'],
  ],
  [
    'two guests that want one TDI',
    { backend: BASE, preset: preset({ Tdi: 1, Guest: 2, KeySet: 1 }, ['core']) },
    ['Guest'],
  ],
];

describe('what is declared to be alike is alike', () => {
  const everything = Object.keys(FACETS) as Facet[];
  const ofSevTio = ['core', 'secrets', 'tio', 'fence'] as const;
  const sizes = { Tdi: 3, Guest: 2, Page: 2, Slot: 1, KeySet: 2, Queue: 2, Secret: 2 };
  test.each<[string, Backend, readonly Facet[]]>([
    ['every facet', BASE, everything],
    ['the facets of SEV-TIO', AMD_SEV_TIO, ofSevTio],
  ])('with %s', (_, backend, facets) => {
    const setup = setupOf(backend, preset(sizes, facets), PROPERTIES);
    const engine = setup.compiler.engine(setup.attempts);
    const symmetric = new Symmetric(setup, engine, setup.attempts);
    const dice = new Dice(1);
    const out = new Int32Array(engine.succLengthMax);
    let state = engine.initial;
    for (let n = 0; n < 600; n++) {
      if (n % 150 === 0) state = engine.initial;
      const steps = engine.succ(state, 0, out) / engine.stride;
      const j = dice.roll(steps) * engine.stride;
      state = out.slice(j, j + engine.stride - 1);
      if (n % 150 === 149) expect(symmetric.compare(state, 0)).toBeUndefined();
    }
  });
});

describe('a search by symmetry', () => {
  test.each(WORLDS)(
    '%s: counts, depth, witnesses and verdicts of the full search',
    (_, o, sorts) => {
      const full = searched(o, 'in full');
      const some = searched(o, 'by symmetry');
      expect(full.found).toMatchObject({ end: 'complete', found: [] });
      expect(some.symmetric.sorts).toEqual(sorts);
      const { states, transitions, depth } = full.found;
      expect(some.found).toMatchObject({ end: 'complete', depth, found: [] });
      expect(some.found.covered).toEqual({ states, transitions });
      expect(some.found.states).toBeLessThan(0.7 * states);
      expect(seen(some)).toEqual(seen(full));
    },
  );

  const tenants = WORLDS[2]?.[1] as Search;
  const fault = (id: string): Search => ({
    ...tenants,
    rules: (rules) => mutantNamed(id, BASE).rules(rules),
  });

  const FORGETS = 'ide.enable:disabled:each-forgets-VF2';
  const forgetful = {
    backend: BASE,
    preset: preset({ Tdi: 3, Guest: 1, KeySet: 1 }, ['core']),
    rules: (rules: readonly Rule[]) => mutantNamed(FORGETS, BASE).rules(rules),
  };

  test.each(['bme-clear-leaves-the-state', 'tsm.bind:BOUND'])(
    '%s: as many steps, which replay under the names of the start',
    (id) => {
      const full = searched(fault(id), 'in full');
      const some = searched(fault(id), 'by symmetry');
      const lengths = ({ found }: Searched) => found.found.map((f) => [f.violated, f.length]);
      expect(some.found.end).toBe('violation');
      expect(lengths(some)).toEqual(lengths(full));
      expect(some.found.states).toBeLessThan(full.found.states);
      for (const f of some.found.found) expect(replayed(some, f)).toEqual([f.length, f.violated]);
    },
  );

  describe('what can still be done', () => {
    /** Rules of which some do nothing. */
    const without = (...ids: readonly string[]) => ({
      id: 'stuck',
      rules: (rules: readonly Rule[]): readonly Rule[] =>
        rules.map((r) =>
          ids.includes(r.id) ? { ...r, cases: r.cases.map((c) => ({ ...c, effects: [] })) } : r,
        ),
    });
    const run = async (how: Partial<Parameters<typeof exploreRun>[0]>) => {
      const { report } = await exploreRun({
        backend: BASE,
        preset: preset({ Tdi: 1, Guest: 2, KeySet: 1 }, ['core', 'force']),
        readings: {},
        properties: PROPERTIES.filter(isLive),
        ...how,
      });
      const decided = report.properties.filter((p) => p.verdict !== 'not applicable');
      return { report, decided };
    };
    test('is decided as in full', async () => {
      const [full, some] = [await run({}), await run({ isSymmetric: true })];
      expect(some.report.symmetry?.visited).toBeLessThan(0.7 * full.report.states);
      expect(some.decided).toEqual(full.decided);
      expect(some.decided.map((p) => [p.id, p.verdict])).toEqual([
        ['live-unbind-terminates', 'holds'],
        ['live-error-recoverable', 'holds'],
      ]);
    });
    test('a dead end is as near as in full, and told with the names of the start', async () => {
      const mutant = without('tdisp.stop.end', 'reset.conventional');
      const [full, some] = [await run({ mutant }), await run({ mutant, isSymmetric: true })];
      const told = ({ report }: typeof full) =>
        report.violations.map((v) => [v.property, v.length, v.steps.length]);
      expect(told(some)).toEqual(told(full));
      expect(told(some).map(([id]) => id)).toEqual(['live-error-recoverable']);
    });
    test('a game that may be lost by the names alone is not said to be lost', async () => {
      const mutant = without('tsm.unbind.force');
      const [full, some] = [await run({ mutant }), await run({ mutant, isSymmetric: true })];
      const verdict = ({ report }: typeof full) =>
        report.properties.find((p) => p.id === 'live-unbind-terminates')?.verdict;
      expect([verdict(full), verdict(some)]).toEqual(['violated', 'not applicable']);
    });
  });

  test('a run of two guests is told with the names of its start, and reaches what it is for', async () => {
    const { report, setup } = await exploreRun({
      backend: IBM_SE_AP,
      preset: preset({ Guest: 2, Queue: 1, Secret: 2 }, ['ap']),
      readings: {},
      properties: PROPERTIES.filter((p) => p.id === 'reach-ap-two-guests'),
      sought: 'reach-ap-two-guests',
      isSymmetric: true,
    });
    const subject = engineSubject(setup);
    const judge = new Judge(
      setup,
      subject,
      PROPERTIES.filter((p) => p.kind === 'reach'),
    );
    const fired = report.violations[0]?.steps.map((n) => {
      judge.step(n, subject.attempt(n), () => undefined);
      const tally = judge.tallies.find((t) => t.property.id === 'reach-ap-two-guests');
      return tally?.witnesses[0]?.fired;
    });
    // As many steps as without symmetry; only the last one reaches it.
    expect(fired).toEqual([...new Array(28).fill(0), 1]);
  });

  test('rules that forget one member are found out, and nothing is said of the rest', () => {
    const some = searched({ ...forgetful, properties: [] }, 'by symmetry');
    expect(some.found.end).toBe('violation');
    expect(some.symmetric.refusal(some.found.found)?.lines).toEqual([
      '--symmetry: the rules tell VF1 from VF2',
      'in ide.enable level=0, from a state and from the one with the two exchanged',
      'expected members that are alike; search without --symmetry',
    ]);
    const whole = searched({ ...tenants, properties: [] }, 'by symmetry');
    expect(whole.symmetric.refusal(whole.found.found)).toBeUndefined();
  });

  test('a run in two threads says the same as in one and as in full, and is refused alike', async () => {
    const small = preset({ Guest: 1, Page: 2 }, ['tdx']);
    const run = { backend: KVM_TDX, preset: small, readings: {}, properties: PROPERTIES };
    const { report: full } = await exploreRun(run);
    const { report: alone } = await exploreRun({ ...run, isSymmetric: true });
    const { report: both } = await exploreRun({ ...run, isSymmetric: true, workers: 2 });
    const { bytes, seconds, symmetry, properties, ...rest } = alone;
    expect(both).toMatchObject({ ...rest, symmetry, properties });
    expect(full).toMatchObject({ ...rest, symmetry: null });
    expect(symmetry?.sorts).toEqual(['Page']);
    const verdicts = full.properties.map(({ id, verdict }) => ({ id, verdict }));
    const safety = (id: string): boolean =>
      !isLive(PROPERTIES.find((p) => p.id === id) as Property);
    expect(properties.filter((p) => safety(p.id))).toMatchObject(
      verdicts.filter((p) => safety(p.id)),
    );
    const refused = exploreRun({
      ...forgetful,
      properties: [],
      readings: {},
      isSymmetric: true,
      workers: 2,
      mutant: { id: FORGETS, rules: forgetful.rules },
    });
    await expect(refused).rejects.toThrow('--symmetry: the rules tell VF1 from VF2');
  });

  test.each<[string, Pick<StepProperty, 'holds' | 'witnesses'>]>([
    ['by what it demands', { holds: (s) => s.args.guest !== 0, witnesses: {} }],
    [
      'by a witness',
      {
        holds: () => true,
        witnesses: { first: (s) => s.args.guest === 0 && s.after.tdi.length > 0 },
      },
    ],
  ])('a property that names a member %s is found out', (_, asks) => {
    const property = step({
      id: 'first-guest-only',
      title: 'The first guest is not like the second.',
      clauses: [],
      reads: [],
      rules: ['tsm.bind'],
      ...asks,
    });
    const { found, symmetric } = searched({ ...tenants, properties: [property] }, 'by symmetry');
    expect(found).toMatchObject({ end: 'violation', states: 1 });
    expect(symmetric.refusal(found.found)?.lines).toEqual([
      '--symmetry: property first-guest-only tells G1 from G2',
      'tsm.bind PF G1 differs from tsm.bind PF G2, the two exchanged everywhere else as well',
      'expected members that are alike; search without --symmetry',
    ]);
  });
});
