/** The one list of words: declared once, given meaning twice (model/vocabulary, impl/words). */
import { authored } from '../author.ts';
import { AP } from './ap.ts';
import { ATTRIBUTES } from './attributes.ts';
import { EVENTS } from './events.ts';
import { FABRIC } from './fabric.ts';
import { FIRMWARE } from './firmware.ts';
import { GUEST } from './guest.ts';
import { HOST } from './host.ts';
import { IDE } from './ide.ts';
import { INTERRUPTS } from './interrupts.ts';
import { IOMMU } from './iommu.ts';
import { LAUNCH } from './launch.ts';
import { MEMORY } from './memory.ts';
import { OS } from './os.ts';
import { PCIE } from './pcie.ts';
import { PEER } from './peer.ts';
import { REPORTS } from './reports.ts';
import { ROOTPORT } from './rootport.ts';
import { SPDM } from './spdm.ts';
import { TDISP } from './tdisp.ts';
import { TDX } from './tdx.ts';
import { TIO } from './tio.ts';
import { TSM } from './tsm.ts';

export const SIGNATURES = {
  ...AP,
  ...PCIE,
  ...TDX,
  ...TDISP,
  ...IDE,
  ...SPDM,
  ...FABRIC,
  ...MEMORY,
  ...IOMMU,
  ...TSM,
  ...GUEST,
  ...EVENTS,
  ...ROOTPORT,
  ...REPORTS,
  ...ATTRIBUTES,
  ...FIRMWARE,
  ...INTERRUPTS,
  ...TIO,
  ...OS,
  ...LAUNCH,
  ...HOST,
  ...PEER,
} as const;
/** The words as rules use them. */
export const W = authored(SIGNATURES);
