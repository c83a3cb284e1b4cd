/**
 * The subjects that have a name: how each is made, in which world it is judged, and which mistakes it can be given.
 *
 * Engine and model run rules, so a mistake is one of rules. The stack owes nothing to the rules: it has faults of its
 * own, a world of its own, and it shows less.
 */
import { DEFAULT_READINGS as OF_DEVICE } from '../impl/stack/device/behaviour.ts';
import type { Backend, Rule } from '../model/author.ts';
import { PRESETS, type Preset, type Readings } from '../model/world.ts';
import type { Property } from '../properties/property.ts';
import type { CampaignOptions } from './campaign.ts';
import type { MinimiseOptions } from './minimise.ts';
import { type Setup, setupOf } from './setup.ts';
import { STACK_PRESET, stackSetup } from './stack/preset.ts';
import { StackSubject } from './stack/subject.ts';
import type { StackFault } from './stack/world.ts';
import { engineSubject, modelSubject, type Subject, type SubjectName } from './subject.ts';

/** A mistake that a subject is given on purpose. */
export type Mistake = {
  readonly id: string;
  /** The properties that should name it; they are preferred where several are violated. */
  readonly properties?: readonly string[];
} & (
  | { readonly rules: (base: readonly Rule[]) => readonly Rule[] }
  /** Of the stack; made anew for every subject, because some keep state. */
  | { readonly make: () => StackFault }
);

/** Every preset that can be named; that of the stack is a world for the others as well. */
export const KNOWN_PRESETS: readonly Preset[] = [...PRESETS, STACK_PRESET];

/** A sequence of the stack takes a hundred times as long as one of rules: most of it is arithmetic on curves. */
const STACK_PACE = { patience: 20, breath: 1, evaluationsMax: 600 } as const;
/** Limits for campaigns and minimisations of a subject, where they are not the usual ones. */
export const paceOf = (
  subject: SubjectName,
): Pick<CampaignOptions, 'patience' | 'breath'> & MinimiseOptions =>
  subject === 'stack' ? STACK_PACE : {};

/** The readings that the stack's device can be asked for. */
export const STACK_READINGS = Object.keys(OF_DEVICE) as readonly (keyof typeof OF_DEVICE)[];
/** The readings, of those given, that a subject can be asked to follow. */
export const readingsOf = (subject: SubjectName, readings: Partial<Readings>): Partial<Readings> =>
  subject === 'stack'
    ? Object.fromEntries(
        Object.entries(readings).filter(([name]) => STACK_READINGS.some((r) => r === name)),
      )
    : readings;

/** Prepares a run of a subject. */
export function setupFor(
  subject: SubjectName,
  backend: Backend,
  preset: Preset,
  properties: readonly Property[],
): Setup {
  const setup = setupOf(backend, preset, properties);
  return subject === 'stack' ? stackSetup(setup) : setup;
}

/** A subject by name, as it is or with a mistake; throws where the mistake is none of this subject's. */
export function subjectOf(name: SubjectName, setup: Setup, mistake: Mistake | undefined): Subject {
  if (name === 'stack') {
    if (mistake !== undefined && !('make' in mistake))
      throw new Error(`subjectOf: ${mistake.id} is a mistake of rules, and the stack runs none`);
    return new StackSubject(setup, 'stack', mistake?.make());
  }
  if (mistake !== undefined && !('rules' in mistake))
    throw new Error(`subjectOf: ${mistake.id} is a fault of the stack, not of rules`);
  const rules = mistake?.rules(setup.rules) ?? setup.rules;
  return name === 'model' ? modelSubject(setup, rules) : engineSubject(setup, rules);
}
