// Goal: each decision in `Behaviour` is the one that the device obeys, and a device with that decision
// wrong can be told from a right one. Method: one scenario for each, run on both devices; what is
// seen is as the documents say on the one and not on the other.
import { expect, test } from 'vitest';
import {
  CHEAP,
  entropyOf,
  enumerate,
  keyed,
  makeDevice,
  makeRequester,
  PF,
  STREAM,
  sessionWith,
  setStream,
  VF1,
  write16,
  write32,
} from '../stack.fixture.ts';
import {
  ask,
  type Bench,
  bring,
  LOCK,
  lock,
  makeBench,
  REPORT,
  STOP,
  startWith,
} from '../tdi.fixture.ts';
import { converse } from '../tsm/dialogue.ts';
import { query } from '../tsm/ide.ts';
import { encodeDoe, encodePciPayload, encodeSpdm, encodeTdisp } from '../wire/index.ts';
import { type Behaviour, SPECIFIED_BEHAVIOUR } from './behaviour.ts';
import type { Device, DeviceSetup } from './device.ts';
import { barAt, SRIOV_AT } from './registers.ts';

const ZEROS = new Uint8Array(32);
const ADDRESS = 0x2_0000_0000n;
const TRANSFER = { address: 0x1000n, range: 0, offset: 0, byteLength: 16 };
const OPTIONAL: Partial<DeviceSetup> = { tdisp: { mmioAttribute: true } };

type Scenario = (bench: Bench) => unknown;

interface Fault {
  readonly wrong: Partial<Behaviour>;
  /** What is seen of a device that does as the documents say. */
  readonly right: unknown;
  readonly scenario: Scenario;
  /** Of both devices. */
  readonly setup?: Partial<DeviceSetup>;
  /** Another decision that would hide this one. */
  readonly base?: Partial<Behaviour>;
}

const state = ({ device }: Bench, functionId = VF1) => device.tdi(functionId)?.state;

/** The device's end of a read that the TDI issued, with the guest's data in the completion. */
function completionFor({ rootPort }: Bench, read: Uint8Array | undefined): Uint8Array {
  const arrival = rootPort.receive(read ?? new Uint8Array(0));
  if (arrival.kind !== 'read' || arrival.completion === undefined) throw new Error(arrival.kind);
  return arrival.completion;
}

/** Puts data of a guest into the TDI's memory by MMIO. */
function storeSecret({ device, rootPort }: Bench): void {
  const route = { address: ADDRESS, t: true, stream: STREAM };
  device.receive(rootPort.mmioWrite(route, Uint8Array.of(1, 2, 3, 4)) ?? new Uint8Array(0));
}

const FILLED = new Uint8Array(16).fill(7);

/** A page of the host where T=0 reads of the TDI go. */
function hostPage({ iommu, memory }: Bench): void {
  iommu.mapHost(VF1, TRANSFER.address, 1);
  memory.bytes(1, 0, 16)?.set(FILLED);
}

/** A page of a guest where T=1 reads of the TDI go. */
function guestPage({ iommu, memory }: Bench): void {
  const guest = 1;
  iommu.trust(VF1, { guest, stream: STREAM });
  iommu.mapGuest(guest, TRANSFER.address, 1);
  memory.give(1, guest);
  memory.accept(1, guest);
  memory.bytes(1, 0, 16)?.set(FILLED);
}

function secondSession(bench: Bench): Bench {
  return { ...bench, session: sessionWith(bench.device, bench.requester, 2) };
}

const FAULTS: Readonly<Record<keyof Behaviour, Fault>> = {
  acceptsOutsideSession: {
    wrong: { acceptsOutsideSession: () => true },
    right: undefined,
    scenario({ device }) {
      const tdisp = encodeTdisp({ kind: 'GET_TDISP_VERSION', version: 0x10, functionId: VF1 });
      const payload = encodePciPayload('TDISP', tdisp);
      return device.doe(
        encodeDoe(1, encodeSpdm({ kind: 'VENDOR_DEFINED_REQUEST', version: 0x12, ...payload })),
      );
    },
  },
  lockState: {
    wrong: { lockState: () => true },
    right: 'INVALID_INTERFACE_STATE',
    scenario(bench) {
      lock(bench);
      return ask(bench, LOCK);
    },
  },
  lockStream: {
    wrong: { lockStream: () => true },
    right: 'INVALID_REQUEST',
    scenario(bench) {
      setStream(bench.device, 1, { stream: 8, enabled: false, isDefault: true });
      return ask(bench, LOCK);
    },
  },
  lockKeys: {
    wrong: { lockKeys: () => true },
    right: 'INVALID_REQUEST',
    scenario(bench) {
      bench.device.endSession(bench.session.id);
      return ask(secondSession(bench), LOCK);
    },
  },
  lockSession: {
    wrong: { lockSession: () => true },
    right: 'INVALID_REQUEST',
    scenario: (bench) => ask(secondSession(bench), LOCK),
  },
  lockConfiguration: {
    wrong: { lockConfiguration: () => true },
    right: 'INVALID_DEVICE_CONFIGURATION',
    scenario(bench) {
      write16(bench.device, VF1, 0x88, 0x2a10);
      return ask(bench, LOCK);
    },
  },
  lockDrained: {
    wrong: { lockDrained: () => true },
    right: 'BUSY',
    setup: { tdisp: { inFlight: (functionId) => functionId === VF1 } },
    scenario: (bench) => ask(bench, LOCK),
  },
  abortAtLock: {
    wrong: { abortAtLock: () => undefined },
    right: true,
    scenario(bench) {
      const read = bench.device.dmaRead(VF1, TRANSFER);
      hostPage(bench);
      const completion = completionFor(bench, read);
      lock(bench);
      bench.device.receive(completion);
      return bench.device.tdi(VF1)?.isClean;
    },
  },
  nonce: {
    wrong: { nonce: () => ZEROS },
    right: false,
    scenario(bench) {
      const first = lock(bench);
      ask(bench, STOP);
      return Buffer.from(first).equals(lock(bench));
    },
  },
  startNonce: {
    wrong: { startNonce: () => true },
    right: 'INVALID_NONCE',
    scenario(bench) {
      lock(bench);
      return ask(bench, startWith(ZEROS));
    },
  },
  startStream: {
    wrong: { startStream: () => true },
    right: 'INVALID_REQUEST',
    scenario(bench) {
      const device = unsecured(bench);
      return ask(device, startWith(lock(device)));
    },
  },
  nonceAfterStart: {
    wrong: { nonceAfterStart: (nonce) => nonce },
    right: false,
    scenario(bench) {
      bring(bench, 'RUN');
      return bench.device.tdi(VF1)?.nonce !== undefined;
    },
  },
  nonceAfterLeave: {
    wrong: { nonceAfterLeave: (nonce) => nonce },
    right: false,
    scenario(bench) {
      lock(bench);
      ask(bench, STOP);
      return bench.device.tdi(VF1)?.nonce !== undefined;
    },
  },
  reportState: {
    wrong: { reportState: () => true },
    right: 'INVALID_INTERFACE_STATE',
    scenario: (bench) => ask(bench, REPORT),
  },
  reportedPage: {
    wrong: { reportedPage: (page) => page },
    right: 0x1ffffen,
    scenario(bench) {
      ask(bench, { ...LOCK, mmioReportingOffset: -0x2000n });
      const request = encodeTdisp({ ...REPORT, version: 0x10, functionId: VF1 });
      const told = converse(bench.session.vendor('TDISP', request), (b) => bench.device.doe(b));
      if (!told.ok) return told;
      const { buffer, byteOffset } = told.value;
      return new DataView(buffer, byteOffset).getBigUint64(20 + 16, true);
    },
  },
  stopState: {
    wrong: { stopState: () => 'CONFIG_LOCKED' },
    right: 'CONFIG_UNLOCKED',
    scenario(bench) {
      bring(bench, 'RUN');
      ask(bench, STOP);
      return state(bench);
    },
  },
  stopAwaitsDrain: {
    wrong: { stopAwaitsDrain: () => false },
    right: 'RUN',
    setup: { tdisp: { stepwiseStop: true } },
    scenario(bench) {
      bring(bench, 'RUN');
      ask(bench, STOP);
      return state(bench);
    },
  },
  eraseAtStop: {
    wrong: { eraseAtStop: () => undefined },
    right: [false, true],
    scenario(bench) {
      bring(bench, 'RUN');
      storeSecret(bench);
      const before = bench.device.tdi(VF1)?.isClean;
      ask(bench, STOP);
      return [before, bench.device.tdi(VF1)?.isClean];
    },
  },
  runOnly: {
    wrong: { runOnly: () => true },
    right: 'INVALID_INTERFACE_STATE',
    setup: OPTIONAL,
    scenario(bench) {
      lock(bench);
      const mmioRange = { firstPage: 0n, numberOfPages: 2, rangeAttributes: 4, rangeId: 0 };
      return ask(bench, { kind: 'SET_MMIO_ATTRIBUTE_REQUEST', mmioRange });
    },
  },
  otherSession: {
    wrong: { otherSession: () => true },
    right: 'INVALID_INTERFACE',
    scenario(bench) {
      lock(bench);
      return ask(secondSession(bench), STOP);
    },
  },
  commandCleared: {
    wrong: { commandCleared: () => false },
    right: 'ERROR',
    scenario(bench) {
      bring(bench, 'RUN');
      write16(bench.device, VF1, 0x04, 0);
      return state(bench);
    },
  },
  barModified: {
    wrong: { barModified: () => false },
    right: 'ERROR',
    scenario(bench) {
      bring(bench, 'RUN', PF);
      write32(bench.device, PF, barAt(0), 0x8000_0000);
      return state(bench, PF);
    },
  },
  fieldModified: {
    wrong: { fieldModified: () => false },
    right: 'ERROR',
    scenario(bench) {
      bring(bench, 'RUN');
      write16(bench.device, VF1, 0x88, 0x2a10);
      return state(bench);
    },
  },
  reachesVfs: {
    wrong: { reachesVfs: () => false },
    right: 'ERROR',
    scenario(bench) {
      bring(bench, 'RUN');
      write16(bench.device, PF, SRIOV_AT + 0x08, 0);
      return state(bench);
    },
  },
  stateAfterFlr: {
    wrong: { stateAfterFlr: () => 'CONFIG_UNLOCKED' },
    right: 'ERROR',
    scenario(bench) {
      bring(bench, 'RUN');
      bench.device.flr(VF1);
      return state(bench);
    },
  },
  sessionEndHits: {
    wrong: { sessionEndHits: () => false },
    base: { sessionEndDrops: () => false },
    right: 'ERROR',
    scenario(bench) {
      bring(bench, 'RUN');
      bench.device.endSession(bench.session.id);
      return state(bench);
    },
  },
  sessionEndDrops: {
    wrong: { sessionEndDrops: () => false },
    right: false,
    scenario(bench) {
      bench.device.endSession(bench.session.id);
      return bench.device.isSecure(STREAM);
    },
  },
  streamLossHits: {
    wrong: { streamLossHits: () => false },
    right: 'ERROR',
    scenario(bench) {
      bring(bench, 'RUN');
      setStream(bench.device, 0, { stream: STREAM, enabled: false, isDefault: true });
      return state(bench);
    },
  },
  keySession: {
    wrong: { keySession: () => true },
    right: 'no-response',
    scenario(bench) {
      const outcome = converse(query(secondSession(bench).session), (b) => bench.device.doe(b));
      return outcome.ok ? 'ok' : outcome.error.fault;
    },
  },
  requests: {
    wrong: { requests: () => 'trusted' },
    right: undefined,
    scenario(bench) {
      lock(bench);
      return bench.device.dmaWrite(VF1, TRANSFER);
    },
  },
  mmio: {
    wrong: { mmio: () => true },
    right: 'UR',
    scenario(bench) {
      bring(bench, 'RUN');
      const route = { address: ADDRESS, t: false, stream: STREAM };
      const request = bench.rootPort.mmioRead(route, 4) ?? new Uint8Array(0);
      const answer = bench.device.receive(request) ?? new Uint8Array(0);
      const arrival = bench.rootPort.receive(answer);
      return arrival.kind === 'mmio' ? arrival.status : arrival.kind;
    },
  },
  completion: {
    wrong: { completion: () => true },
    right: true,
    scenario(bench) {
      bring(bench, 'RUN');
      const { device } = bench;
      guestPage(bench);
      const completion = completionFor(bench, device.dmaRead(VF1, TRANSFER));
      ask(bench, STOP);
      bring(bench, 'RUN');
      device.receive(completion);
      return device.tdi(VF1)?.isClean;
    },
  },
  dropAfterCheckFailure: {
    wrong: { dropAfterCheckFailure: () => false },
    right: false,
    scenario(bench) {
      const route = { address: ADDRESS, t: true, stream: STREAM };
      const write = bench.rootPort.mmioWrite(route, ZEROS) ?? new Uint8Array(0);
      bench.device.receive(write.with(-1, (write.at(-1) ?? 0) ^ 1));
      return bench.device.isSecure(STREAM);
    },
  },
};

/** A keyed device whose stream is not enabled in its register block, and so not Secure. */
function unsecured({ device }: Bench): Bench {
  device.conventionalReset();
  enumerate(device);
  const fresh = restart(device);
  setStream(device, 0, { stream: STREAM, enabled: false, isDefault: true });
  return { ...fresh, ...keyed(device, fresh.session) };
}

function restart(device: Device): Pick<Bench, 'device' | 'requester' | 'session'> {
  const requester = makeRequester({ ...CHEAP, entropy: entropyOf('again') });
  const session = sessionWith(device, requester);
  return { device, requester, session };
}

test.each(Object.entries(FAULTS))('%s', (name, { wrong, right, scenario, setup, base }) => {
  expect(Object.keys(wrong)).toEqual([name]);
  expect(scenario(makeBench({ ...setup, behaviour: { ...base } }))).toEqual(right);
  expect(scenario(makeBench({ ...setup, behaviour: { ...base, ...wrong } }))).not.toEqual(right);
});

test('every decision has its scenario', () => {
  expect(Object.keys(FAULTS).sort()).toEqual(Object.keys(SPECIFIED_BEHAVIOUR).sort());
  expect(makeDevice().tdi(VF1)?.state).toBe('CONFIG_UNLOCKED');
});
