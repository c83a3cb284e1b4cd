/** A device behind a TCP socket, framed like the public SPDM emulator's (wire: socket). */
import { createServer, type Server, type Socket } from 'node:net';
import {
  decodeSocketFrame,
  encodeSocketFrame,
  type SocketCommand,
  type SocketFrame,
  socketFrameSize,
} from '../impl/stack/wire/index.ts';

/** What is served: one DOE object in, one out, or silence. */
export interface DoeMailbox {
  doe(request: Uint8Array): Uint8Array | undefined;
}

/** The largest DOE object, and the header of a frame. */
const FRAME_BYTES_MAX = 2 ** 20 + 12;
const HELLO = new TextEncoder().encode('Server Hello!\0');
const NOTHING = new Uint8Array(0);

/**
 * A server for one connection at a time; the caller lets it listen. SPDM sessions outlive a connection
 * that ends with CONTINUE. SHUTDOWN closes the server. Whoever does not speak the framing is disconnected.
 */
export function deviceServer(device: DoeMailbox): Server {
  const server = createServer((socket) => serve(socket, device, () => server.close()));
  server.maxConnections = 1;
  return server;
}

function serve(socket: Socket, device: DoeMailbox, shutDown: () => void): void {
  // A response is one small write, and the peer waits for it.
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let pending: Uint8Array = NOTHING;
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const size = socketFrameSize(pending);
      if (size !== undefined && size > FRAME_BYTES_MAX) return void socket.destroy();
      if (size === undefined || size > pending.length) return;
      const frame = decodeSocketFrame(pending.subarray(0, size));
      pending = pending.subarray(size);
      const goesOn = frame.ok
        ? answer(socket, frame.value, device, shutDown)
        : say(socket, 'UNKNOWN', NOTHING, { last: true });
      if (!goesOn) return;
    }
  });
}

/** Answers one frame; whether the connection goes on. */
function answer(
  socket: Socket,
  { command, transport, payload }: SocketFrame,
  device: DoeMailbox,
  shutDown: () => void,
): boolean {
  switch (command) {
    case 'NORMAL': {
      const response = transport === 'PCI_DOE' ? device.doe(payload) : undefined;
      return response === undefined || say(socket, 'NORMAL', response);
    }
    case 'TEST':
      return say(socket, 'TEST', HELLO);
    case 'CONTINUE':
      return say(socket, 'CONTINUE', NOTHING, { last: true });
    case 'SHUTDOWN':
      shutDown();
      return say(socket, 'SHUTDOWN', NOTHING, { last: true });
    default:
      return say(socket, 'UNKNOWN', NOTHING, { last: true });
  }
}

/** Sends a frame, and ends the connection if it is the last; whether the connection goes on. */
function say(
  socket: Socket,
  command: SocketCommand,
  payload: Uint8Array,
  { last = false } = {},
): boolean {
  const frame = encodeSocketFrame({ command, transport: 'PCI_DOE', payload });
  if (last) socket.end(frame);
  else socket.write(frame);
  return !last;
}
