/** A device behind the public emulator's socket: what `tdicheck device` runs. */
import { createServer, type Server, type Socket } from 'node:net';
import type { SocketFrame } from '../../impl/stack/wire/index.ts';
import { FrameReader, frameBytes } from './frames.ts';

/** What takes one DOE object and gives one, or undefined for silence. */
interface Mailbox {
  doe(request: Uint8Array): Uint8Array | undefined;
}

export interface ServeOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly mailbox: Mailbox;
  /** Milliseconds in which a frame that has begun must end. */
  readonly frameMs?: number;
  /** Told in one line what happens. */
  readonly log?: (line: string) => void;
}

/** A server that runs. */
export interface Serving {
  readonly port: number;
  /** Settles once the server and its connections are gone: by `close`, or by SHUTDOWN of a peer. */
  readonly ended: Promise<'closed' | 'SHUTDOWN'>;
  readonly close: () => void;
}

const FRAME_MS = 10_000;
const PEERS_MAX = 16;
const HELLO = new TextEncoder().encode('Server Hello!\0');

/**
 * Serves a mailbox. Sessions live in the device, not in the connection: a peer may close and come back.
 * Bytes that are no frame cost their peer the connection, and nobody else anything. Rejects if it cannot listen.
 */
export function serve(o: ServeOptions): Promise<Serving> {
  const peers = new Set<Socket>();
  let why: 'closed' | 'SHUTDOWN' = 'closed';
  let count = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    peers.add(socket);
    socket.on('close', () => peers.delete(socket));
    attend(socket, ++count, o, () => {
      why = 'SHUTDOWN';
      close();
    });
  });
  server.maxConnections = PEERS_MAX;
  const ended = new Promise<'closed' | 'SHUTDOWN'>((resolve) => {
    server.on('close', () => resolve(why));
  });
  const close = (): void => {
    server.close();
    // What is written already still goes out; who does not take it is cut off.
    for (const peer of peers) peer.destroySoon();
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(o.port, o.host, () => {
      server.off('error', reject);
      // An error of accept costs that connection only.
      server.on('error', (error) => o.log?.(`error: ${error.message}`));
      resolve({ port: portOf(server), ended, close });
    });
  });
}

const portOf = (server: Server): number => {
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
};

/** Answers one peer until it ends. */
function attend(socket: Socket, number: number, o: ServeOptions, shutdown: () => void): void {
  const reader = new FrameReader();
  const log = (line: string): void => o.log?.(`peer ${number}: ${line}`);
  let objects = 0;
  let silences = 0;
  const end = (line: string): void => {
    log(line);
    socket.destroySoon();
  };
  const answer = ({ command, transport, payload }: SocketFrame): boolean => {
    if (command === 'SHUTDOWN') {
      socket.write(frameBytes('SHUTDOWN'), shutdown);
      end('SHUTDOWN');
      return false;
    }
    if (command === 'CONTINUE') {
      socket.write(frameBytes('CONTINUE'));
      end('CONTINUE: the connection ends, sessions stay');
      return false;
    }
    if (command === 'TEST') return socket.write(frameBytes('TEST', HELLO));
    if (command !== 'NORMAL' || transport !== 'PCI_DOE') {
      socket.write(frameBytes('UNKNOWN'));
      end(`${command} over ${transport} is not served`);
      return false;
    }
    objects++;
    const response = o.mailbox.doe(payload);
    if (response !== undefined) return socket.write(frameBytes('NORMAL', response));
    silences++;
    return true;
  };
  const work = (): void => {
    for (;;) {
      if (socket.destroyed || socket.writableEnded) return;
      const frame = reader.next();
      if (frame === 'garbage') {
        socket.write(frameBytes('UNKNOWN'));
        end('bytes that are no frame');
        return;
      }
      if (frame === undefined) break;
      // Who asks and does not read is not read either.
      if (!answer(frame) && !socket.writableEnded) {
        socket.pause();
        socket.once('drain', () => {
          socket.resume();
          work();
        });
        return;
      }
    }
    socket.setTimeout(reader.midFrame ? (o.frameMs ?? FRAME_MS) : 0);
  };
  log(`connected from ${socket.remoteAddress}`);
  socket.on('data', (bytes: Buffer) => {
    reader.push(bytes);
    work();
  });
  socket.on('timeout', () => {
    log('a frame did not end in time');
    socket.destroy();
  });
  socket.on('error', (error) => log(`error: ${error.message}`));
  socket.on('close', () => log(`gone after ${objects} objects, ${silences} not answered`));
}
