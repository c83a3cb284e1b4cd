/**
 * The root port: IDE streams of this side, DMA that arrives, MMIO that leaves.
 *
 * TLPs lie in rings, and one record each tells what the one at hand is and what became of it: traffic
 * takes nothing from the heap. What takes and gives byte strings is a wrapper around that.
 */
import { oneTlp, portOf, putBytes, STATUS, statusOf, takeBytes } from '../device/ide-link.ts';
import type { CompletionStatus, LinkPort } from '../device/link.ts';
import { IdeStreams } from '../device/streams.ts';
import { isCheckFailed } from '../ide/port.ts';
import type { TlpRing } from '../ide/ring.ts';
import { sendTlp, type TlpPort } from '../ide/send.ts';
import { copyBytes, NO_STREAM, newTlp, setAddress, TLP_KIND } from '../ide/tlp.ts';
import type { DmaFault, Iommu } from './iommu.ts';
import type { HostMemory } from './memory.ts';

/** What became of a TLP that arrived. */
export type Arrival =
  | { readonly kind: 'written'; readonly page: number }
  /** A read was served, or refused: the completion goes back. */
  | {
      readonly kind: 'read';
      readonly completion: Uint8Array | undefined;
      readonly fault?: DmaFault;
    }
  | { readonly kind: 'dropped'; readonly fault: DmaFault }
  | { readonly kind: 'mmio'; readonly status: CompletionStatus; readonly data: Uint8Array }
  /** A completion that nobody waits for. */
  | { readonly kind: 'unexpected' }
  /** The stream is Insecure now. */
  | { readonly kind: 'check-failed'; readonly stream: number }
  | { readonly kind: 'no-tlp' };

/** Where an MMIO request goes and how. */
export interface MmioRoute {
  readonly address: bigint;
  readonly t: boolean;
  readonly stream: number | undefined;
}

/** What became of the TLP that arrived last, as {@link Arrival} has it; fields of other kinds have no meaning. */
export interface LastArrival {
  kind: Arrival['kind'];
  /** `written`, and `read` that was served. */
  page: number;
  /** `dropped`, and `read` that was refused. */
  fault: DmaFault | undefined;
  /** `check-failed`. */
  stream: number;
  /** `mmio`: where in the ring's bytes the data is, until the slot is written again. */
  status: CompletionStatus;
  payloadAt: number;
  byteCount: number;
}

const TAG_COUNT = 256;
/** Stands in for a stream where no read waits. */
const NOBODY = -2;
const NO_BYTES = new Uint8Array(0);

export class RootPort {
  readonly streams = new IdeStreams();
  readonly #port: TlpPort;
  readonly #iommu: Iommu;
  readonly #memory: HostMemory;
  readonly #requesterId: number;
  /** Reads without completion: the stream, and the T bit, that each tag left with. */
  readonly #waiting = new Int16Array(TAG_COUNT).fill(NOBODY);
  readonly #waitingT = new Uint8Array(TAG_COUNT);
  /** The TLP at hand, where it leads, and what became of it. */
  readonly #tlp = newTlp();
  readonly #place = { page: 0, offset: 0 };
  readonly #last: LastArrival = {
    kind: 'no-tlp',
    page: 0,
    fault: undefined,
    stream: 0,
    status: 'SC',
    payloadAt: 0,
    byteCount: 0,
  };
  /** For those who have byte strings instead of rings. */
  readonly #in = oneTlp();
  readonly #out = oneTlp();

  constructor(
    iommu: Iommu,
    memory: HostMemory,
    requesterId: number,
    link: (streams: IdeStreams) => LinkPort,
  ) {
    this.#iommu = iommu;
    this.#memory = memory;
    this.#requesterId = requesterId;
    this.#port = portOf(link(this.streams));
  }

  /** The TLP that writes to a device; undefined if the stream cannot protect it. */
  mmioWrite(route: MmioRoute, data: Uint8Array): Uint8Array | undefined {
    return this.mmioWriteInto(this.#out, route, data) ? takeBytes(this.#out) : undefined;
  }

  /** The TLP that reads from a device; undefined without a free tag or without protection. */
  mmioRead(route: MmioRoute, byteLength: number): Uint8Array | undefined {
    return this.mmioReadInto(this.#out, route, byteLength) ? takeBytes(this.#out) : undefined;
  }

  /** A TLP from the link: memory is touched only after the IOMMU and the page's owner allow it. */
  receive(bytes: Uint8Array): Arrival {
    if (!putBytes(this.#in, bytes)) return { kind: 'no-tlp' };
    const last = this.receiveFrom(this.#in, this.#out);
    const completion = this.#out.count > 0 ? takeBytes(this.#out) : undefined;
    const { kind, page, fault, stream, status, payloadAt, byteCount } = last;
    switch (kind) {
      case 'written':
        return { kind, page };
      case 'read':
        return fault === undefined ? { kind, completion } : { kind, completion, fault };
      case 'dropped':
        return { kind, fault: fault ?? 'mapping' };
      case 'mmio':
        return { kind, status, data: this.#in.bytes.slice(payloadAt, payloadAt + byteCount) };
      case 'check-failed':
        return { kind, stream };
      default:
        return { kind };
    }
  }

  /** {@link mmioWrite} into a ring; false also if that has no room. */
  mmioWriteInto(ring: TlpRing, route: MmioRoute, data: Uint8Array): boolean {
    this.#request(TLP_KIND.MEMORY_WRITE, 0, route, data.length);
    return sendTlp(ring, this.#port, this.#tlp, data, 0);
  }

  /** {@link mmioRead} into a ring; false also if that has no room. */
  mmioReadInto(ring: TlpRing, route: MmioRoute, byteLength: number): boolean {
    const tag = this.#waiting.indexOf(NOBODY);
    if (tag < 0) return false;
    const tlp = this.#tlp;
    this.#request(TLP_KIND.MEMORY_READ, tag, route, byteLength);
    if (!sendTlp(ring, this.#port, tlp, NO_BYTES, 0)) return false;
    this.#waiting[tag] = tlp.stream;
    this.#waitingT[tag] = tlp.t ? 1 : 0;
    return true;
  }

  /**
   * {@link receive} of the oldest TLP of a ring, which is decrypted in place and taken away. The
   * completion of a read is added to `answers`; throws if that is full. The record that is returned
   * is the same each time.
   */
  receiveFrom(ring: TlpRing, answers: TlpRing): Readonly<LastArrival> {
    if (answers.full) throw new Error('RootPort.receiveFrom: no room for an answer');
    const tlp = this.#tlp;
    const last = this.#last;
    const verdict = this.#port.check(ring.view, ring.start, ring.end, tlp);
    ring.shift();
    last.fault = undefined;
    if (verdict === 'malformed' || verdict === 'misrouted') last.kind = 'no-tlp';
    // What comes on a stream that is not Secure is dropped, and changes nothing (IDE 6.33.5).
    else if (tlp.stream !== NO_STREAM && !this.streams.isSecure(tlp.stream)) last.kind = 'no-tlp';
    else if (isCheckFailed(verdict)) {
      this.streams.drop(tlp.stream);
      last.kind = 'check-failed';
      last.stream = tlp.stream;
    } else if (tlp.kind === TLP_KIND.MEMORY_WRITE) this.#write(ring.bytes);
    else if (tlp.kind === TLP_KIND.MEMORY_READ) this.#read(answers);
    else this.#complete();
    return last;
  }

  /** Makes the TLP at hand a request of this port. */
  #request(
    kind: typeof TLP_KIND.MEMORY_READ | typeof TLP_KIND.MEMORY_WRITE,
    tag: number,
    { address, t, stream }: MmioRoute,
    byteCount: number,
  ): void {
    const tlp = this.#tlp;
    tlp.kind = kind;
    tlp.stream = stream ?? NO_STREAM;
    tlp.t = t;
    tlp.requesterId = this.#requesterId;
    tlp.tag = tag;
    setAddress(tlp, address);
    tlp.addressType = 0;
    tlp.completerId = 0;
    tlp.status = 0;
    tlp.byteCount = byteCount;
  }

  /** The page that the TLP at hand may touch; undefined, and the fault noted, if there is none. */
  #page(): Uint8Array | undefined {
    const last = this.#last;
    last.fault = this.#iommu.translate(this.#tlp, this.#place);
    if (last.fault !== undefined) return undefined;
    last.page = this.#place.page;
    return this.#memory.whole(last.page);
  }

  #write(bytes: Uint8Array): void {
    const page = this.#page();
    this.#last.kind = page === undefined ? 'dropped' : 'written';
    const { payloadAt, byteCount } = this.#tlp;
    if (page !== undefined) copyBytes(bytes, payloadAt, page, this.#place.offset, byteCount);
  }

  /** The record of the request becomes that of its completion: requester, tag, T and stream stay. */
  #read(answers: TlpRing): void {
    const tlp = this.#tlp;
    const page = this.#page();
    this.#last.kind = 'read';
    tlp.kind = TLP_KIND.COMPLETION;
    tlp.status = page === undefined ? STATUS.UR : STATUS.SC;
    tlp.addressHigh = 0;
    tlp.addressLow = 0;
    tlp.addressType = 0;
    if (page === undefined) tlp.byteCount = 0;
    sendTlp(
      answers,
      this.#port,
      tlp,
      page ?? NO_BYTES,
      page === undefined ? 0 : this.#place.offset,
    );
  }

  /** A completion counts on the stream, and with the T bit, of its request (TDISP 11.2.1). */
  #complete(): void {
    const tlp = this.#tlp;
    const last = this.#last;
    last.kind = 'unexpected';
    if (tlp.requesterId !== this.#requesterId || this.#waiting[tlp.tag] !== tlp.stream) return;
    if ((this.#waitingT[tlp.tag] === 1) !== tlp.t) return;
    this.#waiting[tlp.tag] = NOBODY;
    last.kind = 'mmio';
    last.status = statusOf(tlp);
    last.payloadAt = tlp.payloadAt;
    last.byteCount = tlp.byteCount;
  }
}
