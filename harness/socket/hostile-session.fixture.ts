/** Hostile messages under the keys of a session: whoever sends them is whom the device trusts. */
import fc from 'fast-check';
import type { Behaviour } from '../../impl/stack/device/behaviour.ts';
import type { Device } from '../../impl/stack/device/device.ts';
import { entropyOf, PF, STREAM, VF1, VF2 } from '../../impl/stack/device/sample.ts';
import { bring, LOCK, makeBench, REPORT, STOP } from '../../impl/stack/tdi.fixture.ts';
import { converse } from '../../impl/stack/tsm/dialogue.ts';
import type { TsmSession } from '../../impl/stack/tsm/session.ts';
import { hostile } from '../../impl/stack/wire/hostile.fixture.ts';
import {
  decodeIdeKm,
  decodePciPayload,
  decodeSpdmHeader,
  decodeSpdmResponse,
  decodeTdisp,
  encodeIdeKm,
  encodePciPayload,
  encodeSpdm,
  encodeTdisp,
  nothingNegotiated,
  type PciProtocol,
} from '../../impl/stack/wire/index.ts';
import {
  ideKmMessages,
  spdmRequests,
  tdispMessages,
} from '../../impl/stack/wire/messages.fixture.ts';
import { stateOf } from './device-state.fixture.ts';

export interface HostileSessionResult {
  readonly refused: number;
  readonly silent: number;
  readonly accepted: number;
  /** Accepted messages that changed the device, as they may. */
  readonly changes: number;
  /** A refused message, or one passed over, that changed the device; undefined: there was none. */
  readonly fault: string | undefined;
}

const SPDM_VERSION = 0x12;
const KEY_UPDATE = 0xe9;
const SPDM_ERROR = 0x7f;
const VENDOR_RESPONSE = 0x7e;

const vendor = (protocol: PciProtocol, message: Uint8Array): Uint8Array =>
  encodeSpdm({
    kind: 'VENDOR_DEFINED_REQUEST',
    version: SPDM_VERSION,
    ...encodePciPayload(protocol, message),
  });
/** As a TSM says them; about a TDI in the wrong state, or another stream, they are refused for that alone. */
const WELL_FORMED = [LOCK, { ...LOCK, defaultStreamId: STREAM + 1 }, REPORT, STOP];
const functions = fc.constantFrom(PF, VF1, VF2, 0x999);
const aboutOurs = fc
  .tuple(fc.oneof(tdispMessages, fc.constantFrom(...WELL_FORMED)), functions)
  .map(([message, functionId]) => encodeTdisp({ ...message, version: 0x10, functionId }));
const keysOfOurs = ideKmMessages.map((message) =>
  encodeIdeKm('streamId' in message ? { ...message, streamId: STREAM, portIndex: 0 } : message),
);
/** Good messages with changes inside the protocol's, or to the envelope. */
const input: fc.Arbitrary<Uint8Array> = fc.oneof(
  hostile({ good: aboutOurs }).map((message) => vendor('TDISP', message)),
  hostile({ good: keysOfOurs }).map((message) => vendor('IDE_KM', message)),
  hostile({ good: aboutOurs.map((message) => vendor('TDISP', message)) }),
  hostile({ good: keysOfOurs.map((message) => vendor('IDE_KM', message)) }),
  hostile({ good: spdmRequests(nothingNegotiated, SPDM_VERSION).map(encodeSpdm) }),
);

type Told = 'accepted' | 'refused' | 'silent';

/** What came back for a message. An answer that is none is a fault of the device. */
function say(device: Device, session: TsmSession, message: Uint8Array): Told | 'malformed' {
  if (!session.alive) throw new Error('say: the session is over');
  const told = converse(session.say(message), (request) => device.doe(request));
  if (!told.ok) return told.error.fault === 'no-response' ? 'silent' : 'refused';
  const head = decodeSpdmHeader(told.value);
  if (!head.ok) return 'malformed';
  if (head.value.code === SPDM_ERROR) return 'refused';
  if (head.value.code !== VENDOR_RESPONSE) return 'accepted';
  const response = decodeSpdmResponse(told.value, nothingNegotiated);
  const pci =
    response.ok && response.value.kind === 'VENDOR_DEFINED_RESPONSE'
      ? decodePciPayload(response.value)
      : undefined;
  if (pci?.ok !== true) return 'malformed';
  const { protocol, message: bytes } = pci.value;
  const inner = protocol === 'TDISP' ? decodeTdisp(bytes) : decodeIdeKm(bytes);
  if (!inner.ok) return 'malformed';
  const { value } = inner;
  return value.kind === 'TDISP_ERROR' || (value.kind === 'KP_ACK' && value.status !== 'SUCCESS')
    ? 'refused'
    : 'accepted';
}

/**
 * Says so many messages to a device with a TDI in RUN, one in CONFIG_LOCKED and one in CONFIG_UNLOCKED. A message that
 * is refused, or passed over, must leave everything as it was. What is accepted may change the device, which is then
 * made anew. `behaviour`: decisions of the device that are to be tried.
 */
export function hostileSession(
  count: number,
  seed: number,
  behaviour: Partial<Behaviour> = {},
): HostileSessionResult {
  const counts = { refused: 0, silent: 0, accepted: 0, changes: 0 };
  let fault: string | undefined;
  let fresh = 0;
  const prepare = () => {
    const bench = makeBench({
      behaviour,
      entropy: entropyOf(`hostile session ${seed} ${fresh++}`),
    });
    bring(bench, 'RUN', VF1);
    bring(bench, 'CONFIG_LOCKED', VF2);
    return { bench, state: stateOf(bench.device) };
  };
  let { bench, state } = prepare();
  const property = fc.property(input, (message) => {
    const told = say(bench.device, bench.session, message);
    const after = stateOf(bench.device);
    const changed = after !== state;
    if (told === 'malformed' || (told !== 'accepted' && changed))
      throw new Error(`${told}: ${state} became ${after}`);
    counts[told]++;
    if (changed) counts.changes++;
    // An update of keys would have to be followed up to go on talking; its answer may come under new ones already.
    if (changed || message[1] === KEY_UPDATE) ({ bench, state } = prepare());
  });
  const { failed, counterexample, errorInstance } = fc.check(property, {
    numRuns: count,
    seed,
    endOnFailure: true,
  });
  if (failed)
    fault = `${Buffer.from(counterexample?.[0] ?? []).toString('hex')}: ${String(errorInstance)}`;
  return { ...counts, fault };
}
