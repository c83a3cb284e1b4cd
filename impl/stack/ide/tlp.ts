/**
 * TLPs as bytes: non-flit-mode headers (PCIe 6.x, 2.2), before them an IDE prefix if the TLP is on
 * a stream (6.33.4), behind them payload and MAC.
 *
 * Fields are written from and read into records that the caller uses again and again; nothing here
 * allocates. The kinds are those that a TDI's data path needs: memory reads and writes and their
 * completions, of any contiguous bytes. No ECRC and no PCRC.
 */
import { MAC_SIZE, SUB_STREAM, type SubStream } from '../crypto/ide.ts';

/** Kinds of TLP by their Type field; the format bits follow from address and data. */
export const TLP_KIND = { MEMORY_READ: 0, MEMORY_WRITE: 1, COMPLETION: 2 } as const;
export type TlpKind = (typeof TLP_KIND)[keyof typeof TLP_KIND];

/** What `stream` is when the TLP is on none. */
export const NO_STREAM = -1;

/** One TLP. Mutable, so that a data path needs one record and not one for each TLP. */
export interface Tlp {
  kind: TlpKind;
  /** IDE stream, 0 to 255, or {@link NO_STREAM}. */
  stream: number;
  /** T: sent from a trusted environment. Travels in the IDE prefix: false without a stream. */
  t: boolean;
  /** Who asked, and by which of its tags (10 bits). */
  requesterId: number;
  tag: number;
  /** Requests: where, in bytes, as two words of 32 bits. Completions: the lower seven bits of it. */
  addressHigh: number;
  addressLow: number;
  /** Requests: AT, 0 untranslated, 1 translation request, 2 translated. */
  addressType: number;
  /** Completions: who answers, and how (0 success, 1 unsupported request, 4 abort). */
  completerId: number;
  status: number;
  /** Bytes written, read or returned, within 1024 words; 0 for a completion without data. */
  byteCount: number;
  /** Where the payload is in the bytes; set by {@link writeTlp} and {@link readTlp}. */
  payloadAt: number;
}

/** A record to fill. */
export const newTlp = (): Tlp => ({
  kind: TLP_KIND.MEMORY_READ,
  stream: NO_STREAM,
  t: false,
  requesterId: 0,
  tag: 0,
  addressHigh: 0,
  addressLow: 0,
  addressType: 0,
  completerId: 0,
  status: 0,
  byteCount: 4,
  payloadAt: 0,
});

/** The sub-stream of a TLP: posted requests, non-posted requests, completions. */
export const subStreamOf = (kind: TlpKind): SubStream =>
  kind === TLP_KIND.MEMORY_WRITE
    ? SUB_STREAM.PR
    : kind === TLP_KIND.MEMORY_READ
      ? SUB_STREAM.NPR
      : SUB_STREAM.CPL;

const PREFIX_SIZE = 4;
const SHORT_HEADER = 12;
const LONG_HEADER = 16;
const WORDS_MAX = 1024;
/** Payload of the longest TLP. */
export const PAYLOAD_MAX = 4 * WORDS_MAX;

/** An address in bytes, as two words of 32 bits: a big integer would be allocated. */
export type AddressWords = Pick<Tlp, 'addressHigh' | 'addressLow'>;

const words = new DataView(new ArrayBuffer(8));

/** Sets the address of a request; bits above the 64th are cut off. */
export function setAddress(to: AddressWords, address: bigint): void {
  words.setBigUint64(0, address);
  to.addressHigh = words.getUint32(0);
  to.addressLow = words.getUint32(4);
}

/** Bytes of the longest TLP with so much payload, MAC included. */
export const tlpSizeMax = (payload: number): number =>
  PREFIX_SIZE + LONG_HEADER + payload + MAC_SIZE;

/** Bytes that a TLP takes at most, MAC included. */
export const roomFor = (tlp: Tlp): number =>
  tlpSizeMax(tlp.kind === TLP_KIND.MEMORY_READ ? 0 : 4 * wordCount(tlp));

/**
 * Whether a TLP can be sent: no more bytes than a TLP carries, T on a stream alone, and requests for
 * at least one byte on one side of every 4 KiB boundary (PCIe 2.2.7).
 */
export function isSendable(tlp: Tlp): boolean {
  const { kind, byteCount } = tlp;
  if (byteCount > PAYLOAD_MAX || (tlp.t && tlp.stream === NO_STREAM)) return false;
  if (kind === TLP_KIND.COMPLETION) return true;
  return byteCount > 0 && (tlp.addressLow & 0xfff) + byteCount <= PAYLOAD_MAX;
}

/** Format and type of an IDE prefix. */
const IDE_PREFIX = 0x92;
/**
 * Bits of the second byte of the prefix: a MAC follows, T, K, and the sub-stream below them. That
 * the prefix has these, and stream and PR_Sent_Counter in a byte each, is the specification's; no
 * open source prints where in its three bytes they are, so the places are ours.
 */
const M = 0x80;
const T = 0x20;
const K = 0x10;
const SUB_STREAM_MASK = 0x07;

/** Format bits: a four-word header, and data. */
const LONG = 0x20;
const DATA = 0x40;
const COMPLETION_TYPE = 0x0a;
const LENGTH_MASK = 0x3ff;

/** The fields of the IDE prefix at `at`; of nothing but a prefix. */
export const prefixKeySet = (view: DataView, at: number): 0 | 1 =>
  (view.getUint8(at + 1) & K) === 0 ? 0 : 1;
export const prefixSubStream = (view: DataView, at: number): number =>
  view.getUint8(at + 1) & SUB_STREAM_MASK;
export const prefixPrSent = (view: DataView, at: number): number => view.getUint8(at + 3);

/** Puts key set and PR_Sent_Counter into the prefix at `at`. */
export function completePrefix(view: DataView, at: number, keySet: 0 | 1, prSent: number): void {
  view.setUint8(at + 1, (view.getUint8(at + 1) & ~K) | (keySet === 1 ? K : 0));
  view.setUint8(at + 3, prSent);
}

/** Bytes before the first one that counts, in the word where it is. */
const skipped = (tlp: Tlp): number => tlp.addressLow & 3;
/** Words that the bytes of a TLP touch. */
const wordCount = (tlp: Tlp): number =>
  tlp.byteCount === 0 ? 0 : (skipped(tlp) + tlp.byteCount + 3) >> 2;
/** Where the data of a TLP begin, in whole words; the end of its header. */
export const dataAt = (tlp: Tlp): number => tlp.payloadAt - skipped(tlp);

/** First byte and number of bytes that byte enables stand for; no bytes if they have a gap. */
const RUN_START = [0, 0, 1, 0, 2, 0, 1, 0, 3, 0, 0, 0, 2, 0, 1, 0];
const RUN_LENGTH = [0, 1, 1, 2, 1, 0, 2, 3, 1, 0, 0, 0, 2, 0, 3, 4];

function wrong(what: string): never {
  throw new Error(`writeTlp: ${what}`);
}

/** Throws on what no TLP can have. */
function checkFields(tlp: Tlp): void {
  const { kind, stream, t, byteCount } = tlp;
  if (stream < NO_STREAM || stream > 0xff) wrong(`stream ${stream}`);
  if (t && stream === NO_STREAM) wrong('T without a stream');
  if (byteCount < 0 || wordCount(tlp) > WORDS_MAX) wrong(`${byteCount} bytes in 1024 words`);
  if (byteCount === 0 && kind !== TLP_KIND.COMPLETION) wrong('a request for no bytes');
}

/** Bytes of payload that a TLP has. */
const payloadSize = ({ kind, byteCount }: Tlp): number =>
  kind === TLP_KIND.MEMORY_READ ? 0 : byteCount;

/** Copies bytes between arrays: `set` would need a view of its source, which is allocated. */
export function copyBytes(
  from: Uint8Array,
  fromAt: number,
  to: Uint8Array,
  toAt: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) to[toAt + i] = from[fromAt + i] ?? 0;
}

const NOTHING = new Uint8Array(0);

/**
 * Writes a TLP, with room for a MAC if it is on a stream; the number of bytes. It is in the clear
 * until the port protects it. Throws on a record or a payload that no TLP can have.
 */
export function writeTlp(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  tlp: Tlp,
  payload: Uint8Array = NOTHING,
): number {
  const expected = payloadSize(tlp);
  if (payload.length !== expected)
    wrong(`a payload of ${payload.length} bytes, expected ${expected}`);
  return writeTlpFrom(bytes, view, at, tlp, payload, 0);
}

/** The same with a payload that is part of `source`: the bytes from `from` on. */
export function writeTlpFrom(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  tlp: Tlp,
  source: Uint8Array,
  from: number,
): number {
  checkFields(tlp);
  const count = payloadSize(tlp);
  if (from < 0 || from + count > source.length) wrong(`a payload beyond its source`);
  const { kind, stream } = tlp;
  let p = at;
  if (stream !== NO_STREAM) {
    view.setUint8(p, IDE_PREFIX);
    view.setUint8(p + 1, M | (tlp.t ? T : 0) | subStreamOf(kind));
    view.setUint8(p + 2, stream);
    view.setUint8(p + 3, 0);
    p += PREFIX_SIZE;
  }
  p += kind === TLP_KIND.COMPLETION ? writeCompletion(view, p, tlp) : writeRequest(view, p, tlp);
  tlp.payloadAt = p + skipped(tlp);
  if (count > 0) {
    const size = 4 * wordCount(tlp);
    // Bytes that are not enabled must not carry what was in the buffer before.
    view.setUint32(p, 0);
    view.setUint32(p + size - 4, 0);
    copyBytes(source, from, bytes, tlp.payloadAt, count);
    p += size;
  }
  return p - at + (stream === NO_STREAM ? 0 : MAC_SIZE);
}

/** The first word: format and type, the upper two bits of the tag, AT, length in words. */
function writeFirst(view: DataView, at: number, formatType: number, tlp: Tlp): void {
  view.setUint8(at, formatType);
  view.setUint8(at + 1, ((tlp.tag & 0x200) >> 2) | ((tlp.tag & 0x100) >> 5));
  // 1024 words are written as 0.
  const length = wordCount(tlp) & LENGTH_MASK;
  view.setUint16(at + 2, ((tlp.addressType & 3) << 10) | length);
}

function writeRequest(view: DataView, at: number, tlp: Tlp): number {
  // An address below 4 GiB must have the short header (2.2.4.1).
  const long = tlp.addressHigh !== 0;
  const data = tlp.kind === TLP_KIND.MEMORY_WRITE ? DATA : 0;
  writeFirst(view, at, data | (long ? LONG : 0), tlp);
  view.setUint16(at + 4, tlp.requesterId);
  view.setUint8(at + 6, tlp.tag & 0xff);
  const last = 0xf >> (-(skipped(tlp) + tlp.byteCount) & 3);
  const first = (0xf << skipped(tlp)) & 0xf;
  view.setUint8(at + 7, wordCount(tlp) === 1 ? first & last : (last << 4) | first);
  if (long) view.setUint32(at + 8, tlp.addressHigh);
  view.setUint32(at + (long ? 12 : 8), tlp.addressLow & ~3);
  return long ? LONG_HEADER : SHORT_HEADER;
}

function writeCompletion(view: DataView, at: number, tlp: Tlp): number {
  writeFirst(view, at, COMPLETION_TYPE | (tlp.byteCount > 0 ? DATA : 0), tlp);
  view.setUint16(at + 4, tlp.completerId);
  // Byte count: one completion answers a whole request; 4096 is written as 0.
  view.setUint16(at + 6, ((tlp.status & 7) << 13) | (tlp.byteCount & 0xfff));
  view.setUint16(at + 8, tlp.requesterId);
  view.setUint8(at + 10, tlp.tag & 0xff);
  view.setUint8(at + 11, tlp.addressLow & 0x7f);
  return SHORT_HEADER;
}

/** Why bytes are no TLP: too few or too many, or of a kind that is not carried here. */
export type TlpFault = 'length' | 'kind';

/**
 * Reads the TLP that fills the bytes from `at` to `end` into a record; undefined if that went well.
 *
 * Works on a TLP that is still encrypted: only its payload is.
 */
export function readTlp(view: DataView, at: number, end: number, tlp: Tlp): TlpFault | undefined {
  let p = at;
  if (end - at < SHORT_HEADER) return 'length';
  const onStream = view.getUint8(p) === IDE_PREFIX;
  tlp.stream = onStream ? view.getUint8(p + 2) : NO_STREAM;
  tlp.t = onStream && (view.getUint8(p + 1) & T) !== 0;
  // Aggregation, in which one MAC serves several TLPs, is not carried.
  if (onStream && (view.getUint8(p + 1) & M) === 0) return 'kind';
  if (onStream) p += PREFIX_SIZE;
  const formatType = view.getUint8(p);
  const long = (formatType & LONG) !== 0;
  const data = (formatType & DATA) !== 0;
  const type = formatType & ~(LONG | DATA);
  if (type !== 0 && (type !== COMPLETION_TYPE || long)) return 'kind';
  const header = long ? LONG_HEADER : SHORT_HEADER;
  const words = view.getUint16(p + 2) & LENGTH_MASK;
  const length = words === 0 ? WORDS_MAX : words;
  const size = header + (data ? 4 * length : 0) + (onStream ? MAC_SIZE : 0);
  if (end - p !== size) return 'length';
  tlp.tag = ((view.getUint8(p + 1) & 0x80) << 2) | ((view.getUint8(p + 1) & 0x08) << 5);
  tlp.addressType = (view.getUint8(p + 2) >> 2) & 3;
  if (type === 0) {
    tlp.kind = data ? TLP_KIND.MEMORY_WRITE : TLP_KIND.MEMORY_READ;
    return readRequest(view, p, long, length, tlp);
  }
  tlp.kind = TLP_KIND.COMPLETION;
  return readCompletion(view, p, data, length, tlp);
}

function readRequest(
  view: DataView,
  p: number,
  long: boolean,
  length: number,
  tlp: Tlp,
): TlpFault | undefined {
  const enables = view.getUint8(p + 7);
  const first = enables & 0xf;
  const last = enables >> 4;
  const start = RUN_START[first] ?? 0;
  const run = RUN_LENGTH[first] ?? 0;
  const lastRun = RUN_LENGTH[last] ?? 0;
  if (run === 0) return 'kind';
  // The lowest two bits of an address that is sent are the processing hint.
  tlp.addressLow = ((view.getUint32(p + (long ? 12 : 8)) & ~3) >>> 0) + start;
  tlp.addressHigh = long ? view.getUint32(p + 8) : 0;
  tlp.requesterId = view.getUint16(p + 4);
  tlp.tag |= view.getUint8(p + 6);
  tlp.completerId = 0;
  tlp.status = 0;
  tlp.payloadAt = p + (long ? LONG_HEADER : SHORT_HEADER) + start;
  if (length === 1) {
    tlp.byteCount = run;
    return last === 0 ? undefined : 'kind';
  }
  tlp.byteCount = 4 * length - start - (4 - lastRun);
  // Several words: enabled to the end of the first one, and from the start of the last one.
  return start + run === 4 && lastRun > 0 && (last & 1) === 1 ? undefined : 'kind';
}

function readCompletion(
  view: DataView,
  p: number,
  data: boolean,
  length: number,
  tlp: Tlp,
): TlpFault | undefined {
  tlp.completerId = view.getUint16(p + 4);
  tlp.status = view.getUint8(p + 6) >> 5;
  const count = view.getUint16(p + 6) & 0xfff;
  tlp.byteCount = !data ? 0 : count === 0 ? 4 * WORDS_MAX : count;
  tlp.requesterId = view.getUint16(p + 8);
  tlp.tag |= view.getUint8(p + 10);
  tlp.addressHigh = 0;
  tlp.addressLow = view.getUint8(p + 11) & 0x7f;
  tlp.payloadAt = p + SHORT_HEADER + skipped(tlp);
  return data && wordCount(tlp) !== length ? 'length' : undefined;
}
