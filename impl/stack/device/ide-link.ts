/** A link port with IDE: TLP values become bytes here, and bytes become values. */
import { IdePort, isCheckFailed } from '../ide/port.ts';
import { TlpRing } from '../ide/ring.ts';
import { sendTlp, type TlpPort } from '../ide/send.ts';
import {
  NO_STREAM,
  newTlp,
  PAYLOAD_MAX,
  readTlp,
  setAddress,
  TLP_KIND,
  type Tlp as TlpRecord,
  tlpSizeMax,
} from '../ide/tlp.ts';
import type { CompletionStatus, LinkPort, Received, Tlp } from './link.ts';
import type { IdeStreams } from './streams.ts';

/** Completion statuses by their codes (PCIe 6.x, 2.2.9). */
export const STATUS = { SC: 0, UR: 1, CA: 4 } as const satisfies Record<CompletionStatus, number>;
const NO_BYTES = new Uint8Array(0);

/** A ring with room for one TLP, of any length. */
export const oneTlp = (): TlpRing => new TlpRing(1, tlpSizeMax(PAYLOAD_MAX));

/** Takes the oldest TLP out of a ring, as bytes of their own. */
export function takeBytes(ring: TlpRing): Uint8Array {
  const bytes = ring.bytes.slice(ring.start, ring.end);
  ring.shift();
  return bytes;
}

/** Puts bytes into a ring; false if they are longer than any TLP. */
export function putBytes(ring: TlpRing, bytes: Uint8Array): boolean {
  if (bytes.length > ring.slotSize) return false;
  ring.bytes.set(bytes, ring.free);
  ring.push(bytes.length);
  return true;
}

/** A link port whose keys follow what IDE_KM does to the streams. */
export function ideLink(streams: IdeStreams): LinkPort {
  const port = new IdePort();
  streams.listen(port);
  return new IdeLink(port);
}

class IdeLink implements LinkPort {
  readonly #port: IdePort;
  readonly #ring = oneTlp();
  readonly #tlp = newTlp();

  constructor(port: IdePort) {
    this.#port = port;
  }

  /** No own property: whoever wraps a link by copying it gets one that is asked by values. */
  get port(): TlpPort {
    return this.#port;
  }

  send(tlp: Tlp, stream: number | undefined): Uint8Array | undefined {
    fill(this.#tlp, tlp, stream);
    const data = 'data' in tlp ? tlp.data : NO_BYTES;
    return sendTlp(this.#ring, this.#port, this.#tlp, data, 0) ? takeBytes(this.#ring) : undefined;
  }

  receive(bytes: Uint8Array): Received {
    const ring = this.#ring;
    const tlp = this.#tlp;
    if (!putBytes(ring, bytes)) return { ok: false, fault: 'malformed' };
    const verdict = this.#port.check(ring.view, ring.start, ring.end, tlp);
    ring.shift();
    if (isCheckFailed(verdict)) return { ok: false, fault: 'check-failed', stream: tlp.stream };
    if (verdict === 'misrouted') return { ok: false, fault: 'misrouted' };
    if (verdict === 'malformed') return { ok: false, fault: 'malformed' };
    return { ok: true, tlp: tlpValue(tlp, ring.bytes), stream: streamOf(tlp) };
  }
}

/** The stream of a TLP; undefined in the clear. */
export const streamOf = ({ stream }: TlpRecord): number | undefined =>
  stream === NO_STREAM ? undefined : stream;

/** The name of a completion status. Reserved ones are taken as UR (PCIe 2.3.2). */
export const statusOf = ({ status }: TlpRecord): CompletionStatus =>
  status === STATUS.SC ? 'SC' : status === STATUS.CA ? 'CA' : 'UR';

function fill(to: TlpRecord, tlp: Tlp, stream: number | undefined): void {
  const completion = tlp.kind === 'COMPLETION';
  to.kind = TLP_KIND[tlp.kind];
  to.stream = stream ?? NO_STREAM;
  to.t = tlp.t;
  to.requesterId = tlp.requesterId;
  to.tag = tlp.kind === 'MEMORY_WRITE' ? 0 : tlp.tag;
  setAddress(to, completion ? 0n : tlp.address);
  to.addressType = 0;
  to.completerId = 0;
  to.status = completion ? STATUS[tlp.status] : 0;
  to.byteCount = tlp.kind === 'MEMORY_READ' ? tlp.byteLength : tlp.data.length;
}

function tlpValue(tlp: TlpRecord, bytes: Uint8Array): Tlp {
  const { kind, requesterId, tag, t, byteCount, payloadAt } = tlp;
  const address = (BigInt(tlp.addressHigh) << 32n) | BigInt(tlp.addressLow);
  if (kind === TLP_KIND.MEMORY_READ) {
    return { kind: 'MEMORY_READ', requesterId, tag, t, address, byteLength: byteCount };
  }
  const data = bytes.slice(payloadAt, payloadAt + byteCount);
  return kind === TLP_KIND.MEMORY_WRITE
    ? { kind: 'MEMORY_WRITE', requesterId, t, address, data }
    : { kind: 'COMPLETION', requesterId, tag, t, status: statusOf(tlp), data };
}

const bytesAt = (view: DataView, at: number, end: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + at, end - at);

/** The port of a link; of one that has none, a port that asks the link by values. */
export function portOf(link: LinkPort): TlpPort {
  return (
    link.port ?? {
      protect(view, at, end, tlp) {
        const value = tlpValue(tlp, bytesAt(view, 0, end));
        const bytes = link.send(value, streamOf(tlp));
        if (bytes?.length !== end - at) return false;
        bytesAt(view, at, end).set(bytes);
        return true;
      },
      check(view, at, end, tlp) {
        const bytes = bytesAt(view, at, end);
        const received = link.receive(bytes.slice());
        if (!received.ok) {
          if (received.fault !== 'check-failed') return received.fault;
          tlp.stream = received.stream;
          return 'mac';
        }
        if (readTlp(view, at, end, tlp) !== undefined) return 'malformed';
        const { payloadAt } = tlp;
        fill(tlp, received.tlp, received.stream);
        tlp.payloadAt = payloadAt;
        if ('data' in received.tlp) bytes.set(received.tlp.data, payloadAt - at);
        return received.stream === undefined ? 'clear' : 'accepted';
      },
    }
  );
}
