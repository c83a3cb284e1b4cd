/** The root port: IDE streams of this side, DMA that arrives, MMIO that leaves. */
import type { LinkPort, TlpOf } from '../device/link.ts';
import { IdeStreams } from '../device/streams.ts';
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
  | { readonly kind: 'mmio'; readonly status: 'SC' | 'UR' | 'CA'; readonly data: Uint8Array }
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

const TAG_COUNT = 256;

export class RootPort {
  readonly streams = new IdeStreams();
  readonly #link: LinkPort;
  readonly #iommu: Iommu;
  readonly #memory: HostMemory;
  readonly #requesterId: number;
  /** Reads without completion: the stream that each tag left on. */
  readonly #waiting = new Map<
    number,
    { readonly stream: number | undefined; readonly t: boolean }
  >();

  constructor(
    iommu: Iommu,
    memory: HostMemory,
    requesterId: number,
    link: (streams: IdeStreams) => LinkPort,
  ) {
    this.#iommu = iommu;
    this.#memory = memory;
    this.#requesterId = requesterId;
    this.#link = link(this.streams);
  }

  /** The TLP that writes to a device; undefined if the stream cannot protect it. */
  mmioWrite({ address, t, stream }: MmioRoute, data: Uint8Array): Uint8Array | undefined {
    const requesterId = this.#requesterId;
    return this.#link.send({ kind: 'MEMORY_WRITE', requesterId, t, address, data }, stream);
  }

  /** The TLP that reads from a device; undefined without a free tag or without protection. */
  mmioRead({ address, t, stream }: MmioRoute, byteLength: number): Uint8Array | undefined {
    let tag = 0;
    while (this.#waiting.has(tag)) tag++;
    if (tag >= TAG_COUNT) return undefined;
    const requesterId = this.#requesterId;
    const bytes = this.#link.send(
      { kind: 'MEMORY_READ', requesterId, tag, t, address, byteLength },
      stream,
    );
    if (bytes !== undefined) this.#waiting.set(tag, { stream, t });
    return bytes;
  }

  /** A TLP from the link: memory is touched only after the IOMMU and the page's owner allow it. */
  receive(bytes: Uint8Array): Arrival {
    const received = this.#link.receive(bytes);
    if (!received.ok) {
      if (received.fault !== 'check-failed') return { kind: 'no-tlp' };
      this.streams.drop(received.stream);
      return { kind: 'check-failed', stream: received.stream };
    }
    const { tlp, stream } = received;
    if (stream !== undefined && !this.streams.isSecure(stream)) return { kind: 'no-tlp' };
    switch (tlp.kind) {
      case 'MEMORY_WRITE':
        return this.#write(tlp, stream);
      case 'MEMORY_READ':
        return this.#read(tlp, stream);
      case 'COMPLETION':
        return this.#complete(tlp, stream);
    }
  }

  #write(tlp: TlpOf<'MEMORY_WRITE'>, stream: number | undefined): Arrival {
    const { requesterId, t, address, data } = tlp;
    const byteLength = data.length;
    const place = this.#iommu.translate({
      requesterId,
      t,
      stream,
      address,
      byteLength,
      write: true,
    });
    if (!place.ok) return { kind: 'dropped', fault: place.fault };
    this.#memory.bytes(place.page, place.offset, byteLength)?.set(data);
    return { kind: 'written', page: place.page };
  }

  #read(tlp: TlpOf<'MEMORY_READ'>, stream: number | undefined): Arrival {
    const { requesterId, tag, t, address, byteLength } = tlp;
    const place = this.#iommu.translate({
      requesterId,
      t,
      stream,
      address,
      byteLength,
      write: false,
    });
    const data = place.ok ? this.#memory.bytes(place.page, place.offset, byteLength) : undefined;
    const completion = this.#link.send(
      {
        kind: 'COMPLETION',
        requesterId,
        tag,
        t,
        status: data === undefined ? 'UR' : 'SC',
        data: data ?? new Uint8Array(0),
      },
      stream,
    );
    return place.ok
      ? { kind: 'read', completion }
      : { kind: 'read', completion, fault: place.fault };
  }

  /** A completion counts on the stream, and with the T bit, of its request (TDISP 11.2.1). */
  #complete(tlp: TlpOf<'COMPLETION'>, stream: number | undefined): Arrival {
    const asked = this.#waiting.get(tlp.tag);
    if (asked === undefined || tlp.requesterId !== this.#requesterId) return { kind: 'unexpected' };
    if (asked.stream !== stream || asked.t !== tlp.t) return { kind: 'unexpected' };
    this.#waiting.delete(tlp.tag);
    return { kind: 'mmio', status: tlp.status, data: tlp.data };
  }
}
