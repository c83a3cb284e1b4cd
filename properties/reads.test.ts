/**
 * Goal: declarations are sound: a property looks at nothing that it does not declare, and is judged
 * wherever it could say something. Method: generated and stored sequences on the model and hand-made
 * violations; views that notice every field looked at; and at every step that the declarations
 * exclude, the property must hold and no witness may fire.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../harness/cli/backends.ts';
import { SequenceArbitrary } from '../harness/generate.ts';
import { type Setup, setupOf } from '../harness/setup.ts';
import { runsOf, setupsOf } from '../harness/stored-runs.fixture.ts';
import { runsFor } from '../harness/stored-runs.ts';
import { stepsToAttempts } from '../harness/trace-steps.ts';
import { commonIdOf } from '../model/author.ts';
import { AMD_SEV_TIO } from '../model/vendors/amd-sev-tio.ts';
import { BASE } from '../model/vendors/base.ts';
import {
  boot,
  PRESETS,
  type Preset,
  type Readings,
  SCHEMA,
  type World,
  withReadings,
} from '../model/world.ts';
import { guardedStep, judged, sightings, undeclared, watching } from './guarded.fixture.ts';
import { PROPERTIES } from './index.ts';
import { isLive, type Property, type Safety, type Step } from './property.ts';
import { scripted } from './scenarios.fixture.ts';
import { VIOLATIONS } from './violations.fixture.ts';
import { SMALL } from './worlds.fixture.ts';

/** Every reading is read both ways, at least in combination. */
const READ_OTHERWISE: Partial<Readings> = {
  commandClear: 'level',
  sameValueBarWrite: 'error',
  autoErrorExit: 'yes',
  ideCapability: 'pf',
  enableStyle: 'coalesced',
  bindSurvivesReset: 'yes',
  sharedBit: 'bit47',
  initialAssignMode: 'hotplugPrivate',
  mseClearPolicy: 'passThrough',
  mmioUnmapVsStop: 'after',
  streamRange: 'presentVfs',
};
const FULL = PRESETS.find((p) => p.id === 'full') as Preset;
/** What looks at a second device or a plain VM, which only `full` has. */
const ofFull = PROPERTIES.filter((p) => p.reads.some((f) => /^(peer|p2p|plain|shown)/.test(f)));
const SETUPS = [
  ...BACKENDS.flatMap((of) =>
    [{}, READ_OTHERWISE].map((r) => setupOf(of, withReadings(SMALL, r), PROPERTIES)),
  ),
  ...[BASE, AMD_SEV_TIO].map((of) => setupOf(of, FULL, ofFull)),
];
const rules = new Set<string>();
/** What can always be done is asked of starts of runs, not of steps. */
const isSafety = (p: Property): p is Safety => !isLive(p);
const SAFETY = PROPERTIES.filter(isSafety);
interface Sequence {
  readonly steps: readonly Step[];
  /** Those that apply to it. */
  readonly properties: readonly Safety[];
}
function sequencesOf(setup: Setup, all: readonly (readonly number[])[]): readonly Sequence[] {
  for (const r of setup.rules) rules.add(r.id);
  const properties = setup.properties.filter(isSafety);
  return all.map((s) => ({ steps: stepsOf(setup, s), properties }));
}
const sampled = SETUPS.flatMap((setup) => {
  const numRuns = setup.preset.id === 'full' ? 30 : 70;
  const generated = fc.sample(new SequenceArbitrary(setup), { seed: 50, numRuns });
  const isScripted = setup.backend === BASE && setup.preset.id === SMALL.id;
  const byHand = isScripted ? scripted(setup.attempts) : [];
  return sequencesOf(setup, [...generated.map((s) => s.steps), ...byHand]);
});
/** What chance seldom comes to, and all of what only `full` has. */
const stored = BACKENDS.flatMap((of) =>
  ['small', 'full'].flatMap((preset) => {
    const own = runsOf(of.id).filter(({ trace }) => trace.preset === preset);
    return setupsOf(of, preset).flatMap((setup) =>
      sequencesOf(
        setup,
        runsFor(setup, own).map(({ file, trace }) => stepsToAttempts(trace, setup.attempts, file)),
      ),
    );
  }),
);
const sequences: readonly Sequence[] = [...sampled, ...stored];
function stepsOf(setup: Setup, sequence: readonly number[]): readonly Step[] {
  let world = boot(setup.preset);
  return sequence.map((n) => {
    const attempt = setup.attempts[n] as (typeof setup.attempts)[number];
    const { outcome, world: after } = setup.model.attempt(attempt, world);
    const code = outcome.is === 'accepted' ? '' : outcome.code;
    const { rule, args } = attempt;
    const step = {
      before: world,
      rule: commonIdOf(rule),
      args,
      outcome: { is: outcome.is, code },
      after,
    };
    world = after;
    return step;
  });
}

/** "group.field" of everything that differs. */
function changed({ before, after }: Step): ReadonlySet<string> {
  const found = new Set<string>();
  const compare = (group: string, b: unknown, a: unknown): void => {
    if (b === a) return;
    if (Array.isArray(b) && Array.isArray(a)) {
      b.forEach((row, i) => {
        compare(group, row, a[i]);
      });
      return;
    }
    const [was, is] = [b, a] as Readonly<Record<string, unknown>>[];
    for (const f of Object.keys(was ?? {})) if (was?.[f] !== is?.[f]) found.add(`${group}.${f}`);
  };
  for (const g of Object.keys(SCHEMA) as (keyof World & keyof typeof SCHEMA)[])
    compare(g, before[g], after[g]);
  return found;
}
/** The fields after whose change a property is judged. */
const triggersOf = (p: Safety): readonly string[] =>
  p.kind === 'step' ? (p.triggers ?? p.reads) : p.reads;
const isJudged = (p: Safety, s: Step, fields: ReadonlySet<string>): boolean =>
  (p.kind !== 'invariant' && p.rules.includes(s.rule)) || triggersOf(p).some((f) => fields.has(f));

describe('reads and rules', () => {
  const seen = new Map(SAFETY.map((p) => [p, new Set<string>()]));
  for (const { steps, properties } of sequences)
    for (const s of steps) {
      const step = guardedStep(s);
      for (const p of properties)
        watching(seen.get(p) as Set<string>, () => {
          judged(p, step);
          for (const [, isSeen] of sightings(p)) isSeen(step);
        });
    }
  for (const [p, looked] of seen)
    for (const s of VIOLATIONS[p.id] ?? []) {
      const step = guardedStep(s);
      watching(looked, () => judged(p, step) || p.kind === 'reach' || p.why?.(step));
    }
  it('name every field that a property or a witness looks at', () => {
    expect([...seen].flatMap(([p, looked]) => undeclared(p, looked))).toEqual([]);
  });
  it('name no field that nothing looks at', () => {
    const idle = [...seen].flatMap(([p, looked]) =>
      p.reads.filter((f) => !looked.has(f)).map((f) => `${p.id}: ${f}`),
    );
    expect(idle).toEqual([]);
  });
  it('name no field twice, and only rules and facets that there are', () => {
    for (const p of PROPERTIES) {
      expect([p.id, p.reads.length]).toEqual([p.id, new Set(p.reads).size]);
      const triggers = isSafety(p) ? triggersOf(p) : [];
      const outside = triggers.filter((f) => !(p.reads as readonly string[]).includes(f));
      expect([p.id, outside]).toEqual([p.id, []]);
      if (p.kind !== 'invariant')
        for (const r of p.rules) expect([p.id, r, rules.has(r)]).toEqual([p.id, r, true]);
    }
  });
  it('leave out no step at which a property fails or is witnessed', () => {
    const missed = new Set<string>();
    for (const { steps, properties } of sequences)
      for (const s of steps) {
        const fields = changed(s);
        for (const p of properties) {
          if (isJudged(p, s, fields)) continue;
          if (!judged(p, s)) missed.add(`${p.id} fails at ${s.rule} ${s.outcome.is}`);
          for (const [name, isSeen] of sightings(p))
            if (isSeen(s)) missed.add(`${p.id} / ${name} at ${s.rule} ${s.outcome.is}`);
        }
      }
    expect([...missed]).toEqual([]);
  });
});
