/**
 * TLPs out of and into a device, by the access rules of TDISP 11.2.1.
 *
 * TLPs lie in rings, and one record tells what the one at hand is: a running TDI's traffic takes
 * nothing from the heap. What takes and gives byte strings is a wrapper around that.
 */
import { isCheckFailed } from '../ide/port.ts';
import type { TlpRing } from '../ide/ring.ts';
import { sendTlp, type TlpPort } from '../ide/send.ts';
import { copyBytes, NO_STREAM, newTlp, setAddress, TLP_KIND } from '../ide/tlp.ts';
import type { Dsm } from './dsm.ts';
import type { Functions } from './functions.ts';
import { oneTlp, portOf, putBytes, STATUS, streamOf, takeBytes } from './ide-link.ts';
import type { LinkPort } from './link.ts';
import { isLocked, type Range, type Tdi } from './tdi.ts';

/** Part of a range's memory, and the host address at the other end of a DMA. */
export interface Transfer {
  readonly address: bigint;
  readonly range: number;
  readonly offset: number;
  readonly byteLength: number;
}

const NO_BYTES = new Uint8Array(0);

/** The traffic of all TDIs of a device over one link. */
export class DataPath {
  readonly #dsm: Dsm;
  readonly #functions: Functions;
  readonly #port: TlpPort;
  readonly #tdis: readonly Tdi[];
  /** The TLP at hand, and where it leads. */
  readonly #tlp = newTlp();
  readonly #target: Target = { tdi: undefined, range: undefined, offset: 0 };
  /** For those who have byte strings instead of rings. */
  readonly #in = oneTlp();
  readonly #out = oneTlp();

  constructor(dsm: Dsm, functions: Functions, link: LinkPort) {
    this.#dsm = dsm;
    this.#functions = functions;
    this.#port = portOf(link);
    this.#tdis = [...dsm.tdis.values()];
  }

  /** Writes bytes of a range to the host; undefined if the TDI may not. */
  write(tdi: Tdi, transfer: Transfer): Uint8Array | undefined {
    return this.writeInto(this.#out, tdi, transfer) ? takeBytes(this.#out) : undefined;
  }

  /** Reads from the host into a range; undefined if the TDI may not, or if no tag is free. */
  read(tdi: Tdi, transfer: Transfer): Uint8Array | undefined {
    return this.readInto(this.#out, tdi, transfer) ? takeBytes(this.#out) : undefined;
  }

  /** A TLP from the link; what the device sends in return, if anything. */
  receive(bytes: Uint8Array): Uint8Array | undefined {
    if (!putBytes(this.#in, bytes)) return undefined;
    this.receiveFrom(this.#in, this.#out);
    return this.#out.count > 0 ? takeBytes(this.#out) : undefined;
  }

  /** {@link write} into a ring; false also if that has no room. */
  writeInto(ring: TlpRing, tdi: Tdi, transfer: Transfer): boolean {
    const memory = memoryAt(tdi, transfer);
    if (memory === undefined || !this.#route(tdi)) return false;
    this.#request(TLP_KIND.MEMORY_WRITE, 0, transfer);
    return sendTlp(ring, this.#port, this.#tlp, memory, transfer.offset);
  }

  /** {@link read} into a ring; false also if that has no room. */
  readInto(ring: TlpRing, tdi: Tdi, transfer: Transfer): boolean {
    const tag = tdi.outstanding.freeTag();
    if (tag === undefined || memoryAt(tdi, transfer) === undefined || !this.#route(tdi)) {
      return false;
    }
    this.#request(TLP_KIND.MEMORY_READ, tag, transfer);
    if (!sendTlp(ring, this.#port, this.#tlp, NO_BYTES, 0)) return false;
    const read = tdi.outstanding.take(tag);
    read.address = transfer.address;
    read.byteLength = transfer.byteLength;
    read.range = transfer.range;
    read.offset = transfer.offset;
    read.runEpoch = tdi.runEpoch;
    read.stream = streamOf(this.#tlp);
    return true;
  }

  /**
   * Takes the oldest TLP out of a ring, where it is decrypted in place. What the device sends in
   * return goes into `answers`. Throws if that is full: nothing is taken then.
   */
  receiveFrom(ring: TlpRing, answers: TlpRing): void {
    if (answers.full) throw new Error('DataPath.receiveFrom: no room for an answer');
    const tlp = this.#tlp;
    const verdict = this.#port.check(ring.view, ring.start, ring.end, tlp);
    ring.shift();
    if (verdict !== 'accepted' && verdict !== 'clear') {
      if (isCheckFailed(verdict) && this.#dsm.behaviour.dropAfterCheckFailure()) {
        this.#dsm.dropStream(tlp.stream);
      }
    } else if (tlp.kind === TLP_KIND.MEMORY_WRITE) this.#mmioWrite(ring.bytes);
    else if (tlp.kind === TLP_KIND.MEMORY_READ) this.#mmioRead(answers);
    else this.#completion(ring.bytes);
  }

  /** No completion came in time: an uncorrectable error (TDISP 11.4.3). The tag stays taken. */
  timeOut(tdi: Tdi, tag: number): void {
    const read = tdi.outstanding.get(tag);
    if (read === undefined) return;
    if (read.runEpoch === tdi.runEpoch) this.#dsm.fail(tdi);
    read.runEpoch = undefined;
  }

  /** Makes the TLP at hand a request of the route that was found. */
  #request(
    kind: typeof TLP_KIND.MEMORY_READ | typeof TLP_KIND.MEMORY_WRITE,
    tag: number,
    transfer: Transfer,
  ): void {
    const tlp = this.#tlp;
    tlp.kind = kind;
    tlp.tag = tag;
    setAddress(tlp, transfer.address);
    tlp.addressType = 0;
    tlp.completerId = 0;
    tlp.status = 0;
    tlp.byteCount = transfer.byteLength;
  }

  /** Requester, T bit and stream of a request of the TDI; false if it may send none. */
  #route(tdi: Tdi): boolean {
    const { behaviour } = this.#dsm;
    if (tdi.stopping || !this.#functions.busMaster(tdi)) return false;
    const traffic = behaviour.requests(tdi);
    if (traffic === 'none') return false;
    const tlp = this.#tlp;
    tlp.requesterId = tdi.setup.functionId & 0xffff;
    tlp.t = traffic === 'trusted';
    const stream = tlp.t ? tdi.binding?.stream : this.#defaultStream();
    tlp.stream = stream ?? NO_STREAM;
    return true;
  }

  /**
   * The stream of untrusted traffic: it takes the default stream too, once there is one, unless it
   * is TEE-limited (IDE 6.33.2). Looked up in configuration space, which allocates.
   */
  #defaultStream(): number | undefined {
    const { registers, streams } = this.#dsm;
    return registers
      .defaultBlocks()
      .find((block) => !block.teeLimited && streams.isSecure(block.stream))?.stream;
  }

  #mmioWrite(bytes: Uint8Array): void {
    if (!this.#serves()) return;
    const { payloadAt, byteCount } = this.#tlp;
    const { range, offset } = this.#target;
    if (range !== undefined) copyBytes(bytes, payloadAt, range.memory, offset, byteCount);
  }

  /** The record of the request becomes that of its completion: requester, tag, T and stream stay. */
  #mmioRead(answers: TlpRing): void {
    const tlp = this.#tlp;
    const served = this.#serves();
    const { range, offset } = this.#target;
    tlp.kind = TLP_KIND.COMPLETION;
    tlp.status = served ? STATUS.SC : STATUS.UR;
    tlp.addressHigh = 0;
    tlp.addressLow = 0;
    tlp.addressType = 0;
    if (!served) tlp.byteCount = 0;
    sendTlp(answers, this.#port, tlp, range?.memory ?? NO_BYTES, offset);
  }

  /** Whether the TLP at hand leads into a range whose TDI serves it. */
  #serves(): boolean {
    this.#find();
    const { tdi, range } = this.#target;
    if (tdi === undefined || range === undefined) return false;
    // What is taken in now would have to be aborted before the STOP is answered (TDISP 11.3.16).
    if (tdi.stopping && tdi.state === 'RUN' && !range.nonTee) return false;
    return this.#dsm.behaviour.mmio(tdi, range, this.#tlp.t, streamOf(this.#tlp));
  }

  /** Finds the range that holds the bytes at the TLP's address, if a function decodes them all. */
  #find(): void {
    const tlp = this.#tlp;
    const target = this.#target;
    target.tdi = undefined;
    target.range = undefined;
    target.offset = 0;
    for (const tdi of this.#tdis) {
      if (!this.#functions.memorySpace(tdi)) continue;
      for (const range of tdi.ranges) {
        const offset = this.#functions.offsetIn(tdi, range, tlp, tlp.byteCount);
        if (offset < 0) continue;
        target.tdi = tdi;
        target.range = range;
        target.offset = offset;
        return;
      }
    }
  }

  #completion(bytes: Uint8Array): void {
    const tlp = this.#tlp;
    const tdi = this.#requester(tlp.requesterId);
    const read = tdi?.outstanding.get(tlp.tag);
    if (tdi === undefined || read === undefined) return;
    if (streamOf(tlp) !== read.stream) {
      // A completion on another stream than its request fails the check of that stream (IDE 6.33.5).
      if (tlp.stream !== NO_STREAM) this.#dsm.dropStream(tlp.stream);
      return;
    }
    tdi.outstanding.delete(tlp.tag);
    if (!this.#dsm.behaviour.completion(tdi, read)) return;
    if (tlp.status !== STATUS.SC || tlp.byteCount !== read.byteLength) {
      // UR, CA, or bytes that are not what was asked for: not recoverable here (TDISP 11.4.3).
      if (isLocked(tdi)) this.#dsm.fail(tdi);
      return;
    }
    const memory = tdi.ranges[read.range]?.memory;
    if (memory !== undefined) {
      copyBytes(bytes, tlp.payloadAt, memory, read.offset, tlp.byteCount);
    }
  }

  #requester(requesterId: number): Tdi | undefined {
    for (const tdi of this.#tdis) {
      if ((tdi.setup.functionId & 0xffff) === requesterId) return tdi;
    }
    return undefined;
  }
}

/** Where a request leads; one record for all. */
interface Target {
  tdi: Tdi | undefined;
  range: Range | undefined;
  offset: number;
}

/** The memory of a range, if the transfer is inside it. */
function memoryAt(tdi: Tdi, { range, offset, byteLength }: Transfer): Uint8Array | undefined {
  const memory = tdi.ranges[range]?.memory;
  if (memory === undefined || offset < 0 || offset + byteLength > memory.length) return undefined;
  return memory;
}
