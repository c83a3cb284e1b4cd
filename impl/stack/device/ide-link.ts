/** A link port with IDE: TLP values become bytes here, and bytes become values. */
import { IdePort, type IdeVerdict, isCheckFailed } from '../ide/port.ts';
import {
  NO_STREAM,
  newTlp,
  TLP_KIND,
  type Tlp as TlpRecord,
  tlpSizeMax,
  writeTlp,
} from '../ide/tlp.ts';
import type { CompletionStatus, LinkPort, Received, Tlp } from './link.ts';
import type { IdeStreams } from './streams.ts';

const BYTES_MAX = 4096;
/** Bytes that are not enabled in the first and the last word. */
const WORD_PADDING_MAX = 6;
const STATUS: Readonly<Record<CompletionStatus, number>> = { SC: 0, UR: 1, CA: 4 };

/** A link port whose keys follow what IDE_KM does to the streams. */
export function ideLink(streams: IdeStreams): LinkPort {
  const port = new IdePort();
  streams.listen(port);
  return {
    send: (tlp, stream) => protectedBytes(port, tlp, stream),
    receive: (bytes) => checked(port, bytes.slice()),
  };
}

function protectedBytes(
  port: IdePort,
  tlp: Tlp,
  stream: number | undefined,
): Uint8Array | undefined {
  const record = recordOf(tlp, stream);
  if (record === undefined) return undefined;
  const payload = 'data' in tlp && tlp.data.length > 0 ? tlp.data : undefined;
  const bytes = new Uint8Array(tlpSizeMax((payload?.length ?? 0) + WORD_PADDING_MAX));
  const view = new DataView(bytes.buffer);
  const size = writeTlp(bytes, view, 0, record, payload);
  return port.protect(view, 0, size, record) ? bytes.subarray(0, size) : undefined;
}

/** The fields of a TLP; undefined for what no TLP can carry, such as T in the clear. */
function recordOf(tlp: Tlp, stream: number | undefined): TlpRecord | undefined {
  const { requesterId, t } = tlp;
  const byteCount = tlp.kind === 'MEMORY_READ' ? tlp.byteLength : tlp.data.length;
  const record = { ...newTlp(), stream: stream ?? NO_STREAM, t, requesterId, byteCount };
  if (byteCount > BYTES_MAX || (t && stream === undefined)) return undefined;
  if (tlp.kind === 'COMPLETION') {
    return { ...record, kind: TLP_KIND.COMPLETION, tag: tlp.tag, status: STATUS[tlp.status] };
  }
  // What writeTlp does not take: nothing at all, and bytes on both sides of a 4 KiB boundary.
  if (byteCount === 0 || (tlp.address & 0xfffn) + BigInt(byteCount) > 4096n) return undefined;
  const address = {
    addressHigh: Number(BigInt.asUintN(32, tlp.address >> 32n)),
    addressLow: Number(BigInt.asUintN(32, tlp.address)),
  };
  return tlp.kind === 'MEMORY_READ'
    ? { ...record, kind: TLP_KIND.MEMORY_READ, tag: tlp.tag, ...address }
    : { ...record, kind: TLP_KIND.MEMORY_WRITE, ...address };
}

/** What arrived. The bytes are decrypted in place, so they are the callee's own. */
function checked(port: IdePort, bytes: Uint8Array): Received {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const record = newTlp();
  const verdict: IdeVerdict = port.check(view, 0, bytes.length, record);
  const { stream } = record;
  if (isCheckFailed(verdict)) return { ok: false, fault: 'check-failed', stream };
  if (verdict !== 'accepted' && verdict !== 'clear') {
    return { ok: false, fault: verdict === 'misrouted' ? 'misrouted' : 'malformed' };
  }
  const { payloadAt, byteCount } = record;
  const tlp = tlpOf(record, () => bytes.slice(payloadAt, payloadAt + byteCount));
  return { ok: true, tlp, stream: stream === NO_STREAM ? undefined : stream };
}

function tlpOf(record: TlpRecord, data: () => Uint8Array): Tlp {
  const { requesterId, tag, t, byteCount } = record;
  const address = (BigInt(record.addressHigh) << 32n) | BigInt(record.addressLow);
  switch (record.kind) {
    case TLP_KIND.MEMORY_READ:
      return { kind: 'MEMORY_READ', requesterId, tag, t, address, byteLength: byteCount };
    case TLP_KIND.MEMORY_WRITE:
      return { kind: 'MEMORY_WRITE', requesterId, t, address, data: data() };
    case TLP_KIND.COMPLETION:
      return { kind: 'COMPLETION', requesterId, tag, t, status: statusOf(record), data: data() };
  }
}

/** Reserved statuses are taken as UR (PCIe 2.3.2). */
const statusOf = ({ status }: TlpRecord): CompletionStatus =>
  status === STATUS.SC ? 'SC' : status === STATUS.CA ? 'CA' : 'UR';
