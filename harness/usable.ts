/** What keeps a backend from doing anything in a preset that could be judged. */
import type { Backend } from '../model/author.ts';
import { isLiteral } from '../model/sorts.ts';
import { areOn, isOn, type Preset, presetFor } from '../model/world.ts';
import { rulesOf } from './setup.ts';

/**
 * Why a backend is of no use in a preset; undefined: it is of use. `nothing`: there is no attempt. `no connection`: sessions
 * begin only inside a command of the host (reading connectBy), and the commands of which the common rules know are off.
 */
export function uselessness(
  backend: Backend,
  wanted: Preset,
): 'nothing' | 'no connection' | undefined {
  const preset = presetFor(backend, wanted);
  const awake = rulesOf(backend).filter(
    (r) =>
      areOn(preset, r.facets) &&
      Object.values(r.over).every((s) => isLiteral(s) || preset.sizes[s] > 0),
  );
  if (awake.length === 0) return 'nothing';
  const isAsked = preset.readings.connectBy === 'command' && !isOn(preset, 'tio');
  return isAsked && awake.some((r) => r.id === 'spdm.connect.begin') ? 'no connection' : undefined;
}
