import type { Backend } from '../../model/author.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import { BASE } from '../../model/vendors/base.ts';
import { IBM_SE_AP } from '../../model/vendors/ibm-se-ap.ts';
import { KVM_TDX } from '../../model/vendors/tdx-launch.ts';
import type { Preset } from '../../model/world.ts';
import { uselessness } from '../usable.ts';

/** The backends that are known by name. */
export const BACKENDS: readonly Backend[] = [BASE, AMD_SEV_TIO, IBM_SE_AP, KVM_TDX];
/** These, and the one that a user brought along. */
export const withKnown = (backend: Backend | undefined): readonly Backend[] =>
  backend === undefined || BACKENDS.includes(backend) ? BACKENDS : [...BACKENDS, backend];

/** The ids of the known backends that can do something in a preset. */
export const usableIn = (preset: Preset): readonly string[] =>
  BACKENDS.filter((b) => uselessness(b, preset) === undefined).map((b) => b.id);
/** These in words. */
export const usableText = (ids: readonly string[]): string =>
  ids.length === BACKENDS.length ? 'any' : ids.join(', ');
