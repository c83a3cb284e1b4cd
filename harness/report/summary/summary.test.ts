/** The report for people, made from invented results: every part of it, and every verdict's advice. */
import { expect, test } from 'vitest';
import { FACETS, type Facet } from '../../../model/fields.ts';
import { DEFAULT_READINGS, PRESETS } from '../../../model/world.ts';
import type { CheckReport, PropertyReport } from '../../result.ts';
import { paintFor } from '../paint.ts';
import type { SummaryContext } from './context.ts';
import { summaryText } from './summary.ts';

const tiny = PRESETS.find((p) => p.id === 'tiny');
if (tiny === undefined) throw new Error('summary.test: no preset tiny');
/** With all facets but two, whatever facets there are. */
const facets = Object.keys(FACETS) as Facet[];
const preset = { ...tiny, facets: facets.filter((f) => f !== 'gaps' && f !== 'tamper') };
const context: SummaryContext = {
  version: '1.2.3',
  backend: 'base',
  preset,
  world: facets,
  members: {},
  readings: {},
  grep: undefined,
  verbose: false,
  columns: 100,
  paint: paintFor(false),
  subjectFor: () => {
    throw new Error('summary.test: nothing was found');
  },
};
const property = (id: string, more: Partial<PropertyReport> = {}): PropertyReport => ({
  id,
  title: `Title of ${id}`,
  kind: 'step',
  verdict: 'holds',
  reason: null,
  judged: 1200,
  witnesses: { seen: 5 },
  ...more,
});
const holds: CheckReport = {
  verdict: 'holds',
  exitCode: 0,
  verdicts: ['holds'],
  seed: 1,
  backend: 'base',
  preset: 'tiny',
  subject: 'engine',
  mutant: null,
  budget: 2000,
  sequences: 2000,
  steps: 412_345,
  rounds: [
    { readings: DEFAULT_READINGS, sequences: 1200, steps: 300_000 },
    { readings: { ...DEFAULT_READINGS, commandClear: 'level' }, sequences: 800, steps: 112_345 },
  ],
  properties: [
    property('tdi-legal-transitions'),
    property('cfg-bme-clear-forces-error'),
    property('tlp-consumed-once', {
      verdict: 'not applicable',
      reason: 'facet legacy is off',
      judged: 0,
    }),
  ],
  violations: [],
  differences: [],
  storedOnly: [],
  corpus: [
    {
      file: 'counterexamples/planted/a.0123.json',
      property: 'tdi-x',
      expected: 'tdi-x',
      got: 'tdi-x',
      asExpected: true,
    },
  ],
  planted: [
    { id: 'one', title: 'First', caught: true, property: 'tdi-x', length: 12, sequences: 3 },
    { id: 'two', title: 'Second', caught: true, property: 'tdi-y', length: 9, sequences: 40 },
  ],
  unshowable: ['four'],
  rare: ['five'],
  coverage: [
    { rule: 'tdisp.lock', case: 'locked', fired: 1500, reason: null },
    { rule: 'tdisp.lock', case: 'TPH mode', fired: 0, reason: 'facet registers is off' },
    { rule: 'tdisp.start', case: 'wrong nonce', fired: 0, reason: null },
  ],
  stack: null,
  durations: { corpus: 0.1, campaign: 10, planted: 4, total: 14.123 },
};

test('a clean check says what was checked, what was not, and what to do next', () => {
  const text = summaryText(holds, context);
  expect(text).toMatchInlineSnapshot(`
    "tdicheck 1.2.3  backend base · preset tiny · subject engine · seed 1

    checked  One function, one page, one TLP in flight, one guest: small enough to compare every step.
             2,000 sequences, 412,345 steps, each compared with the model, in 10.0 s
             round 0  1,200  24 readings, each at its first value
             round 1    800  the same but commandClear level

    properties  3 properties, judged 2,400 times
              hold  not applicable
      tdi        1               ·
      config     1               ·
      tlp        ·               1
      all        2               1

    not checked
      not a proof: 2,000 sampled sequences from power-on; what they did not reach was not judged
      facets off: gaps, tamper
      cases of rules whose facet is off: 1
      cases that never decided: 1 of 2 others
        tdisp.start  wrong nonce  not reached in this run

    corpus  1 of 1 entry came to the recorded verdict
    planted faults caught 2 of 2 (shortest trace 9 steps)
      replayed, not hunted, because sequences of this preset seldom show them: five
      not hunted, because nothing in this preset can show them: four

    ✓ holds  exit code 0 · 14.1 s
      other sequences, and more of them
        npx tdicheck check --backend base --preset tiny --seed 2 --budget 20000
      see what a failure looks like
        npx tdicheck check --backend base --mutant one
    "
  `);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  expect(text).not.toMatch(/ $/m);
  expect(text).toContain('planted faults caught 2 of 2 (shortest trace 9 steps)');
});

test('what is not fine is told in full', () => {
  const vacuous = property('tdi-stop-drains', {
    verdict: 'vacuous',
    witnesses: { a: 1, 'never b': 0 },
  });
  const text = summaryText(
    {
      ...holds,
      verdict: 'corpus changed',
      exitCode: 6,
      verdicts: ['corpus changed', 'vacuous'],
      properties: [...holds.properties, vacuous],
      corpus: [
        { file: 'a.json', property: 'tdi-x', expected: 'tdi-x', got: 'holds', asExpected: false },
      ],
      planted: [
        ...holds.planted,
        {
          id: 'three',
          title: 'Third',
          caught: false,
          property: null,
          length: null,
          sequences: 3000,
        },
      ],
    },
    context,
  );
  expect(text.slice(text.indexOf('properties'))).toMatchInlineSnapshot(`
    "properties  4 properties, judged 3,600 times
              hold  vacuous  not applicable
      tdi        1        1               ·
      config     1        ·               ·
      tlp        ·        ·               1
      all        2        1               1

      ! Title of tdi-stop-drains
        tdi-stop-drains, vacuous, judged 1,200 times
        never seen: “never b”

    not checked
      not a proof: 2,000 sampled sequences from power-on; what they did not reach was not judged
      facets off: gaps, tamper
      cases of rules whose facet is off: 1
      cases that never decided: 1 of 2 others
        tdisp.start  wrong nonce  not reached in this run

    corpus  0 of 1 entry came to the recorded verdict
      ✗  a.json  expected tdi-x, got holds
    planted faults caught 2 of 3 (shortest trace 9 steps)
      ✗  three  not caught in 3,000 sequences: Third
      replayed, not hunted, because sequences of this preset seldom show them: five
      not hunted, because nothing in this preset can show them: four

    ! corpus changed (also vacuous)  exit code 6 · 14.1 s
      the stored trace that changed its verdict
        npx tdicheck replay a.json
      hunt with other sequences
        npx tdicheck check --backend base --preset tiny --seed 2
    "
  `);
});

test('--verbose shows every reading, how often every case decided, and every planted fault', () => {
  const text = summaryText(holds, { ...context, verbose: true });
  expect(text).toMatch(/round 0 +1,200 +commandClear edge, sameValueBarWrite harmless,/);
  expect(text).toMatch(/tdisp\.lock +locked +1,500/);
  expect(text).toMatch(/✓ +two +tdi-y, 9 steps, after 40 sequences/);
});

test('what the first round reads otherwise is named', () => {
  const [first, ...others] = holds.rounds;
  if (first === undefined) throw new Error('the report has no rounds');
  const readings = { ...DEFAULT_READINGS, autoErrorExit: 'yes' as const };
  const text = summaryText({ ...holds, rounds: [{ ...first, readings }, ...others] }, context);
  expect(text).toMatch(
    /round 0 +1,200 +\d+ readings, each at its first value but autoErrorExit yes\n/,
  );
});

test('every verdict comes with advice that repeats the options in force', () => {
  const verdicts = ['vacuous', 'inconclusive', 'interrupted', 'holds'] as const;
  for (const verdict of verdicts) {
    const report = { ...holds, verdict, preset: 'tiny', mutant: 'a:b#2', seed: 5 };
    const fixed = { readings: { commandClear: 'level' }, grep: "it's" } as const;
    const text = summaryText(report, { ...context, ...fixed });
    expect(text).toContain(
      "npx tdicheck check --backend base --preset tiny --mutant 'a:b#2' --grep 'it'\\''s' --reading commandClear=level --seed ",
    );
  }
});

test('of a backend with a world of its own what is there is told, and what is off is counted apart', () => {
  const own = { ...context, preset: { ...preset, facets: ['core', 'tdx'] as const } };
  const text = summaryText(holds, { ...own, world: ['tdx'], members: { Guest: 2, Page: 3 } });
  expect(text).toContain(
    'checked  What of preset tiny is in the world of base: facets tdx; members 2 Guest, 3 Page.',
  );
  expect(text).not.toContain('facets off');
  expect(text).toMatch(/whose facet is off: 1\n +cases that never decided: 1 of 2 others\n/);
});

test('of many entries that changed a few are shown', () => {
  const corpus = Array.from({ length: 41 }, (_, i) => ({
    file: `entry-${i}.json`,
    property: 'tdi-x',
    expected: 'tdi-x',
    got: 'holds',
    asExpected: false,
  }));
  const report = { ...holds, corpus, verdict: 'corpus changed', exitCode: 6 } as const;
  const text = summaryText(report, context);
  expect(text.match(/entry-\d+\.json +expected/g)).toHaveLength(5);
  expect(text).toContain('… and 36 more; --verbose shows all');
  const all = summaryText(report, { ...context, verbose: true });
  expect(all.match(/entry-\d+\.json +expected/g)).toHaveLength(41);
});
