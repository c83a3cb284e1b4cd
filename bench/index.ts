/**
 * `npm run bench`: attempts a second of the model, the engine, the judged engine, judged lockstep in a plain
 * loop, and judged lockstep through fast-check (generation included).
 *
 * All five make the same attempts: those of generated sequences on preset `small`. Machines are noisy, so
 * every figure is the best of several turns taken in rotation; quote ratios, not figures.
 */
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { type Sequence, SequenceArbitrary } from '../harness/generate.ts';
import { Judge } from '../harness/judge.ts';
import { Lockstep } from '../harness/lockstep.ts';
import { setupOf } from '../harness/setup.ts';
import { engineSubject } from '../harness/subject.ts';
import { BASE } from '../model/vendors/base.ts';
import { boot, PRESETS } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';

const SEED = 1;
const SEQUENCES = 400;
const TURNS = 16;
/** Floors for this slice (design.md, section 7). */
const FLOORS = {
  model: 100_000,
  engine: 3_000_000,
  'judged engine': 1_000_000,
  'judged lockstep, plain loop': 0,
  'judged lockstep, fast-check': 50_000,
} as const;
type Subject = keyof typeof FLOORS;

const preset = PRESETS.find((p) => p.id === 'small');
if (preset === undefined) throw new Error('bench: no preset small');
const setup = setupOf(BASE, preset, PROPERTIES);
const arbitrary = new SequenceArbitrary(setup);
const sequences: readonly Sequence[] = fc.sample(arbitrary, { seed: SEED, numRuns: SEQUENCES });
const attempts = sequences.reduce((n, s) => n + s.steps.length, 0);
const subject = engineSubject(setup);
const judge = new Judge(setup, subject);
const lockstep = new Lockstep(setup, engineSubject(setup));
const clean = (): void => {
  throw new Error('bench: a property is violated; run `tdicheck check`');
};

const turns: Readonly<Record<Subject, () => void>> = {
  model: () => {
    for (const { steps } of sequences) {
      let world = boot(setup.preset);
      for (const n of steps) {
        const attempt = setup.attempts[n];
        if (attempt !== undefined) world = setup.model.attempt(attempt, world).world;
      }
    }
  },
  engine: () => {
    const engine = setup.compiler.engine(setup.attempts);
    const words = engine.initial.slice();
    for (const { steps } of sequences) {
      words.set(engine.initial);
      for (let i = 0; i < steps.length; i++) engine.step(steps[i] as number, words, words);
    }
  },
  'judged engine': () => {
    for (const { steps } of sequences) {
      subject.reset();
      for (let i = 0; i < steps.length; i++) {
        const n = steps[i] as number;
        judge.step(n, subject.attempt(n), clean);
      }
    }
  },
  'judged lockstep, plain loop': () => {
    for (const { steps } of sequences) {
      const run = lockstep.run({ steps, results: undefined });
      if (run.violations.length > 0 || run.difference !== undefined) clean();
    }
  },
  'judged lockstep, fast-check': () => {
    fc.assert(
      fc.property(arbitrary, (sequence) => {
        const run = lockstep.run(sequence);
        return run.violations.length === 0 && run.difference === undefined;
      }),
      { seed: SEED, numRuns: SEQUENCES },
    );
  },
};

const best = new Map<Subject, number>();
for (let turn = 0; turn < TURNS; turn++) {
  for (const [name, run] of Object.entries(turns) as [Subject, () => void][]) {
    const start = performance.now();
    run();
    const perSecond = (attempts / (performance.now() - start)) * 1000;
    best.set(name, Math.max(best.get(name) ?? 0, perSecond));
  }
}
const model = best.get('model') ?? 1;
console.log(
  `base, small: ${setup.layout.bitCount} bits in ${setup.layout.wordCount} words, ` +
    `${setup.attempts.length} attempts, ${setup.properties.length} properties; ` +
    `${attempts} attempts of ${SEQUENCES} sequences, best of ${TURNS} turns\n`,
);
console.log(
  `${'attempts a second'.padEnd(34)}${'k/s'.padStart(9)}${'to model'.padStart(10)}  floor`,
);
for (const [name, perSecond] of best) {
  const floor = FLOORS[name];
  const met = floor === 0 ? '' : `${floor / 1000} k/s ${perSecond >= floor ? 'met' : 'NOT met'}`;
  console.log(
    `${name.padEnd(34)}${(perSecond / 1000).toFixed(0).padStart(9)}${(perSecond / model).toFixed(2).padStart(10)}  ${met}`,
  );
}
