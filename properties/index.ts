/** Every property there is, families in order; the one public module of this folder. */
import { AP } from './ap.ts';
import { CONFIG } from './config.ts';
import { HOST } from './host.ts';
import { IDE } from './ide.ts';
import { LAUNCH } from './launch.ts';
import { MEMORY } from './memory.ts';
import type { Property } from './property.ts';
import { REACH } from './reach.ts';
import { SPDM } from './spdm.ts';
import { TDI } from './tdi.ts';
import { TLP } from './tlp.ts';
import { TSM } from './tsm.ts';

/** The families by name, in the order of the reference. */
export const FAMILIES: Readonly<Record<string, readonly Property[]>> = {
  tdi: TDI,
  config: CONFIG,
  tlp: TLP,
  ide: IDE,
  spdm: SPDM,
  tsm: TSM,
  memory: MEMORY,
  ap: AP,
  launch: LAUNCH,
  host: HOST,
  reach: REACH,
};
/** All of them. */
export const PROPERTIES: readonly Property[] = Object.freeze(Object.values(FAMILIES).flat());
