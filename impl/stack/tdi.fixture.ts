/** A TDI in every state, and one-line requests to it. */

import type { Device, DeviceSetup } from './device/device.ts';
import {
  CHEAP,
  type Host,
  keyed,
  makeDevice,
  makeRequester,
  STREAM,
  sessionWith,
  VF1,
} from './stack.fixture.ts';
import { converse } from './tsm/dialogue.ts';
import type { Requester } from './tsm/requester.ts';
import type { TsmSession } from './tsm/session.ts';
import { askTdi } from './tsm/tdisp.ts';
import type { TdiState } from './wire/index.ts';

/** A device with an established session and a keyed stream. */
export interface Bench extends Host {
  readonly device: Device;
  readonly requester: Requester;
  readonly session: TsmSession;
}

export function makeBench(setup: Partial<DeviceSetup> = {}): Bench {
  const device = makeDevice(setup);
  const requester = makeRequester(CHEAP);
  const session = sessionWith(device, requester);
  return { device, requester, session, ...keyed(device, session) };
}

/** `ok`, or the name of the code that the request was refused with, or what else went wrong. */
export function ask(
  { device, session }: Pick<Bench, 'device' | 'session'>,
  body: Parameters<typeof askTdi>[2],
  functionId = VF1,
): string {
  const kind = RESPONSES[body.kind] ?? 'TDISP_ERROR';
  const outcome = converse(askTdi(session, functionId, body, kind), (bytes) => device.doe(bytes));
  return outcome.ok ? 'ok' : (outcome.error.code ?? outcome.error.fault);
}

const RESPONSES: Readonly<Record<string, Parameters<typeof askTdi>[3]>> = {
  GET_TDISP_VERSION: 'TDISP_VERSION',
  GET_TDISP_CAPABILITIES: 'TDISP_CAPABILITIES',
  LOCK_INTERFACE_REQUEST: 'LOCK_INTERFACE_RESPONSE',
  GET_DEVICE_INTERFACE_REPORT: 'DEVICE_INTERFACE_REPORT',
  GET_DEVICE_INTERFACE_STATE: 'DEVICE_INTERFACE_STATE',
  START_INTERFACE_REQUEST: 'START_INTERFACE_RESPONSE',
  STOP_INTERFACE_REQUEST: 'STOP_INTERFACE_RESPONSE',
  BIND_P2P_STREAM_REQUEST: 'BIND_P2P_STREAM_RESPONSE',
  UNBIND_P2P_STREAM_REQUEST: 'UNBIND_P2P_STREAM_RESPONSE',
  SET_MMIO_ATTRIBUTE_REQUEST: 'SET_MMIO_ATTRIBUTE_RESPONSE',
  VDM_REQUEST: 'VDM_RESPONSE',
};

export const LOCK = {
  kind: 'LOCK_INTERFACE_REQUEST',
  flags: 0,
  defaultStreamId: STREAM,
  mmioReportingOffset: 0n,
  bindP2pAddressMask: 0n,
} as const;
export const STOP = { kind: 'STOP_INTERFACE_REQUEST' } as const;
export const REPORT = { kind: 'GET_DEVICE_INTERFACE_REPORT', offset: 0, length: 0xffff } as const;
export const startWith = (startInterfaceNonce: Uint8Array) =>
  ({ kind: 'START_INTERFACE_REQUEST', startInterfaceNonce }) as const;

/** LOCK; its nonce. Throws if it is refused. */
export function lock(
  { device, session }: Pick<Bench, 'device' | 'session'>,
  functionId = VF1,
  flags = 0,
): Uint8Array {
  const dialogue = askTdi(session, functionId, { ...LOCK, flags }, 'LOCK_INTERFACE_RESPONSE');
  const outcome = converse(dialogue, (bytes) => device.doe(bytes));
  if (!outcome.ok) throw new Error(outcome.error.text);
  return outcome.value.startInterfaceNonce.slice();
}

/** Brings a TDI into a state by messages, and by an internal error for ERROR. */
export function bring(bench: Bench, state: TdiState, functionId = VF1): void {
  if (state === 'CONFIG_UNLOCKED') return;
  const nonce = lock(bench, functionId);
  if (state === 'RUN') ask(bench, startWith(nonce), functionId);
  if (state === 'ERROR') bench.device.internalError(functionId);
}
