/**
 * Goal: the correct model violates no property under any reading, and every witness and reach is
 * seen. Method: generated sequences from power-on, biased to progress; every property is judged at
 * every step of the reference model; witnesses are counted by the harness, as `check` counts them,
 * with a few scripted sequences for rare ones.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../harness/cli/backends.ts';
import { SequenceArbitrary } from '../harness/generate.ts';
import { Judge } from '../harness/judge.ts';
import { type Setup, setupOf } from '../harness/setup.ts';
import { runsOf, setupsOf } from '../harness/stored-runs.fixture.ts';
import { makeStoredRuns } from '../harness/stored-runs.ts';
import { engineSubject } from '../harness/subject.ts';
import { commonIdOf } from '../model/author.ts';
import { BASE } from '../model/vendors/base.ts';
import { boot, PRESETS, type Preset, type Readings, withReadings } from '../model/world.ts';
import { judged } from './guarded.fixture.ts';
import { FAMILIES, PROPERTIES } from './index.ts';
import type { Step } from './property.ts';
import { scripted } from './scenarios.fixture.ts';

const presetOf = (id: string): Preset => PRESETS.find((p) => p.id === id) as Preset;
const SMALL = presetOf('small');
const sequences = (setup: Setup, seed: number, count: number): readonly (readonly number[])[] =>
  fc.sample(new SequenceArbitrary(setup), { seed, numRuns: count }).map((s) => s.steps);

/** Judges every property on every step of the model; the first violation, if any, as text. */
function violationIn(setup: Setup, steps: readonly number[]): string | undefined {
  let world = boot(setup.preset);
  for (const [i, n] of steps.entries()) {
    const attempt = setup.attempts[n] as (typeof setup.attempts)[number];
    const { outcome, world: after } = setup.model.attempt(attempt, world);
    const code = outcome.is === 'accepted' ? '' : outcome.code;
    const { rule, args } = attempt;
    const step: Step = {
      before: world,
      rule: commonIdOf(rule),
      args,
      outcome: { is: outcome.is, code },
      after,
    };
    for (const p of setup.properties)
      if (!judged(p, step)) {
        const told = steps.slice(Math.max(0, i - 30), i + 1).map((k) => {
          const a = setup.attempts[k];
          return `${a?.rule.id} ${JSON.stringify(a?.args)}`;
        });
        const why = p.kind === 'reach' ? '' : p.why?.(step);
        return [`${p.id}: ${why}`, ...told].join('\n');
      }
    world = after;
  }
  return undefined;
}

describe('the families', () => {
  it('have distinct ids and titles, and the two titles of the mission', () => {
    const ids = PROPERTIES.map((p) => p.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(PROPERTIES.map((p) => p.title)).size).toBe(ids.length);
    const titleOf = (id: string): string | undefined => PROPERTIES.find((p) => p.id === id)?.title;
    expect(titleOf('tlp-no-private-dma-outside-run')).toBe('No DMA to private memory outside RUN');
    expect(titleOf('cfg-bme-clear-forces-error')).toBe('BME clear after lock forces ERROR');
  });
  it('are as many as they are', () => {
    const counts = Object.entries(FAMILIES).map(([name, all]) => `${name} ${all.length}`);
    expect(counts).toMatchInlineSnapshot(`
      [
        "tdi 45",
        "config 40",
        "tlp 19",
        "ide 20",
        "spdm 11",
        "tsm 28",
        "memory 17",
        "os 24",
        "ap 28",
        "tdx 24",
        "sev-tio 33",
        "launch 9",
        "host 27",
        "peer 38",
        "reach 27",
        "live 7",
      ]
    `);
  });
});

const VARIANTS: readonly Partial<Readings>[] = [
  {},
  { commandClear: 'level' },
  { sameValueBarWrite: 'error' },
  { autoErrorExit: 'yes' },
  { ideCapability: 'pf' },
  { enableStyle: 'coalesced' },
  { enableStyle: 'prebound' },
  {
    initialAssignMode: 'hotplugPrivate',
    mseClearPolicy: 'passThrough',
    mmioUnmapVsStop: 'after',
    streamRange: 'presentVfs',
  },
  { initialAssignMode: 'coldPrivate', mseClearPolicy: 'unbindFirst', mmioUnmapVsStop: 'before' },
];
/** Backends with a world of their own. */
const OTHERS = BACKENDS.filter((b) => b !== BASE);
const scriptedFor = (setup: Setup): readonly (readonly number[])[] =>
  setup.backend === BASE ? scripted(setup.attempts) : [];
/** What no stored run shows is waited for in rounds of so many sequences, for so many rounds. */
const ROUND = 250;
const ROUNDS_MAX = 12;
describe('the correct model', () => {
  it.each(VARIANTS)('violates no property under %o', (readings) => {
    const setup = setupOf(BASE, withReadings(SMALL, readings), PROPERTIES);
    for (const steps of sequences(setup, 20, 80)) expect(violationIn(setup, steps)).toBeUndefined();
  });
  it('violates none that applies in the smallest preset', () => {
    const setup = setupOf(BASE, presetOf('tiny'), PROPERTIES);
    for (const steps of sequences(setup, 30, 80)) expect(violationIn(setup, steps)).toBeUndefined();
  });
  it.each(OTHERS)('violates none in the world of $id', (of) => {
    for (const readings of [{}, { bindSurvivesReset: 'yes', sharedBit: 'bit47' }] as const)
      for (const preset of [SMALL, presetOf('tiny')]) {
        const setup = setupOf(of, withReadings(preset, readings), PROPERTIES);
        for (const steps of sequences(setup, 25, 80))
          expect(violationIn(setup, steps)).toBeUndefined();
      }
  });
  it.each(BACKENDS)('shows every witness and reach in the world of $id', async (of) => {
    const setup = setupOf(of, SMALL, PROPERTIES);
    const subject = engineSubject(setup);
    const judge = new Judge(setup, subject);
    const judgeAll = (all: readonly (readonly number[])[]): void => {
      for (const steps of all) {
        subject.reset();
        for (const n of steps) judge.step(n, subject.attempt(n), (p) => expect.fail(p.id));
      }
    };
    const { hasSeen } = await makeStoredRuns('engine', setupsOf(of), runsOf(of.id));
    const unseen = (): readonly string[] =>
      judge.tallies.flatMap(({ property, witnesses }) =>
        witnesses
          .filter((w) => w.fired === 0 && !hasSeen(property.id, w.name))
          .map((w) => `${property.id} / ${w.name}`),
      );
    judgeAll(scriptedFor(setup));
    for (let i = 0; i < ROUNDS_MAX && unseen().length > 0; i++)
      judgeAll(sequences(setup, 40 + i, ROUND));
    expect(unseen()).toEqual([]);
  });
});
