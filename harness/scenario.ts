/**
 * Scenarios: runs that a person writes and reads. A scenario attempts one rule after another, names
 * the party that attempts it, and says what every attempt comes to and, where it matters, what it
 * leaves behind.
 *
 * ```ts
 * scenario('BME cleared after lock', { says: '…', clauses: ['cfg-command'] }, [
 *   locked('VF1', 'G1'),
 *   host('command.write', { tdi: 'VF1', bme: 0, mse: 1 })
 *     .accepted('clears under lock')
 *     .leaving('tdi.VF1', { state: 'ERROR' }),
 * ]);
 * ```
 *
 * It is plain data; `Stage` (play.ts) plays it. What TypeScript cannot check cheaply (that a rule
 * exists, is this party's, and has these roles) is checked when the scenario is made.
 */
import type { Backend, Party, Rule } from '../model/author.ts';
import type { ClauseId } from '../model/clauses.ts';
import {
  type IndexSort,
  isLiteral,
  type LiteralSort,
  type Literals,
  type Roles,
  type Sort,
} from '../model/sorts.ts';
import type { Attempt, AttemptArgs } from '../model/step.ts';
import { BASE } from '../model/vendors/base.ts';
import {
  isOn,
  membersOf,
  PRESETS,
  type Preset,
  presetFor,
  type Readings,
  withReadings,
} from '../model/world.ts';
import { rulesOf } from './setup.ts';
import {
  everyName,
  memberNamed,
  type Name,
  type RowName,
  type Telling,
  type ToldOf,
  telling,
} from './telling.ts';

/** Rules use one name for one sort throughout; a test compares this list with them. */
export const ROLES = {
  tdi: 'Tdi',
  guest: 'Guest',
  page: 'Page',
  slot: 'Slot',
  keySet: 'KeySet',
  queue: 'Queue',
  reader: 'Guest',
  kind: 'VmKind',
  reserved: 'Reserved',
  module: 'Module',
  measure: 'Measure',
  bit: 'GpaBit',
  change: 'SlotChange',
  cpuid: 'Cpuid',
  secret: 'Secret',
  fbit: 'QueueReset',
  end: 'Association',
  blob: 'Blob',
  work: 'QueueWork',
  bme: 'Level',
  mse: 'Level',
  level: 'Level',
  sub: 'Sub',
  access: 'Access',
  traffic: 'Traffic',
  space: 'Space',
  range: 'Range',
  place: 'Place',
  register: 'Register',
  config: 'Config',
  setup: 'StreamSetup',
  cause: 'SessionEnd',
  reply: 'Reply',
  entropy: 'Entropy',
  id: 'Interface',
  request: 'Request',
  step: 'EnableStep',
  tamper: 'Tamper',
  power: 'Power',
  renumber: 'Renumber',
  fault: 'Fault',
  control: 'Control',
  loss: 'LinkLoss',
  doe: 'DoeError',
  portRegister: 'PortRegister',
  routing: 'Routing',
  offset: 'Offset',
  attribute: 'Attribute',
  svn: 'Svn',
  interrupt: 'Interrupt',
  connect: 'TioConnect',
  lock: 'TioLock',
  message: 'MmioMessage',
  sdte: 'Sdte',
  blobs: 'Blobs',
  contents: 'Contents',
  driver: 'HostDriver',
  reset: 'WholeReset',
  policy: 'Policy',
  finding: 'Finding',
  source: 'Source',
  sign: 'Sign',
  handover: 'Handover',
  measured: 'Remeasured',
  flags: 'P2pLock',
  registers: 'P2pSetup',
  at: 'P2pEnd',
  keys: 'P2pKeys',
  way: 'P2pWay',
  path: 'P2pPath',
  event: 'PeerEvent',
  cross: 'Cross',
  whose: 'Whose',
} as const satisfies Roles;
type RoleName = keyof typeof ROLES;
type Called<S extends Sort> = S extends LiteralSort
  ? Literals[S][number]
  : S extends IndexSort
    ? Name<S>
    : never;
/** What stands for the roles of a rule, as people write it. */
export type NamedArgs = { readonly [R in RoleName]?: Called<(typeof ROLES)[R]> };
/** Roles that may be left out: where nothing is said, nothing is out of the ordinary. */
const ORDINARY: NamedArgs = {
  connect: 'asRequired',
  lock: 'asRequired',
  message: 'reported',
  entropy: 'enough',
  id: 'hosted',
  reply: 'arrives',
  reserved: 'zero',
  module: 'succeeds',
};

/** What an attempt must come to; a case, where given, must be the one that decides. */
interface Expectation {
  readonly is: 'accepted' | 'refused' | 'dropped';
  readonly code: string;
  readonly case: string | undefined;
}
/** An attempt with what it must come to. */
export interface AttemptStep {
  readonly kind: 'attempt';
  readonly by: Party;
  readonly rule: string;
  readonly args: NamedArgs;
  readonly expects: Expectation;
  readonly leaves: Telling;
  readonly keeps: readonly RowName[];
  /** The same step, which must also leave the fields of a record so. */
  readonly leaving: <N extends RowName>(row: N, fields: ToldOf<N>) => AttemptStep;
  /** The same step, which must also leave these records as they were. */
  readonly keeping: (...keeps: readonly RowName[]) => AttemptStep;
}
/** A look at the state between attempts. */
export interface StateStep {
  readonly kind: 'state';
  readonly tells: Telling;
  /** Whether every field that is not told must be as it was at power-on. */
  readonly elseAsAtPowerOn: boolean;
  /** The same look, at one more record. */
  readonly and: <N extends RowName>(row: N, fields: ToldOf<N>) => StateStep;
}
/** A run of steps under a name. */
export interface Phrase {
  readonly kind: 'phrase';
  readonly says: string;
  readonly parts: readonly Part[];
}
export type Part = AttemptStep | StateStep | Phrase;
/** An attempt of which nothing is said yet; it is no step until it is. */
export interface Untold {
  readonly accepted: (name?: string) => AttemptStep;
  readonly refused: (code: string, name?: string) => AttemptStep;
  readonly dropped: (code: string, name?: string) => AttemptStep;
}

type StepData = Omit<AttemptStep, 'leaving' | 'keeping'>;
const attemptStep = (data: StepData): AttemptStep =>
  Object.freeze({
    ...data,
    leaving: <N extends RowName>(row: N, fields: ToldOf<N>) =>
      attemptStep({ ...data, leaves: { ...data.leaves, ...telling(row, fields) } }),
    keeping: (...keeps: readonly RowName[]) =>
      attemptStep({ ...data, keeps: [...data.keeps, ...keeps] }),
  });
const attemptBy =
  (by: Party) =>
  (rule: string, args: NamedArgs = {}): Untold => {
    const told = (is: Expectation['is'], code: string, name: string | undefined): AttemptStep =>
      attemptStep({
        kind: 'attempt',
        by,
        rule,
        args,
        expects: { is, code, case: name },
        leaves: {},
        keeps: [],
      });
    return {
      accepted: (name) => told('accepted', '', name),
      refused: (code, name) => told('refused', code, name),
      dropped: (code, name) => told('dropped', code, name),
    };
  };
/** An attempt by the TSM. */
export const tsm = attemptBy('tsm');
/** An attempt by the host, which is hostile. */
export const host = attemptBy('host');
/** An attempt by a guest. */
export const guest = attemptBy('guest');
/** An attempt by the device. */
export const device = attemptBy('device');
/** An attempt by the fabric, which is hostile. */
export const fabric = attemptBy('fabric');
const stateStep = (tells: Telling, elseAsAtPowerOn: boolean): StateStep =>
  Object.freeze({
    kind: 'state',
    tells,
    elseAsAtPowerOn,
    and: <N extends RowName>(row: N, fields: ToldOf<N>) =>
      stateStep({ ...tells, ...telling(row, fields) }, elseAsAtPowerOn),
  });
/** The state of a record here; `and` tells of another. */
export const now = <N extends RowName>(row: N, fields: ToldOf<N>): StateStep =>
  stateStep(telling(row, fields), false);
/**
 * The whole state here is as at power-on, apart from counters of episodes and from these fields.
 */
export const nowAsAtPowerOnBut = <N extends RowName>(row: N, fields: ToldOf<N>): StateStep =>
  stateStep(telling(row, fields), true);
/** Steps that several scenarios share. */
export const phrase = (says: string, parts: readonly Part[]): Phrase =>
  Object.freeze({ kind: 'phrase', says, parts });

/** What a scenario is about, and the world it plays in. */
export interface About {
  /** What happens and why it matters, in a few sentences; line breaks are as good as spaces. */
  readonly says: string;
  readonly clauses: readonly ClauseId[];
  /** The id of a preset; without it the one with every facet. */
  readonly preset?: string;
  readonly readings?: Partial<Readings>;
  readonly backend?: Backend;
}
/** A step in its place. */
export interface Placed {
  /** Counted from 1. */
  readonly number: number;
  /** The phrases it is part of, outermost first. */
  readonly within: readonly string[];
  readonly step: AttemptStep | StateStep;
  /** What is attempted; undefined for a look at the state. */
  readonly attempt: Attempt | undefined;
}
export interface Scenario {
  readonly title: string;
  readonly says: string;
  readonly clauses: readonly ClauseId[];
  readonly backend: Backend;
  readonly preset: Preset;
  readonly steps: readonly Placed[];
}

/** The steps of phrases and all, in order. */
const flat = (
  parts: readonly Part[],
  within: readonly string[],
): Omit<Placed, 'number' | 'attempt'>[] =>
  parts.flatMap((part) =>
    part.kind === 'phrase' ? flat(part.parts, [...within, part.says]) : [{ within, step: part }],
  );
/** The step as it was written, for messages. */
export function written(step: AttemptStep): string {
  const args = Object.entries(step.args).map(([role, value]) => `${role} ${value}`);
  return `${step.by} ${step.rule}${args.length === 0 ? '' : ` (${args.join(', ')})`}`;
}

function argsFor(rule: Rule, preset: Preset, given: NamedArgs): AttemptArgs {
  const stray = Object.keys(given).filter((role) => !(role in rule.over));
  if (stray.length > 0)
    throw new Error(`it has no ${stray.join(', ')}, only ${Object.keys(rule.over).join(', ')}`);
  return Object.fromEntries(
    Object.entries(rule.over).map(([role, sort]) => {
      const value = given[role as RoleName] ?? ORDINARY[role as RoleName];
      if (value === undefined) throw new Error(`it needs ${role}, a ${sort}`);
      if (!isLiteral(sort)) return [role, memberNamed(preset, sort, String(value))];
      const values = membersOf(preset, sort);
      if (!values.includes(value))
        throw new Error(`${role} ${value} is none of ${values.join(', ')} in preset ${preset.id}`);
      return [role, value];
    }),
  );
}
/** What a step attempts, or an error that says why no such thing can be attempted. */
function attemptOf(rules: readonly Rule[], preset: Preset, step: AttemptStep): Attempt {
  const rule = rules.find((r) => r.id === step.rule);
  if (rule === undefined) {
    const own = rules.filter((r) => r.by === step.by).map((r) => r.id);
    throw new Error(`no such rule; those of the ${step.by} are ${own.join(', ')}`);
  }
  if (rule.by !== step.by) throw new Error(`it is the ${rule.by} that attempts it`);
  const off = rule.facets.filter((f) => !isOn(preset, f));
  if (off.length > 0) throw new Error(`facet ${off.join(', ')} is off in preset ${preset.id}`);
  const { is, code, case: name } = step.expects;
  const possible = rule.cases.some(
    ({ outcome, ...c }) =>
      outcome.is === is &&
      (outcome.is === 'accepted' || outcome.code === code) &&
      (name === undefined || c.name === name),
  );
  if (!possible)
    throw new Error(
      `no case of it is ${[is, code, name && `'${name}'`].filter(Boolean).join(' ')}`,
    );
  return { rule, args: argsFor(rule, preset, step.args) };
}
/** A name that TypeScript lets pass may still name a member that the preset lacks. */
function checkNames(preset: Preset, names: readonly string[]): void {
  const all = everyName(preset);
  const records = new Set(all.map((name) => name.slice(0, name.lastIndexOf('.'))));
  const stray = names.find((name) => !all.includes(name) && !records.has(name));
  if (stray !== undefined) throw new Error(`${stray} cannot be told in preset ${preset.id}`);
}

/** Makes a scenario; a step that nobody could attempt is an error here and now. */
export function scenario(title: string, about: About, parts: readonly Part[]): Scenario {
  const { clauses, backend = BASE, readings = {} } = about;
  const says = about.says.replace(/\s+/g, ' ').trim();
  const found = PRESETS.find((p) => p.id === (about.preset ?? 'small'));
  if (found === undefined) throw new Error(`scenario: '${title}': no preset ${about.preset}`);
  const preset = presetFor(backend, withReadings(found, readings));
  const rules = rulesOf(backend);
  const steps = flat(parts, []).map(({ within, step }, i): Placed => {
    const place = { number: i + 1, within, step };
    try {
      if (step.kind === 'state') {
        checkNames(preset, Object.keys(step.tells));
        return { ...place, attempt: undefined };
      }
      checkNames(preset, [...Object.keys(step.leaves), ...step.keeps]);
      return { ...place, attempt: attemptOf(rules, preset, step) };
    } catch (error) {
      const what = step.kind === 'state' ? 'the state' : written(step);
      throw new Error(`scenario: '${title}', step ${i + 1}, ${what}: ${(error as Error).message}`);
    }
  });
  return Object.freeze({ title, says, clauses, backend, preset, steps });
}
