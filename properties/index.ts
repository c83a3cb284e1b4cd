/** Every property there is, families in order; the one public module of this folder. */
import { AP } from './ap.ts';
import { ATTRIBUTES } from './attributes.ts';
import { CONFIG } from './config.ts';
import { EVENTS } from './events.ts';
import { FIRMWARE } from './firmware.ts';
import { HOST } from './host.ts';
import { IDE } from './ide.ts';
import { INTERRUPTS } from './interrupts.ts';
import { LAUNCH } from './launch.ts';
import { LIVE } from './live.ts';
import { MEMORY } from './memory.ts';
import { OS } from './os.ts';
import { PEER } from './peer.ts';
import type { Property } from './property.ts';
import { REACH } from './reach.ts';
import { REPORTS } from './reports.ts';
import { ROOTPORT } from './rootport.ts';
import { SEV_TIO } from './sev-tio.ts';
import { TIO_COMMANDS } from './sev-tio-commands.ts';
import { SPDM } from './spdm.ts';
import { TDI } from './tdi.ts';
import { TDX_LAUNCH } from './tdx-launch.ts';
import { TLP } from './tlp.ts';
import { TSM } from './tsm.ts';

/** The families by name, in the order of the reference. */
export const FAMILIES: Readonly<Record<string, readonly Property[]>> = {
  tdi: [...TDI, ...REPORTS, ...ATTRIBUTES],
  config: [...CONFIG, ...EVENTS, ...FIRMWARE, ...ROOTPORT],
  tlp: [...TLP, ...INTERRUPTS],
  ide: IDE,
  spdm: SPDM,
  tsm: TSM,
  memory: MEMORY,
  os: OS,
  ap: AP,
  tdx: TDX_LAUNCH,
  'sev-tio': [...SEV_TIO, ...TIO_COMMANDS],
  launch: LAUNCH,
  host: HOST,
  peer: PEER,
  reach: REACH,
  live: LIVE,
};
/** All of them. */
export const PROPERTIES: readonly Property[] = Object.freeze(Object.values(FAMILIES).flat());
