/** TLPs out of and into a device, by the access rules of TDISP 11.2.1. */
import type { Dsm } from './dsm.ts';
import type { Functions } from './functions.ts';
import type { LinkPort, TlpOf } from './link.ts';
import { isLocked, type Range, type Tdi } from './tdi.ts';

/** Part of a range's memory, and the host address at the other end of a DMA. */
export interface Transfer {
  readonly address: bigint;
  readonly range: number;
  readonly offset: number;
  readonly byteLength: number;
}

const TAG_COUNT = 256;

/** The traffic of all TDIs of a device over one link. */
export class DataPath {
  readonly #dsm: Dsm;
  readonly #functions: Functions;
  readonly #link: LinkPort;

  constructor(dsm: Dsm, functions: Functions, link: LinkPort) {
    this.#dsm = dsm;
    this.#functions = functions;
    this.#link = link;
  }

  /** Writes bytes of a range to the host; undefined if the TDI may not. */
  write(tdi: Tdi, transfer: Transfer): Uint8Array | undefined {
    const route = this.#route(tdi);
    const data = memoryAt(tdi, transfer);
    if (route === undefined || data === undefined) return undefined;
    const { requesterId, t, stream } = route;
    const { address } = transfer;
    return this.#link.send({ kind: 'MEMORY_WRITE', requesterId, t, address, data }, stream);
  }

  /** Reads from the host into a range; undefined if the TDI may not, or if no tag is free. */
  read(tdi: Tdi, transfer: Transfer): Uint8Array | undefined {
    const route = this.#route(tdi);
    const tag = freeTag(tdi);
    if (route === undefined || tag === undefined || memoryAt(tdi, transfer) === undefined) {
      return undefined;
    }
    const { requesterId, t, stream } = route;
    const { address, byteLength } = transfer;
    const request = { kind: 'MEMORY_READ', requesterId, tag, t, address, byteLength } as const;
    const bytes = this.#link.send(request, stream);
    if (bytes === undefined) return undefined;
    tdi.outstanding.set(tag, { ...transfer, runEpoch: tdi.runEpoch, stream });
    return bytes;
  }

  /** A TLP from the link; what the device sends in return, if anything. */
  receive(bytes: Uint8Array): Uint8Array | undefined {
    const received = this.#link.receive(bytes);
    if (!received.ok) {
      if (received.fault === 'check-failed' && this.#dsm.behaviour.dropAfterCheckFailure()) {
        this.#dsm.dropStream(received.stream);
      }
      return undefined;
    }
    const { tlp, stream } = received;
    switch (tlp.kind) {
      case 'MEMORY_WRITE':
        this.#mmioWrite(tlp, stream);
        return undefined;
      case 'MEMORY_READ':
        return this.#mmioRead(tlp, stream);
      case 'COMPLETION':
        this.#completion(tlp, stream);
        return undefined;
    }
  }

  /** No completion came in time: an uncorrectable error (TDISP 11.4.3). The tag stays taken. */
  timeOut(tdi: Tdi, tag: number): void {
    const read = tdi.outstanding.get(tag);
    if (read === undefined) return;
    if (read.runEpoch === tdi.runEpoch) this.#dsm.fail(tdi);
    read.runEpoch = undefined;
  }

  /** T bit and stream of a request of the TDI; undefined if it may send none. */
  #route(tdi: Tdi) {
    const { behaviour, streams, registers } = this.#dsm;
    if (tdi.stopping || !this.#functions.busMaster(tdi)) return undefined;
    const traffic = behaviour.requests(tdi);
    if (traffic === 'none') return undefined;
    const requesterId = tdi.setup.functionId & 0xffff;
    if (traffic === 'trusted') return { requesterId, t: true, stream: tdi.binding?.stream };
    // Untrusted traffic takes the default stream too, once there is one, unless it is TEE-limited (IDE 6.33.2).
    const stream = registers
      .defaultBlocks()
      .find((block) => !block.teeLimited && streams.isSecure(block.stream))?.stream;
    return { requesterId, t: false, stream };
  }

  #mmioWrite({ address, data, t }: TlpOf<'MEMORY_WRITE'>, stream: number | undefined): void {
    const target = this.#target(address, data.length);
    if (target === undefined || !this.#serves(target, t, stream)) return;
    target.range.memory.set(data, target.offset);
  }

  #mmioRead(tlp: TlpOf<'MEMORY_READ'>, stream: number | undefined): Uint8Array | undefined {
    const { requesterId, tag, t, address, byteLength } = tlp;
    const target = this.#target(address, byteLength);
    const served = target !== undefined && this.#serves(target, t, stream);
    const data = served
      ? target.range.memory.subarray(target.offset, target.offset + byteLength)
      : new Uint8Array(0);
    const status = served ? 'SC' : 'UR';
    return this.#link.send({ kind: 'COMPLETION', requesterId, tag, t, status, data }, stream);
  }

  #serves({ tdi, range }: Target, t: boolean, stream: number | undefined): boolean {
    if (tdi.stopping && !range.nonTee) return false;
    return this.#dsm.behaviour.mmio(tdi, range, t, stream);
  }

  /** The range that holds the bytes at an address, if a function decodes them all. */
  #target(address: bigint, byteLength: number): Target | undefined {
    for (const tdi of this.#dsm.tdis.values()) {
      if (!this.#functions.memorySpace(tdi)) continue;
      for (const range of tdi.ranges) {
        const offset = address - this.#functions.address(tdi, range);
        if (offset >= 0n && offset + BigInt(byteLength) <= BigInt(range.memory.length)) {
          return { tdi, range, offset: Number(offset) };
        }
      }
    }
    return undefined;
  }

  #completion(tlp: TlpOf<'COMPLETION'>, stream: number | undefined): void {
    const tdi = [...this.#dsm.tdis.values()].find(
      ({ setup }) => (setup.functionId & 0xffff) === tlp.requesterId,
    );
    const read = tdi?.outstanding.get(tlp.tag);
    if (tdi === undefined || read === undefined) return;
    if (stream !== read.stream) {
      // A completion on another stream than its request fails the check of that stream (IDE 6.33.5).
      if (stream !== undefined) this.#dsm.dropStream(stream);
      return;
    }
    tdi.outstanding.delete(tlp.tag);
    if (!this.#dsm.behaviour.completion(tdi, read)) return;
    if (tlp.status !== 'SC' || tlp.data.length !== read.byteLength) {
      // UR, CA, or bytes that are not what was asked for: not recoverable here (TDISP 11.4.3).
      if (isLocked(tdi)) this.#dsm.fail(tdi);
      return;
    }
    tdi.ranges[read.range]?.memory.set(tlp.data, read.offset);
  }
}

interface Target {
  readonly tdi: Tdi;
  readonly range: Range;
  readonly offset: number;
}

function memoryAt(tdi: Tdi, { range, offset, byteLength }: Transfer): Uint8Array | undefined {
  const memory = tdi.ranges[range]?.memory;
  if (memory === undefined || offset < 0 || offset + byteLength > memory.length) return undefined;
  return memory.subarray(offset, offset + byteLength);
}

function freeTag(tdi: Tdi): number | undefined {
  for (let tag = 0; tag < TAG_COUNT; tag++) if (!tdi.outstanding.has(tag)) return tag;
  return undefined;
}
