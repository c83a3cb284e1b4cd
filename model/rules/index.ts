/** The common rules: everything but the TSM’s own verbs, which a backend brings. */
import type { Rule } from '../author.ts';
import { whileRunning } from '../phrases.ts';
import { ATTRIBUTE_RULES } from './attributes.ts';
import { EVENT_RULES } from './events.ts';
import { FABRIC_RULES } from './fabric.ts';
import { FIRMWARE_RULES } from './firmware.ts';
import { GUEST_RULES } from './guest.ts';
import { IDE_RULES } from './ide.ts';
import { INTERRUPT_RULES } from './interrupts.ts';
import { IOMMU_RULES } from './iommu.ts';
import { LAUNCH_RULES } from './launch.ts';
import { MEMORY_RULES } from './memory.ts';
import { OS_RULES } from './os.ts';
import { P2P_RULES } from './p2p.ts';
import { PCIE_RULES } from './pcie.ts';
import { PEER_RULES } from './peer.ts';
import { RECOVERY_RULES } from './recovery.ts';
import { REPORT_RULES } from './reports.ts';
import { ROOTPORT_RULES } from './rootport.ts';
import { SPDM_RULES } from './spdm.ts';
import { TDISP_RULES } from './tdisp.ts';
import { VFIO_RULES } from './vfio.ts';

export const COMMON_RULES: readonly Rule[] = [
  ...SPDM_RULES,
  ...IDE_RULES,
  ...TDISP_RULES,
  ...PCIE_RULES,
  ...MEMORY_RULES,
  ...IOMMU_RULES,
  ...FABRIC_RULES,
  ...GUEST_RULES,
  ...EVENT_RULES,
  ...ROOTPORT_RULES,
  ...REPORT_RULES,
  ...ATTRIBUTE_RULES,
  ...FIRMWARE_RULES,
  ...INTERRUPT_RULES,
  ...OS_RULES,
  ...LAUNCH_RULES,
  ...VFIO_RULES,
  ...RECOVERY_RULES,
  ...PEER_RULES,
  ...P2P_RULES,
].map(whileRunning);
