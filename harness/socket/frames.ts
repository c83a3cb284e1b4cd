/** Frames out of a stream of bytes, whatever portions they come in (the public emulator's framing). */
import {
  decodeSocketFrame,
  encodeSocketFrame,
  type SocketCommand,
  type SocketFrame,
  socketFrameSize,
} from '../../impl/stack/wire/index.ts';

/** The largest DOE object, 2^18 words, behind its header of twelve bytes. */
const FRAME_BYTES_MAX = 12 + 4 * 2 ** 18;

/** A frame on PCI DOE, as bytes. */
export const frameBytes = (
  command: SocketCommand,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array => encodeSocketFrame({ command, transport: 'PCI_DOE', payload });

/** Collects bytes until they are frames. */
export class FrameReader {
  #portions: Uint8Array[] = [];
  #byteLength = 0;

  /** Whether a frame has begun that has not ended. */
  get midFrame(): boolean {
    return this.#byteLength > 0;
  }

  /** Takes what has come. */
  push(portion: Uint8Array): void {
    this.#portions.push(portion);
    this.#byteLength += portion.length;
  }

  /**
   * The next whole frame; undefined until there is one. `garbage` if what stands there can never be one:
   * an unknown command or transport, or more bytes than the largest DOE object has.
   */
  next(): SocketFrame | 'garbage' | undefined {
    const size = socketFrameSize(this.#joined(12));
    if (size === undefined) return undefined;
    if (size > FRAME_BYTES_MAX) return 'garbage';
    if (this.#byteLength < size) return undefined;
    const bytes = this.#joined(size);
    const frame = decodeSocketFrame(bytes.subarray(0, size));
    this.#portions = bytes.length > size ? [bytes.subarray(size)] : [];
    this.#byteLength -= size;
    return frame.ok ? { ...frame.value, payload: frame.value.payload.slice() } : 'garbage';
  }

  /** At least so many bytes in one piece, if they are there. */
  #joined(byteLength: number): Uint8Array {
    const [first = new Uint8Array(0)] = this.#portions;
    if (first.length >= byteLength || this.#portions.length < 2) return first;
    const bytes = new Uint8Array(Buffer.concat(this.#portions));
    this.#portions = [bytes];
    return bytes;
  }
}
