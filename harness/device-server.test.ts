// Goal: a device behind a socket answers as the framing asks, however the bytes are cut. Method: a real
// socket on a free port; frames sent whole, byte by byte, two at once, and wrong.
import { once } from 'node:events';
import { type AddressInfo, connect, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  decodeSocketFrame,
  encodeSocketFrame,
  type SocketCommand,
} from '../impl/stack/wire/index.ts';
import { deviceServer } from './device-server.ts';

/** Answers everything with its bytes the other way round, and one thing not at all. */
const mailbox = {
  doe: (request: Uint8Array) => (request[0] === 0 ? undefined : request.toReversed()),
};

let server: Server;
beforeEach(async () => {
  server = deviceServer(mailbox).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.close());

const frame = (command: SocketCommand, ...payload: number[]): Uint8Array =>
  encodeSocketFrame({ command, transport: 'PCI_DOE', payload: Uint8Array.from(payload) });

/** Everything that comes back until the server, or we after `last` bytes, end the connection. */
async function talk(parts: readonly Uint8Array[], last = Infinity): Promise<Buffer> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true);
  let heard = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    heard = Buffer.concat([heard, chunk]);
    if (heard.length >= last) socket.end();
  });
  for (const part of parts) socket.write(part);
  await once(socket, 'close');
  return heard;
}

test('objects come back, two in one write and one byte by byte; silence stays silence', async () => {
  const bytes = [...frame('NORMAL', 0, 9), ...frame('NORMAL', 1, 2), ...frame('NORMAL', 3, 4)];
  const expected = Buffer.from([...frame('NORMAL', 2, 1), ...frame('NORMAL', 4, 3)]);
  expect(await talk([Uint8Array.from(bytes)], 28)).toEqual(expected);
  expect(
    await talk(
      bytes.map((byte) => Uint8Array.of(byte)),
      28,
    ),
  ).toEqual(expected);
});

test('CONTINUE is echoed and ends the connection, not the server', async () => {
  expect(await talk([frame('CONTINUE')])).toEqual(Buffer.from(frame('CONTINUE')));
  expect(await talk([frame('CONTINUE')])).toEqual(Buffer.from(frame('CONTINUE')));
});

test('TEST says hello; an unknown command is told so and disconnected', async () => {
  const hello = decodeSocketFrame(await talk([frame('TEST')], 26));
  expect(hello.ok && new TextDecoder().decode(hello.value.payload)).toBe('Server Hello!\0');
  const unknown = Uint8Array.from(frame('TEST')).fill(7, 0, 4);
  expect(await talk([unknown])).toEqual(Buffer.from(frame('UNKNOWN')));
});

test('a length that no object has is disconnected without an answer', async () => {
  expect(await talk([Uint8Array.from(frame('NORMAL')).fill(0xff, 8)])).toHaveLength(0);
});

test('SHUTDOWN closes the server', async () => {
  const closed = once(server, 'close');
  expect(await talk([frame('SHUTDOWN')])).toEqual(Buffer.from(frame('SHUTDOWN')));
  await closed;
  expect(server.listening).toBe(false);
});
