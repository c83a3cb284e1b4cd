/** Every word once more, on the packed state: written from the sentences, not from the model. */
import type { SIGNATURES } from '../../model/words/index.ts';
import type { Readings } from '../../model/world.ts';
import { apWords } from './ap.ts';
import { attributesWords } from './attributes.ts';
import { eventsWords } from './events.ts';
import { fabricWords } from './fabric.ts';
import { firmwareWords } from './firmware.ts';
import { guestWords } from './guest.ts';
import { hostWords } from './host.ts';
import { ideWords } from './ide.ts';
import { interruptsWords } from './interrupts.ts';
import { iommuWords } from './iommu.ts';
import { launchWords } from './launch.ts';
import type { PackedMeaning } from './meaning.ts';
import { memoryWords } from './memory.ts';
import { osWords } from './os.ts';
import { pcieWords } from './pcie.ts';
import { peerWords } from './peer.ts';
import { reportsWords } from './reports.ts';
import { rootportWords } from './rootport.ts';
import { spdmWords } from './spdm.ts';
import { tdispWords } from './tdisp.ts';
import { tdxWords } from './tdx.ts';
import { tioWords } from './tio.ts';
import { tsmWords } from './tsm.ts';

export type { PackedMeaning } from './meaning.ts';

/** The complete table, for a world in which the documents are read so. */
export const packedWords = (readings: Readings): PackedMeaning<typeof SIGNATURES> => ({
  ...apWords,
  ...pcieWords(readings),
  ...tdxWords(readings),
  ...tdispWords,
  ...ideWords,
  ...spdmWords,
  ...fabricWords,
  ...memoryWords,
  ...iommuWords,
  ...tsmWords,
  ...guestWords,
  ...eventsWords,
  ...rootportWords,
  ...reportsWords,
  ...attributesWords,
  ...firmwareWords,
  ...interruptsWords,
  ...tioWords,
  ...osWords,
  ...launchWords,
  ...hostWords,
  ...peerWords,
});
