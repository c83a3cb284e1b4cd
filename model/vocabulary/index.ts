/** What every word means on the readable world: the reference. */
import type { ModelMeaning } from '../author.ts';
import type { SIGNATURES } from '../words/index.ts';
import type { World } from '../world.ts';
import { AP_MEANING } from './ap.ts';
import { FABRIC_MEANING } from './fabric.ts';
import { GUEST_MEANING } from './guest.ts';
import { HOST_MEANING } from './host.ts';
import { IDE_MEANING } from './ide.ts';
import { IOMMU_MEANING } from './iommu.ts';
import { LAUNCH_MEANING } from './launch.ts';
import { MEMORY_MEANING } from './memory.ts';
import { OS_MEANING } from './os.ts';
import { PCIE_MEANING } from './pcie.ts';
import { SPDM_MEANING } from './spdm.ts';
import { TDISP_MEANING } from './tdisp.ts';
import { TDX_MEANING } from './tdx.ts';
import { TIO_MEANING } from './tio.ts';
import { TSM_MEANING } from './tsm.ts';

export const MEANING: ModelMeaning<typeof SIGNATURES, World> = {
  ...AP_MEANING,
  ...PCIE_MEANING,
  ...TDX_MEANING,
  ...TDISP_MEANING,
  ...IDE_MEANING,
  ...SPDM_MEANING,
  ...FABRIC_MEANING,
  ...MEMORY_MEANING,
  ...IOMMU_MEANING,
  ...TSM_MEANING,
  ...GUEST_MEANING,
  ...TIO_MEANING,
  ...OS_MEANING,
  ...LAUNCH_MEANING,
  ...HOST_MEANING,
};
