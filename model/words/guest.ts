/** Words about what a guest has read, accepted and mapped (host-guest 3, tdisp-semantics 5.5). */
import { effect, guard } from '../author.ts';

const tdi = { tdi: 'Tdi' } as const;
const pair = { guest: 'Guest', tdi: 'Tdi' } as const;

export const GUEST = {
  hasEvidence: guard(
    pair,
    '{guest} has read evidence of {tdi}, for this lock session or an earlier one',
  ),
  evidenceCurrent: guard(
    pair,
    'the evidence that {guest} has of {tdi} is for the current lock session',
    'lock-session',
  ),
  readEvidence: effect(
    pair,
    '{guest} has evidence of {tdi} for the current lock session',
    'lock-session',
  ),
  acceptanceCurrent: guard(
    pair,
    '{guest} has accepted the current lock session of {tdi}',
    'lock-session',
  ),
  acceptTdi: effect(pair, '{guest} has accepted the current lock session of {tdi}', 'lock-session'),

  mmioMapped: guard(
    tdi,
    'the MMIO range of {tdi} is in some guest’s private addresses',
    'mmio-accept',
  ),
  mmioMappedFor: guard(
    pair,
    'the MMIO range of {tdi} is in the private addresses of {guest}',
    'mmio-accept',
  ),
  mmioAcceptedBy: guard(
    pair,
    'the MMIO range of {tdi} is mapped for {guest} and accepted',
    'mmio-accept',
  ),
  mmioMatchesReport: guard(
    tdi,
    'the mapping of {tdi} points where the report that the TSM holds says that the BAR decodes',
    'mmio-accept',
  ),
  mmioHitsBar: guard(tdi, 'the mapping of {tdi} points where its BAR decodes now'),
  mapMmio: effect(
    pair,
    'the range at the present BAR of {tdi} is in the private addresses of {guest}, not accepted',
  ),
  unmapMmio: effect(tdi, 'the MMIO range of {tdi} is mapped for nobody and not accepted'),
  acceptMmio: effect(tdi, 'the mapping of {tdi} is accepted', 'mmio-accept'),
  rangeIsTee: guard(
    { tdi: 'Tdi', range: 'Range' },
    'the range of {tdi} is TEE memory: IS_NON_TEE_MEM is clear, for an updatable range at present',
    'mmio-tee',
  ),
} as const;
