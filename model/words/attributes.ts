/** Words about SET_MMIO_ATTRIBUTE (TDISP 11.3.22). */
import { effect, guard } from '../author.ts';

const tdi = { tdi: 'Tdi' } as const;

export const ATTRIBUTES = {
  attachAttribute: effect(
    { attribute: 'Attribute' },
    'the carried request asks for the attribute {attribute}',
  ),
  carriedRangeFixed: guard(
    {},
    'the carried request is about a range that the report does not call updatable',
    'tdisp-attribute',
  ),
  takeAttribute: effect(
    tdi,
    'the updatable range of {tdi} has IS_NON_TEE_MEM as the carried request asks for',
    'tdisp-attribute',
  ),
} as const;
