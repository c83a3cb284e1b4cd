// Goal: whatever one peer does, the device goes on serving the next. Method: raw sockets that misbehave, each followed
// by a peer that does not.
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import { addressFrom } from './address.ts';
import { FrameReader, frameBytes } from './frames.ts';
import { hostileSocket } from './hostile.fixture.ts';
import { Link } from './link.ts';
import { type Serving, serve } from './serve.ts';
import { servedDevice } from './served.ts';

const HOST = '127.0.0.1';
const GET_VERSION = Buffer.from('010001000300000010840000', 'hex');
const device = servedDevice('sample', 1);
let serving: Serving;
beforeEach(async () => {
  serving = await serve({ host: HOST, port: 0, mailbox: device, frameMs: 200 });
});
afterEach(async () => {
  serving.close();
  await serving.ended;
});

const raw = (): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect(serving.port, HOST, () => resolve(socket));
    socket.on('error', () => {});
  });
const closed = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) => {
    socket.resume();
    socket.on('close', resolve);
  });
const link = (): Promise<Link> => Link.open({ host: HOST, port: serving.port, answerMs: 1000 });
/** Whether the device answers a new peer. */
async function answers(): Promise<boolean> {
  const peer = await link();
  const heard = await peer.ask(GET_VERSION);
  await peer.close();
  return heard.is === 'object';
}

describe('the socket', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['closes at once', (s) => void s.destroy()],
    ['hangs in a frame', (s) => void s.write(frameBytes('NORMAL', GET_VERSION).subarray(0, 14))],
    ['sends garbage', (s) => void s.write('GET / HTTP/1.1\r\n\r\n')],
    ['promises 4 GiB', (s) => void s.write(Buffer.from('0000000100000002ffffffff', 'hex'))],
    ['speaks MCTP', (s) => void s.write(Buffer.from('000000010000000100000000', 'hex'))],
  ])('a peer that %s loses its connection, nobody else', async (_, misbehave) => {
    const socket = await raw();
    const gone = closed(socket);
    misbehave(socket);
    expect(await answers()).toBe(true);
    await gone;
  });

  test('a peer that floods and never reads does not fill the memory', async () => {
    const socket = await raw();
    socket.pause();
    const many = Buffer.concat(
      Array.from({ length: 2000 }, () => frameBytes('NORMAL', GET_VERSION)),
    );
    for (let i = 0; i < 20; i++) socket.write(many);
    expect(await answers()).toBe(true);
    socket.destroy();
  });

  test('TEST, CONTINUE and SHUTDOWN', async () => {
    const peer = await link();
    expect(await peer.ask(new Uint8Array(0))).toEqual({ is: 'silence' });
    await peer.close();
    expect(await answers()).toBe(true);
    const socket = await raw();
    const gone = closed(socket);
    socket.write(frameBytes('SHUTDOWN'));
    expect(await serving.ended).toBe('SHUTDOWN');
    await gone;
  });

  test('TEST says hello; a command that nobody knows is told so, and ends the connection', async () => {
    const socket = await raw();
    const heard: Buffer[] = [];
    socket.on('data', (bytes) => heard.push(bytes));
    const gone = closed(socket);
    socket.write(frameBytes('TEST'));
    socket.write(Uint8Array.from(frameBytes('TEST')).fill(7, 0, 4));
    await gone;
    expect(Buffer.concat(heard)).toEqual(
      Buffer.concat([frameBytes('TEST', Buffer.from('Server Hello!\0')), frameBytes('UNKNOWN')]),
    );
  });

  test('hostile bytes move no TDI, and none goes unheard', async () => {
    const { answered, cut, fault } = await hostileSocket(600, 1);
    expect(fault).toBeUndefined();
    expect(answered).toBeGreaterThan(20);
    expect(cut).toBeGreaterThan(20);
  });
});

test('frames come out whole, however their bytes come in', () => {
  const sent = [frameBytes('NORMAL', GET_VERSION), frameBytes('TEST'), frameBytes('CONTINUE')];
  const bytes = Buffer.concat(sent);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 8, maxLength: 60 }),
      (sizes) => {
        const reader = new FrameReader();
        const commands: string[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          reader.push(bytes.subarray(at, at + size));
          at += size;
          for (let f = reader.next(); f !== undefined; f = reader.next())
            commands.push(f === 'garbage' ? f : f.command);
        }
        expect(commands).toEqual(['NORMAL', 'TEST', 'CONTINUE']);
        expect(reader.midFrame).toBe(false);
      },
    ),
    { numRuns: 100, seed: 1 },
  );
});

test('addresses: loopback unless it is said otherwise', () => {
  expect(addressFrom('127.0.0.1:2323', '--listen', false)).toEqual({
    host: '127.0.0.1',
    port: 2323,
  });
  expect(addressFrom('[::1]:0', '--listen', false)).toEqual({ host: '::1', port: 0 });
  expect(addressFrom('0.0.0.0:1', '--listen', true)).toEqual({ host: '0.0.0.0', port: 1 });
  for (const bad of ['0.0.0.0:1', '127.0.0.1', '127.0.0.1:70000', ':1', '[zz]:1', 'example.org:80'])
    expect(() => addressFrom(bad, '--listen', false)).toThrow(UsageError);
});
