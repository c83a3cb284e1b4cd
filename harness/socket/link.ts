/** The other end of the socket: one DOE object at a time to a responder that may do anything. */
import { connect, type Socket } from 'node:net';
import { Conversation, type Dialogue, type Outcome } from '../../impl/stack/tsm/dialogue.ts';
import type { SocketFrame } from '../../impl/stack/wire/index.ts';
import { FrameReader, frameBytes } from './frames.ts';

/** What came after a request. */
export type Heard =
  | { readonly is: 'object'; readonly bytes: Uint8Array }
  /** Nothing, and the responder took the next command: it is alive. */
  | { readonly is: 'silence' }
  | { readonly is: 'closed' }
  /** Nothing, and no answer to TEST either. */
  | { readonly is: 'time-out' }
  /** Bytes that are no frame, or frames that nobody asked for. */
  | { readonly is: 'garbage' };

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  /** Milliseconds in which an answer must come. */
  readonly answerMs: number;
}

/** After so many milliseconds without an answer the responder is asked whether it is there (TEST). */
const QUIET_MS = 40;
/** For the echo of CONTINUE. */
const FAREWELL_MS = 500;

/** The peer cannot be talked to any longer. */
export class PeerLost extends Error {
  override readonly name = 'PeerLost';
  readonly heard: Exclude<Heard['is'], 'object' | 'silence'>;

  constructor(heard: PeerLost['heard']) {
    super(heard);
    this.heard = heard;
  }
}

/** A connection to a responder. It closes as the emulator wants it: with CONTINUE, never without a word. */
export class Link {
  readonly #socket: Socket;
  readonly #answerMs: number;
  readonly #reader = new FrameReader();
  #lost: PeerLost['heard'] | undefined;
  /** Who waits for the next frame. */
  #waiting: ((frame: SocketFrame | PeerLost['heard']) => void) | undefined;

  private constructor(socket: Socket, answerMs: number) {
    this.#socket = socket;
    this.#answerMs = answerMs;
    socket.on('data', (bytes: Buffer) => {
      this.#reader.push(bytes);
      this.#take();
    });
    socket.on('error', () => this.#fail('closed'));
    socket.on('close', () => this.#fail('closed'));
  }

  /** Connects; rejects with the error of the socket, or after `answerMs`. */
  static open({ host, port, answerMs }: LinkOptions): Promise<Link> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true, timeout: answerMs });
      const fail = (error: Error): void => {
        socket.destroy();
        reject(error);
      };
      socket.once('timeout', () => fail(new Error(`no connection within ${answerMs} ms`)));
      socket.once('error', fail);
      socket.once('connect', () => {
        socket.setTimeout(0);
        socket.removeAllListeners('timeout');
        socket.removeAllListeners('error');
        resolve(new Link(socket, answerMs));
      });
    });
  }

  get usable(): boolean {
    return this.#lost === undefined;
  }

  /** Sends a DOE object, and waits for what comes. */
  async ask(object: Uint8Array): Promise<Heard> {
    if (this.#lost !== undefined) return { is: this.#lost };
    this.#socket.write(frameBytes('NORMAL', object));
    const early = await this.#next(Math.min(QUIET_MS, this.#answerMs));
    if (early !== 'time-out') return this.#heard(early);
    // Whoever answers TEST first has passed over the object in silence.
    this.#socket.write(frameBytes('TEST'));
    const late = await this.#next(this.#answerMs);
    if (typeof late === 'object' && late.command === 'TEST') return { is: 'silence' };
    const heard = this.#heard(late);
    if (heard.is === 'object') {
      // The answer was only slow; that to TEST is still to come.
      const test = await this.#next(this.#answerMs);
      if (typeof test !== 'object' || test.command !== 'TEST') this.#fail('garbage');
    }
    return heard;
  }

  /** Holds a conversation; silence is passed on to it. Throws `PeerLost` where no peer is left. */
  async converse<T>(dialogue: Dialogue<T>): Promise<Outcome<T>> {
    const conversation = new Conversation(dialogue);
    let step = conversation.begin();
    while (!step.done) {
      const heard = await this.ask(step.request);
      if (heard.is !== 'object' && heard.is !== 'silence') throw new PeerLost(heard.is);
      step = conversation.take(heard.is === 'object' ? heard.bytes : undefined);
    }
    return step.outcome;
  }

  /** Says goodbye and closes; whatever the peer does, nothing of the connection is left. */
  async close(): Promise<void> {
    if (this.#lost === undefined) {
      this.#socket.write(frameBytes('CONTINUE'));
      await this.#next(Math.min(FAREWELL_MS, this.#answerMs));
    }
    this.#fail('closed');
  }

  #heard(frame: SocketFrame | PeerLost['heard']): Heard {
    if (typeof frame === 'object' && frame.command === 'NORMAL') {
      return { is: 'object', bytes: frame.payload };
    }
    this.#fail(typeof frame === 'object' ? 'garbage' : frame);
    return { is: this.#lost ?? 'garbage' };
  }

  /** The next frame, or why there will be none. */
  #next(ms: number): Promise<SocketFrame | PeerLost['heard']> {
    if (this.#lost !== undefined) return Promise.resolve(this.#lost);
    return new Promise((resolve) => {
      const timer = setTimeout(() => done('time-out'), ms);
      const done = (frame: SocketFrame | PeerLost['heard']): void => {
        clearTimeout(timer);
        this.#waiting = undefined;
        resolve(frame);
      };
      this.#waiting = done;
      this.#take();
    });
  }

  /** Hands a frame to whoever waits. One that nobody waits for is not part of the protocol. */
  #take(): void {
    const frame = this.#reader.next();
    if (frame === undefined) return;
    if (frame === 'garbage' || this.#waiting === undefined) this.#fail('garbage');
    else this.#waiting(frame);
  }

  #fail(why: PeerLost['heard']): void {
    if (this.#lost !== undefined) return;
    this.#lost = why;
    this.#socket.destroy();
    this.#waiting?.(why);
  }
}
