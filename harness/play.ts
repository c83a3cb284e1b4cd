/**
 * Plays scenarios: on the reference model, where every step must come to what it says, and then on
 * the packed engine in lockstep with the model, where nothing may differ and no property may be
 * violated.
 */
import type { Outcome } from '../model/author.ts';
import type { Attempt, Result } from '../model/step.ts';
import { boot, isOn, type Preset, type World } from '../model/world.ts';
import type { Property } from '../properties/property.ts';
import { Lockstep } from './lockstep.ts';
import { columnsOf } from './report/columns.ts';
import type { AttemptStep, Placed, Scenario } from './scenario.ts';
import { written } from './scenario.ts';
import { type Setup, setupOf } from './setup.ts';
import { engineSubject, modelSubject } from './subject.ts';
import { changedIn, everyName, stateLine, tell } from './telling.ts';

/** A scenario that does not come to what it says. */
export class ScenarioFailure extends Error {
  override readonly name = 'ScenarioFailure';
}

const rows = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([label, text]) => `  ${label.padEnd(8)}  ${text}`).join('\n');
const placeOf = (s: Scenario, { number, within }: Placed): string =>
  `${s.title}: step ${number} of ${s.steps.length}${within.map((w) => `, in '${w}'`).join('')}`;
const outcomeText = (is: string, code: string, name: string | undefined): string =>
  [is, code, name === undefined ? '' : `(${name})`].filter((x) => x !== '').join(' ');
const codeOf = (o: Outcome): string => (o.is === 'accepted' ? '' : o.code);
const what = ({ step }: Placed): string => (step.kind === 'attempt' ? written(step) : 'the state');

/** The state on one line; of a world without TDIs, how far each member is. */
function stateText(preset: Preset, world: World): string {
  if (isOn(preset, 'core')) return stateLine(world);
  const { names, letters } = columnsOf(preset);
  return letters(world)
    .map(({ letter }, i) => `${names[i]} ${letter}`)
    .join(' · ');
}

function fail(s: Scenario, p: Placed, expected: string, got: string, world: World): never {
  throw new ScenarioFailure(
    `${placeOf(s, p)}\n${rows([
      ['tried', what(p)],
      ['expected', expected],
      ['got', got],
      ['state', stateText(s.preset, world)],
    ])}`,
  );
}

/** Every field that is told must be so. */
function compareState(
  s: Scenario,
  p: Placed,
  tells: Readonly<Record<string, unknown>>,
  world: World,
): void {
  for (const [name, expected] of Object.entries(tells)) {
    const got = tell(s.preset, world, name);
    if (got !== expected) fail(s, p, `${name} ${expected}`, `${name} ${got}`, world);
  }
}
function compareWithPowerOn(s: Scenario, p: Placed, tells: object, world: World): void {
  const first = boot(s.preset);
  const rest = everyName(s.preset).filter((name) => !(name in tells));
  compareState(s, p, Object.fromEntries(rest.map((n) => [n, tell(s.preset, first, n)])), world);
}
function compareOutcome(
  s: Scenario,
  p: Placed,
  step: AttemptStep,
  attempt: Attempt,
  result: Result,
): void {
  const { is, code, case: name } = step.expects;
  const { outcome } = result;
  const decided = attempt.rule.cases[result.at]?.name;
  const asTold =
    outcome.is === is && codeOf(outcome) === code && (name === undefined || name === decided);
  const got = outcomeText(outcome.is, codeOf(outcome), decided);
  if (!asTold) fail(s, p, outcomeText(is, code, name), got, result.world);
}

/** Plays on the reference model; gives the world at the end. */
function playOnModel(s: Scenario, { model }: Setup): World {
  let world = boot(s.preset);
  for (const placed of s.steps) {
    const { step, attempt } = placed;
    if (step.kind === 'state') {
      compareState(s, placed, step.tells, world);
      if (step.elseAsAtPowerOn) compareWithPowerOn(s, placed, step.tells, world);
      continue;
    }
    if (attempt === undefined) throw new Error(`playOnModel: ${placeOf(s, placed)} has no attempt`);
    const before = world;
    const result = model.attempt(attempt, before);
    compareOutcome(s, placed, step, attempt, result);
    world = result.world;
    compareState(s, placed, step.leaves, world);
    const changed = step.keeps.flatMap((row) => changedIn(s.preset, before, world, row));
    if (changed.length > 0)
      fail(s, placed, `${step.keeps.join(', ')} as before`, `${changed.join(', ')} changed`, world);
  }
  return world;
}

/** A preset made ready. */
interface Ready {
  readonly setup: Setup;
  readonly numberOf: ReadonlyMap<string, number>;
  readonly lockstep: readonly Lockstep[];
}
const keyOf = ({ rule, args }: Attempt): string => `${rule.id} ${JSON.stringify(args)}`;
const sameWorld = (a: Preset, b: Preset): boolean =>
  a.id === b.id && JSON.stringify(a.readings) === JSON.stringify(b.readings);

/** Where scenarios are played. What a preset needs is made once. */
export class Stage {
  readonly #properties: readonly Property[];
  readonly #ready: Ready[] = [];

  constructor(properties: readonly Property[]) {
    this.#properties = properties;
  }
  /** Plays a scenario; throws `ScenarioFailure` at the first thing that is not as it should be. */
  play(s: Scenario): World {
    const ready = this.#readyFor(s);
    const world = playOnModel(s, ready.setup);
    for (const lockstep of ready.lockstep) this.#judge(s, ready, lockstep);
    return world;
  }
  /** The same attempts in lockstep: no difference, no violation. */
  #judge(s: Scenario, { numberOf }: Ready, lockstep: Lockstep): void {
    const attempts = s.steps.flatMap((p) => (p.attempt === undefined ? [] : [{ p, a: p.attempt }]));
    const steps = attempts.map(({ p, a }) => {
      const n = numberOf.get(keyOf(a));
      if (n === undefined) throw new Error(`Stage.play: ${placeOf(s, p)}: ${keyOf(a)} is unknown`);
      return n;
    });
    const { difference, violations } = lockstep.run({ steps, results: undefined });
    const [violation] = violations;
    const step = difference?.step ?? violation?.step;
    if (step === undefined) return;
    const said = difference?.says ?? `violates ${violation?.property.id}: ${violation?.why}`;
    const placed = attempts[step]?.p;
    const where = placed === undefined ? `${s.title}: at power-on` : placeOf(s, placed);
    throw new ScenarioFailure(
      `${where}\n${rows([
        ['tried', placed === undefined ? 'nothing' : what(placed)],
        [lockstep.subject.id, said],
      ])}`,
    );
  }
  #readyFor(s: Scenario): Ready {
    const known = this.#ready.find(
      ({ setup }) => setup.backend === s.backend && sameWorld(setup.preset, s.preset),
    );
    if (known !== undefined) return known;
    const setup = setupOf(s.backend, s.preset, this.#properties);
    const made: Ready = {
      setup,
      numberOf: new Map(setup.attempts.map((a, n) => [keyOf(a), n])),
      lockstep: [modelSubject(setup), engineSubject(setup)].map((x) => new Lockstep(setup, x)),
    };
    this.#ready.push(made);
    return made;
  }
}
