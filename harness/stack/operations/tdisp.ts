/** The host carries TDISP requests to the device, and the device ends its STOPs. */
import { DOE_TYPE, decodeDoe } from '../../../impl/stack/wire/index.ts';
import { ACCEPTED, DROPPED, refused, type StackOutcome } from '../outcome.ts';
import { FUNCTIONS } from '../platform.ts';
import type { Request } from '../tsm.ts';
import type { StackWorld } from '../world.ts';
import type { Operations } from './operation.ts';

/** Carries the request that waits, if it is this one. What the answer says, only the TSM can read. */
function carry(w: StackWorld, request: Request, tdi: number): StackOutcome {
  const { exchange } = w.tsm;
  if (exchange === undefined || exchange.stage !== 'request') return DROPPED;
  if (exchange.request !== request || exchange.tdi !== tdi) return DROPPED;
  const sealed = w.tsm.sealed();
  if (sealed === undefined) return DROPPED;
  const stopping = w.device.tdi(FUNCTIONS[tdi] as number)?.stopping === true;
  const response = w.carry(sealed);
  if (response === undefined) {
    const stops = w.device.tdi(FUNCTIONS[tdi] as number)?.stopping === true && !stopping;
    if (!stops) return DROPPED;
    exchange.stage = 'working';
    w.drained[tdi] = false;
    return ACCEPTED;
  }
  if (!isSecured(response)) return DROPPED;
  exchange.stage = 'response';
  exchange.bytes = response;
  exchange.lock = w.locks[tdi]?.length ?? 0;
  if (w.answered === undefined) return refused();
  return w.answered.kind === 'TDISP_ERROR' ? refused(w.answered.errorCode) : ACCEPTED;
}
const isSecured = (bytes: Uint8Array): boolean => {
  const object = decodeDoe(bytes);
  return object.ok && object.value.dataObjectType === DOE_TYPE.securedSpdm;
};

function drain(w: StackWorld, tdi: number): StackOutcome {
  const stopping = w.device.tdi(FUNCTIONS[tdi] as number)?.stopping === true;
  if (!stopping || w.drained[tdi]) return refused('NOT_DRAINING');
  if (w.hasFlying(tdi, ['read', 'completion'])) return refused('DRAINING');
  w.drained[tdi] = true;
  return ACCEPTED;
}

function endStop(w: StackWorld, tdi: number): StackOutcome {
  const stopping = w.device.tdi(FUNCTIONS[tdi] as number)?.stopping === true;
  if (!stopping || !w.drained[tdi]) return refused('NOT_DRAINED');
  w.drained[tdi] = false;
  const response = w.device.drain(FUNCTIONS[tdi] as number);
  if (response !== undefined) w.responses.see(response);
  if (w.tsm.takeOrphan(tdi, response)) return ACCEPTED;
  const { exchange } = w.tsm;
  if (response !== undefined && exchange?.stage === 'working' && exchange.tdi === tdi) {
    exchange.stage = 'response';
    exchange.bytes = response;
  }
  return ACCEPTED;
}

export const TDISP_OPERATIONS: Operations = {
  'tdisp.lock': (w, { tdi, entropy }) => {
    w.hasEntropy = entropy !== 'none';
    const outcome = carry(w, 'lock', Number(tdi));
    w.hasEntropy = true;
    return outcome;
  },
  'tdisp.report': (w, { tdi }) => carry(w, 'report', Number(tdi)),
  'tdisp.state': (w, { tdi }) => carry(w, 'state', Number(tdi)),
  'tdisp.start': (w, { tdi }) => carry(w, 'start', Number(tdi)),
  'tdisp.stop.begin': (w, { tdi }) => carry(w, 'stop', Number(tdi)),
  'tdisp.stop.drain': (w, { tdi }) => drain(w, Number(tdi)),
  'tdisp.stop.end': (w, { tdi }) => endStop(w, Number(tdi)),
};
