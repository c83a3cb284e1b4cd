import type { Backend } from '../../model/author.ts';
import { AMD_SEV_TIO } from '../../model/vendors/amd-sev-tio.ts';
import { BASE } from '../../model/vendors/base.ts';
import { IBM_SE_AP } from '../../model/vendors/ibm-se-ap.ts';
import { KVM_TDX } from '../../model/vendors/tdx-launch.ts';

/** The backends that are known by name. */
export const BACKENDS: readonly Backend[] = [BASE, AMD_SEV_TIO, IBM_SE_AP, KVM_TDX];
/** These, and the one that a user brought along. */
export const withKnown = (backend: Backend | undefined): readonly Backend[] =>
  backend === undefined || BACKENDS.includes(backend) ? BACKENDS : [...BACKENDS, backend];
