/** What every word means on the readable world: the reference. */
import type { ModelMeaning } from '../author.ts';
import type { SIGNATURES } from '../words/index.ts';
import type { World } from '../world.ts';
import { AP_MEANING } from './ap.ts';
import { ATTRIBUTES_MEANING } from './attributes.ts';
import { EVENTS_MEANING } from './events.ts';
import { FABRIC_MEANING } from './fabric.ts';
import { FIRMWARE_MEANING } from './firmware.ts';
import { GUEST_MEANING } from './guest.ts';
import { HOST_MEANING } from './host.ts';
import { IDE_MEANING } from './ide.ts';
import { INTERRUPTS_MEANING } from './interrupts.ts';
import { IOMMU_MEANING } from './iommu.ts';
import { LAUNCH_MEANING } from './launch.ts';
import { MEMORY_MEANING } from './memory.ts';
import { OS_MEANING } from './os.ts';
import { PCIE_MEANING } from './pcie.ts';
import { PEER_MEANING } from './peer.ts';
import { REPORTS_MEANING } from './reports.ts';
import { ROOTPORT_MEANING } from './rootport.ts';
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
  ...EVENTS_MEANING,
  ...ROOTPORT_MEANING,
  ...REPORTS_MEANING,
  ...ATTRIBUTES_MEANING,
  ...FIRMWARE_MEANING,
  ...INTERRUPTS_MEANING,
  ...TIO_MEANING,
  ...OS_MEANING,
  ...LAUNCH_MEANING,
  ...HOST_MEANING,
  ...PEER_MEANING,
};
