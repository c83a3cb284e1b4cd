// Goal: what the exhaustive judge passes over would have told nothing new. Method: beside it a judge that leaves nothing out,
// on some states of `tiny`: many under the rules as they are, fewer under each of some mutants.
import { describe, expect, test } from 'vitest';
import { attemptOf, explore, planOf, viewOf } from '../../impl/engine/index.ts';
import { commonIdOf, type Rule } from '../../model/author.ts';
import { BASE } from '../../model/vendors/base.ts';
import {
  boot,
  PRESETS,
  type Preset,
  type SCHEMA,
  type World,
  type WorldView,
} from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { isLive, type Property, type Step } from '../../properties/property.ts';
import { ACCEPTED, entryOf, verdictOf } from '../judge.ts';
import { mutantsOf } from '../mutate.ts';
import { attemptsUnder, type Setup, setupOf } from '../setup.ts';
import { ExhaustiveJudge } from './exhaustive-judge.ts';

const tiny = PRESETS.find((p) => p.id === 'tiny') as Preset;
const STATES = 3000;
/** Under each mutant. */
const STATES_OF_MUTANT = 200;

/** The properties that were violated, and the witnesses that fired. */
interface Seen {
  readonly violated: Set<string>;
  readonly fired: Set<string>;
}

/** Everything is asked of every state and every attempt. */
function naive(setup: Setup, rules: readonly Rule[], states: readonly Int32Array[]): Seen {
  const attempts = attemptsUnder(setup, rules);
  const engine = setup.compiler.engine(attempts);
  const entries = setup.properties.map((p) => ({ p, e: entryOf(setup, p) }));
  const seen: Seen = { violated: new Set(), fired: new Set() };
  const to = engine.initial.slice();
  const show = (): { view: WorldView; bind: (w: Int32Array) => void } => {
    const v = viewOf<typeof SCHEMA, World>(setup.layout);
    v.bind(to);
    return {
      view: Object.assign(v.state, { readings: setup.preset.readings }),
      bind: (w) => v.bind(w),
    };
  };
  const before = show();
  const after = show();
  const witnesses = (p: Property): readonly [string, (s: Step) => boolean][] =>
    p.kind === 'reach'
      ? [['reached', p.reached]]
      : 'witnesses' in p
        ? Object.entries(p.witnesses)
        : [];
  const ask = (step: Step, isStep: boolean): void => {
    for (const { p, e } of entries) {
      if (p.kind === 'invariant' || isStep) if (!e.judge(step)) seen.violated.add(p.id);
      if (isStep)
        for (const [name, w] of witnesses(p)) if (w(step)) seen.fired.add(`${p.id}: ${name}`);
    }
  };
  for (const words of states) {
    before.bind(words);
    after.bind(words);
    ask({ before: before.view, rule: '', args: {}, outcome: ACCEPTED, after: after.view }, false);
    after.bind(to);
    for (const [n, { rule, args }] of attempts.entries()) {
      const at = engine.step(n, words, to);
      const outcome = verdictOf(rule.cases[at]?.outcome ?? { is: 'accepted' });
      const step = {
        before: before.view,
        rule: commonIdOf(rule),
        args,
        outcome,
        after: after.view,
      };
      ask(step, true);
    }
  }
  return seen;
}

function exhaustive(setup: Setup, rules: readonly Rule[], states: readonly Int32Array[]): Seen {
  const attempts = attemptsUnder(setup, rules);
  const engine = setup.compiler.engine(attempts);
  const judge = new ExhaustiveJudge(setup, engine, attempts);
  const violated = new Set<string>();
  const tell = (i: number): void => void violated.add(setup.properties[i]?.id ?? '');
  const out = new Int32Array(engine.succLengthMax);
  for (const words of states) {
    judge.state(words, 0, tell);
    const end = engine.succ(words, 0, out);
    for (let j = 0; j < end; j += engine.stride) judge.step(words, 0, out, j, tell);
  }
  const fired = judge.tallies.flatMap((t) =>
    t.witnesses.filter((w) => w.fired > 0).map((w) => `${t.property.id}: ${w.name}`),
  );
  return { violated, fired: new Set(fired) };
}

const setup = setupOf(
  BASE,
  tiny,
  PROPERTIES.filter((p) => !isLive(p)),
);
const awake = new Set(setup.attempts.map((a) => a.rule.id));
const mutants = mutantsOf(setup.rules)
  .filter((m) => awake.has(m.rule))
  .filter((_, i) => i % 27 === 7);
/** So many of the first ones, evenly spread. */
const sampled = (rules: readonly Rule[], wanted: number, of: number): readonly Int32Array[] => {
  const engine = setup.compiler.engine(attemptsUnder(setup, rules));
  const { states, words } = explore(engine, { plan: planOf(engine), statesMax: of });
  const every = Math.max(1, Math.floor(states / wanted));
  return Array.from({ length: Math.min(wanted, states) }, (_, i) => words(i * every));
};

describe('the exhaustive judge tells what a judge tells that leaves nothing out', () => {
  test('of the rules as they are', () => {
    const states = sampled(setup.rules, STATES, Infinity);
    expect(states).toHaveLength(STATES);
    const all = naive(setup, setup.rules, states);
    const told = exhaustive(setup, setup.rules, states);
    expect(told.violated).toEqual(all.violated);
    expect(told.fired).toEqual(all.fired);
    expect(all.fired.size).toBeGreaterThan(100);
  });
  test.each(mutants.map((m) => [m.id, m] as const))('of %s', (_, mutant) => {
    const rules = mutant.rules();
    const states = sampled(rules, STATES_OF_MUTANT, 60_000);
    expect(exhaustive(setup, rules, states).violated).toEqual(naive(setup, rules, states).violated);
  });
});

test('what is wrong with a refusal is told with the attempt that was refused', () => {
  const isBound = (s: Step): boolean => s.before.tsm.some((t) => t.boundTo !== null);
  const [some] = PROPERTIES.filter((p) => p.kind === 'step' && p.facets.length === 0);
  const rebinds = {
    ...(some as Extract<Property, { kind: 'step' }>),
    rules: ['tsm.bind'],
    reads: ['tsm.boundTo'] as const,
    triggers: [],
    holds: (s: Step) => s.rule !== 'tsm.bind' || s.outcome.is !== 'refused' || !isBound(s),
  };
  const setup = setupOf(BASE, tiny, [rebinds]);
  const engine = setup.compiler.engine(setup.attempts);
  const judges = new ExhaustiveJudge(setup, engine, setup.attempts);
  const { found } = explore(engine, { plan: planOf(engine), judges });
  const via = found[0]?.via;
  expect(setup.attempts[via === undefined ? -1 : attemptOf(via)]?.rule.id).toBe('tsm.bind');
});

test('a property that only forbids changes holds of whatever changes nothing', () => {
  const setup = setupOf(BASE, tiny, PROPERTIES);
  const some = setup.properties.flatMap((p) => (p.kind === 'step' && p.forbidsChange ? [p] : []));
  expect(some.length).toBeGreaterThan(0);
  let world = boot(setup.preset);
  let asked = 0;
  for (let n = 0; n < 4000; n++) {
    const attempt = setup.attempts[(n * 7919) % setup.attempts.length];
    if (attempt === undefined) continue;
    for (const is of ['accepted', 'refused', 'dropped'] as const) {
      const outcome = { is, code: 'ANY' };
      const { id } = attempt.rule;
      for (const p of some) {
        asked++;
        const s = { before: world, rule: id, args: attempt.args, outcome, after: world };
        expect(p.holds(s)).toBe(true);
      }
    }
    world = setup.model.attempt(attempt, world).world;
  }
  expect(asked).toBeGreaterThan(10_000);
});
