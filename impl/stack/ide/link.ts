/**
 * One end of a link with IDE, for a device or a root port that handles TLPs as values.
 *
 * Values are allocated here, and so are the bytes that are handed out. What must not allocate works
 * on {@link IdePort} and a ring.
 */
import type { LinkPort, Received, Tlp as TlpValue } from '../device/link.ts';
import type { IdeStreams } from '../device/streams.ts';
import { IdePort, isCheckFailed } from './port.ts';
import { NO_STREAM, newTlp, TLP_KIND, type Tlp, tlpSizeMax, writeTlp } from './tlp.ts';

const WORD = 0x1_0000_0000n;
/** Payload of the longest TLP. */
const PAYLOAD_MAX = 4096;
/** Completion statuses by their codes (PCIe 6.x, 2.2.9). */
const STATUS = { SC: 0, UR: 1, CA: 4 } as const;

/** A link end whose keys are those of the streams, as IDE_KM starts, stops and drops them. */
export function ideLink(streams: IdeStreams): LinkPort {
  const port = new IdePort();
  streams.listen(port);
  return new IdeLink(port);
}

class IdeLink implements LinkPort {
  readonly #port: IdePort;
  readonly #bytes = new Uint8Array(tlpSizeMax(PAYLOAD_MAX));
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #tlp = newTlp();

  constructor(port: IdePort) {
    this.#port = port;
  }

  send(value: TlpValue, stream: number | undefined): Uint8Array | undefined {
    // T travels in the IDE prefix: there is no trusted TLP without a stream.
    if (value.t && stream === undefined) return undefined;
    const tlp = this.#tlp;
    fill(tlp, value, stream);
    const payload = value.kind === 'MEMORY_READ' ? undefined : value.data;
    const end = writeTlp(this.#bytes, this.#view, 0, tlp, payload);
    if (!this.#port.protect(this.#view, 0, end, tlp)) return undefined;
    return this.#bytes.slice(0, end);
  }

  receive(bytes: Uint8Array): Received {
    if (bytes.length > this.#bytes.length) return { ok: false, fault: 'malformed' };
    // Decryption is in place, and the bytes are the caller's.
    this.#bytes.set(bytes);
    const tlp = this.#tlp;
    const verdict = this.#port.check(this.#view, 0, bytes.length, tlp);
    if (isCheckFailed(verdict)) return { ok: false, fault: 'check-failed', stream: tlp.stream };
    if (verdict === 'misrouted') return { ok: false, fault: 'misrouted' };
    const value = verdict === 'malformed' ? undefined : valueFrom(tlp, this.#bytes);
    if (value === undefined) return { ok: false, fault: 'malformed' };
    return { ok: true, tlp: value, stream: tlp.stream === NO_STREAM ? undefined : tlp.stream };
  }
}

function fill(tlp: Tlp, value: TlpValue, stream: number | undefined): void {
  const read = value.kind === 'MEMORY_READ';
  const completion = value.kind === 'COMPLETION';
  const address = completion ? 0n : value.address;
  tlp.kind = TLP_KIND[value.kind];
  tlp.stream = stream ?? NO_STREAM;
  tlp.t = value.t;
  tlp.requesterId = value.requesterId;
  tlp.tag = value.kind === 'MEMORY_WRITE' ? 0 : value.tag;
  tlp.addressHigh = Number(address / WORD);
  tlp.addressLow = Number(address % WORD);
  tlp.addressType = 0;
  tlp.completerId = 0;
  tlp.status = completion ? STATUS[value.status] : 0;
  tlp.byteCount = read ? value.byteLength : value.data.length;
}

/** The value of a TLP; undefined for a completion status that has no meaning here. */
function valueFrom(tlp: Tlp, bytes: Uint8Array): TlpValue | undefined {
  const { kind, requesterId, tag, t, byteCount, payloadAt } = tlp;
  const address = BigInt(tlp.addressHigh) * WORD + BigInt(tlp.addressLow);
  if (kind === TLP_KIND.MEMORY_READ) {
    return { kind: 'MEMORY_READ', requesterId, tag, t, address, byteLength: byteCount };
  }
  const data = bytes.slice(payloadAt, payloadAt + byteCount);
  if (kind === TLP_KIND.MEMORY_WRITE)
    return { kind: 'MEMORY_WRITE', requesterId, t, address, data };
  const status = (['SC', 'UR', 'CA'] as const).find((name) => STATUS[name] === tlp.status);
  return status && { kind: 'COMPLETION', requesterId, tag, t, status, data };
}
