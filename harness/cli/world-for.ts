import type { Backend } from '../../model/author.ts';
import { PRESETS, type Preset, type Readings, withReadings } from '../../model/world.ts';
import type { Property } from '../../properties/property.ts';
import { UsageError } from '../errors.ts';
import { backendOfSlice } from '../explore/slices.ts';
import { setupOf } from '../setup.ts';
import { STACK_PRESET } from '../stack/preset.ts';
import type { SubjectName } from '../subject.ts';
import { KNOWN_PRESETS, readingsOf, STACK_READINGS } from '../subjects.ts';
import { uselessness } from '../usable.ts';
import {
  DEFAULT_BACKEND,
  DEFAULT_PRESET,
  SAMPLED_PRESETS,
  SEARCHED_BACKEND,
  STACK_BACKEND,
} from './defaults.ts';
import { readingsFor } from './options.ts';
import { pick } from './pick.ts';

/** The id of the backend that a subject is checked with in a preset, unless another one is given. */
export function backendIdFor(
  subject: SubjectName,
  given: string | undefined,
  preset: string = DEFAULT_PRESET,
): string {
  if (given !== undefined) return given;
  if (subject === 'stack') return STACK_BACKEND;
  return SAMPLED_PRESETS.includes(preset) ? DEFAULT_BACKEND : searchedBackendFor(undefined, preset);
}
/** The id of the backend whose states are searched in a preset: that of the slice, unless another one is given. */
export const searchedBackendFor = (given: string | undefined, preset: string): string =>
  given ?? backendOfSlice(preset) ?? SEARCHED_BACKEND;

/** Refuses a world in which nothing would be looked at, of which anything would hold. */
export function assertJudges(
  backend: Backend,
  preset: Preset,
  properties: readonly Property[] | undefined,
): void {
  const setup = setupOf(backend, preset, properties ?? []);
  const own = backendOfSlice(preset.id);
  const useless = uselessness(backend, preset);
  if (useless === 'no connection')
    throw new UsageError(
      `backend ${backend.id} connects to no device in preset ${preset.id}: facet tio is off there, and with connectBy=command only its commands connect`,
      elsewhereFor(backend, preset),
    );
  if (useless === 'nothing')
    throw new UsageError(
      `backend ${backend.id} can do nothing in preset ${preset.id}, so nothing can be judged`,
      `its world has none of the facets ${preset.facets.join(', ')}`,
      own === undefined
        ? 'npx tdicheck list presets shows all'
        : `expected --backend ${own}, or none`,
    );
  const [[property, why] = []] = setup.notApplicable;
  if (property !== undefined && setup.properties.length === 0)
    throw new UsageError(
      `of the chosen properties none says anything of backend ${backend.id} in preset ${preset.id}`,
      `${property.id}: ${why}`,
    );
}

/** Where a backend can connect that cannot in a preset. */
function elsewhereFor(backend: Backend, { readings }: Preset): string {
  const others = PRESETS.filter((p) => {
    const own = backendOfSlice(p.id) ?? backend.id;
    return own === backend.id && uselessness(backend, withReadings(p, readings)) === undefined;
  });
  return others.length === 0
    ? 'expected another backend, or --reading connectBy=tsm'
    : `expected --preset ${others.map((p) => p.id).join(', ')}, or another backend`;
}

/** The preset that a subject is checked in; the stack has one of its own. */
export function presetOf(subject: SubjectName, given: string | undefined): Preset {
  const preset = pick(
    'preset',
    given ?? (subject === 'stack' ? STACK_PRESET.id : DEFAULT_PRESET),
    KNOWN_PRESETS,
  );
  if (subject === 'stack' && preset !== STACK_PRESET)
    throw new UsageError(
      `--preset cannot be ${JSON.stringify(given)} with --subject stack`,
      `expected ${STACK_PRESET.id}, the world of its platform, or none`,
    );
  return preset;
}

/** Refuses backends whose verbs a subject does not speak. */
export function assertSpeaks(subject: SubjectName, backend: Backend): void {
  if (subject === 'stack' && backend.id !== STACK_BACKEND)
    throw new UsageError(
      `the stack does not speak the verbs of backend ${backend.id}`,
      `expected --backend ${STACK_BACKEND}, or none`,
    );
}

/** The readings that a user fixes: none that subject or backend have otherwise. */
export function readingsFixed(
  subject: SubjectName,
  backend: Backend,
  given: Partial<Readings> | undefined,
): Partial<Readings> {
  const fixed = readingsFor(backend, given);
  const known = readingsOf(subject, fixed);
  const [name] = Object.keys(fixed).filter((n) => !(n in known));
  if (name !== undefined)
    throw new UsageError(
      `--reading ${name} cannot be fixed with --subject ${subject}`,
      `its device can be asked for ${STACK_READINGS.join(', ')} only`,
    );
  return fixed;
}
