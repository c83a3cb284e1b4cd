/** Hostile bytes for the socket of a device. */
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { entropyOf, VF1, VF2 } from '../../impl/stack/device/sample.ts';
import { hostile, TARGETS } from '../../impl/stack/wire/hostile.fixture.ts';
import { DOE_TYPE, encodeDoe } from '../../impl/stack/wire/index.ts';
import { Driver } from '../conform/driver.ts';
import { CONNECT, sequence } from '../conform/sequences.ts';
import { answerText } from '../wire-model/ask.ts';
import { stateOf } from './device-state.fixture.ts';
import { FrameReader, frameBytes } from './frames.ts';
import { serve } from './serve.ts';
import { addressesOf, servedDevice } from './served.ts';

export interface HostileResult {
  readonly answered: number;
  /** Connections that the device ended, for bytes that were no frame. */
  readonly cut: number;
  /** What went wrong; undefined: nothing. */
  readonly fault: string | undefined;
}

const HOST = '127.0.0.1';
const BATCH = 50;
const BATCH_MS = 20_000;
const GET_VERSION_CODE = 0x84;

/** Whether an object is GET_VERSION, which ends every session by design. */
const isGetVersion = (bytes: Uint8Array): boolean =>
  bytes[2] === DOE_TYPE.spdm && bytes[9] === GET_VERSION_CODE;
/** Whether an object is a record of a session of the device. One that does not open ends that session by design. */
const isRecord = (bytes: Uint8Array): boolean =>
  bytes[2] === DOE_TYPE.securedSpdm && bytes[10] === 0xff && bytes[11] === 0xff;

/** Whether a frame is SHUTDOWN, which ends the device by design. */
const shutsDown = (bytes: Uint8Array): boolean => bytes[2] === 0xff && bytes[3] === 0xfe;

/** Bytes for the socket: in a frame and a DOE object, in a frame, or as they are. */
const input = fc
  .tuple(
    fc.oneof(...TARGETS.map(hostile)),
    fc.constantFrom('object', 'object', 'object', 'frame', 'frame', 'stream'),
    fc.constantFrom(0, 1, 2, 3),
  )
  .map(([bytes, how, type]) => ({
    how,
    bytes: how === 'object' ? encodeDoe(type, bytes) : bytes,
  }))
  .filter(
    ({ how, bytes }) =>
      !isGetVersion(bytes) && !isRecord(bytes) && !(how === 'stream' && shutsDown(bytes)),
  );

/**
 * Sends so many inputs to a device with one TDI in RUN and one in CONFIG_LOCKED, and looks whether everything stays as
 * it is. None of the inputs is sealed in the session: all are to be refused, or passed over.
 */
export async function hostileSocket(count: number, seed: number): Promise<HostileResult> {
  const device = servedDevice('sample', seed);
  const serving = await serve({ host: HOST, port: 0, mailbox: device });
  const entropy = entropyOf(`hostile ${seed}`);
  const target = {
    host: HOST,
    port: serving.port,
    answerMs: 5000,
    entropy,
    ...addressesOf('sample'),
  };
  const driver = new Driver(target);
  try {
    await lockAndStart(driver);
    const before = stateOf(device);
    const prepared = `${device.tdi(VF1)?.state} ${device.tdi(VF2)?.state}`;
    let [answered, cut] = [0, 0];
    let fault = prepared === 'RUN CONFIG_LOCKED' ? undefined : `prepared: ${prepared}`;
    for (let done = 0; done < count && fault === undefined; done += BATCH) {
      const batch = fc.sample(input, { numRuns: Math.min(BATCH, count - done), seed: seed + done });
      const result = await send(serving.port, batch);
      answered += result.answered;
      cut += result.cut;
      const now = stateOf(device);
      if (now !== before) fault = `inputs ${done} and on: ${before} became ${now}`;
      if (!result.done)
        fault = `inputs ${done} and on: the connection ended, or no answer came within ${BATCH_MS} ms`;
    }
    // The session goes on where it was: no hostile record has moved its counters.
    const told = await driver.perform({ kind: 'tdisp', request: 'state', tdi: 0 });
    const state = told.is === 'accepted' ? told.state : answerText(told);
    if (fault === undefined && state !== 'RUN') fault = `in the session afterwards: ${state}`;
    return { answered, cut, fault };
  } finally {
    await driver.close();
    serving.close();
    await serving.ended;
  }
}

async function lockAndStart(driver: Driver): Promise<void> {
  const [keys] = sequence(1, 2, driver.target.stream).filter(({ name }) => name === 'key K0');
  for (const { asks } of [CONNECT, ...(keys ? [keys] : [])])
    for (const ask of asks) await driver.perform(ask);
  await driver.perform({ kind: 'tdisp', request: 'lock', tdi: 0 });
  await driver.perform({ kind: 'tdisp', request: 'start', tdi: 0, nonce: 'last' });
  await driver.perform({ kind: 'tdisp', request: 'lock', tdi: 1 });
}

const TEST = frameBytes('TEST');

/** Sends a batch; after each input that leaves the connection whole, TEST must still be answered. */
async function send(
  port: number,
  batch: readonly { readonly how: string; readonly bytes: Uint8Array }[],
): Promise<{ answered: number; cut: number; done: boolean }> {
  let [answered, cut] = [0, 0];
  let left = batch.filter(({ how }) => how !== 'stream');
  for (const { bytes } of batch.filter(({ how }) => how === 'stream')) {
    // Bytes that are no frame, or a frame that never ends: the connection is for nothing else.
    await once(
      port,
      (socket) => void socket.end(bytes),
      () => false,
    );
    cut++;
  }
  let tests = 0;
  const wanted = left.length;
  const done = await once(
    port,
    (socket) => {
      for (const { bytes } of left) {
        socket.write(frameBytes('NORMAL', bytes));
        socket.write(TEST);
      }
      left = [];
    },
    (command) => {
      if (command === 'TEST') tests++;
      else answered++;
      return tests === wanted;
    },
  );
  return { answered, cut, done: done || wanted === 0 };
}

/** One connection; true once `take` says that all has come, false if it ends before. */
function once(
  port: number,
  begin: (socket: Socket) => void,
  take: (command: string) => boolean,
): Promise<boolean> {
  return new Promise((resolve) => {
    const reader = new FrameReader();
    const socket = connect({ port, host: HOST, timeout: BATCH_MS }, () => begin(socket));
    let all = false;
    socket.on('data', (bytes: Buffer) => {
      reader.push(bytes);
      for (let f = reader.next(); f !== undefined && f !== 'garbage'; f = reader.next())
        all = take(f.command) || all;
      if (all) socket.destroy();
    });
    socket.on('timeout', () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => resolve(all));
  });
}
