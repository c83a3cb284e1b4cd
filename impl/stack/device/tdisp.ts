/** TDISP, as the DSM answers it (TDISP 11.3): one function per request. */
import {
  decodeTdisp,
  encodeTdiReport,
  encodeTdisp,
  INTERFACE_INFO,
  LOCK_FLAG,
  RANGE_ATTRIBUTE,
  TDISP_1_0,
  type TdispErrorCode,
  type TdispMessage,
  type TdispMessageOf,
} from '../wire/index.ts';
import type { Dsm } from './dsm.ts';
import type { Tdi } from './tdi.ts';

/** What a vendor's own requests do; undefined refuses one. */
type VendorRequests = (
  request: TdispMessageOf<'VDM_REQUEST'>,
) => Pick<TdispMessageOf<'VDM_RESPONSE'>, 'registryId' | 'vendorId' | 'vendorData'> | undefined;

/** What the device has of the optional parts. */
export interface TdispOptions {
  readonly p2p: boolean;
  readonly mmioAttribute: boolean;
  readonly vdm: VendorRequests | undefined;
  /** Largest report portion in one response, bytes. */
  readonly reportPortionMax: number;
  /** STOP answers only after `drained` was called. */
  readonly stepwiseStop: boolean;
  /** Whether something that a function has sent may still be on its way: a device learns that by a flushing read. */
  readonly inFlight: (functionId: number) => boolean;
}

/** An answer, no answer at all, or bytes that are no TDISP message. */
export type TdispAnswer = Uint8Array | 'silence' | 'invalid';

/** A reply without its header, or the code of the error. */
type Reply = TdispMessage | { readonly error: TdispErrorCode; readonly data?: number };
type Request<K extends TdispMessage['kind']> = TdispMessageOf<K>;

const HEADER_BYTES = 16;
const PAGE_SHIFT = 12n;
const ADDRESS_WIDTH = 52;

const REQUIRED = [0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87];
const refuse = (error: TdispErrorCode, data = 0): Reply => ({ error, data });

/** The TDISP responder of a DSM. */
export class Tdisp {
  readonly #dsm: Dsm;
  readonly #options: TdispOptions;
  /** Requests whose answers wait for `drained`, by function id. */
  readonly #stops = new Map<number, number>();

  constructor(dsm: Dsm, options: TdispOptions) {
    this.#dsm = dsm;
    this.#options = options;
  }

  /** Answers one message that came over `session`. The order of checks is ours (TDISP 11.3 has none). */
  answer(bytes: Uint8Array, session: number): TdispAnswer {
    if (bytes.length < HEADER_BYTES) return 'invalid';
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const header = { version: TDISP_1_0, functionId: view.getUint32(4, true) };
    const reply = this.#reply(bytes, session, header.functionId);
    if (reply === 'silence') return reply;
    if ('kind' in reply) return encodeTdisp({ ...reply, ...header });
    return encodeTdisp({
      kind: 'TDISP_ERROR',
      ...header,
      errorCode: reply.error,
      errorData: reply.data ?? 0,
      extendedErrorData: new Uint8Array(0),
    });
  }

  /**
   * The work of a TDI that is stopping is over. Gives the response to its STOP, and the session that
   * asked; undefined if no STOP waits.
   */
  drained(
    functionId: number,
  ): { readonly session: number; readonly message: Uint8Array } | undefined {
    const session = this.#stops.get(functionId);
    const tdi = this.#dsm.tdis.get(functionId);
    if (session === undefined || tdi === undefined) return undefined;
    this.#stops.delete(functionId);
    this.#dsm.unlock(tdi);
    const header = { version: TDISP_1_0, functionId };
    return { session, message: encodeTdisp({ kind: 'STOP_INTERFACE_RESPONSE', ...header }) };
  }

  /**
   * A STOP that a session asked for is void once that is gone: nobody is there to answer, and error wins over stop
   * (TDISP 11.4.5). What it should have stopped waits for another one.
   */
  forgetStops(session: number): void {
    for (const [functionId, asked] of this.#stops) {
      if (asked !== session) continue;
      this.#stops.delete(functionId);
      const tdi = this.#dsm.tdis.get(functionId);
      if (tdi !== undefined) tdi.stopping = false;
    }
  }

  #reply(bytes: Uint8Array, session: number, functionId: number): Reply | 'silence' {
    const code = bytes[1] ?? 0;
    if (!this.#supports(code)) return refuse('UNSUPPORTED_REQUEST', code);
    const decoded = decodeTdisp(bytes);
    if (!decoded.ok) return refuse('INVALID_REQUEST');
    const message = decoded.value;
    if (message.version !== TDISP_1_0) return refuse('VERSION_MISMATCH');
    const tdi = this.#dsm.tdis.get(functionId);
    if (tdi === undefined) return refuse('INVALID_INTERFACE');
    return this.#request(message, tdi, session);
  }

  #supports(code: number): boolean {
    const { p2p, mmioAttribute, vdm } = this.#options;
    if (code === 0x88 || code === 0x89) return p2p;
    if (code === 0x8a) return mmioAttribute;
    return code === 0x8b ? vdm !== undefined : REQUIRED.includes(code);
  }

  #request(message: TdispMessage, tdi: Tdi, session: number): Reply | 'silence' {
    switch (message.kind) {
      case 'GET_TDISP_VERSION':
        return { ...message, kind: 'TDISP_VERSION', versionNumEntries: [TDISP_1_0] };
      case 'GET_TDISP_CAPABILITIES':
        return this.#capabilities(message);
      case 'GET_DEVICE_INTERFACE_STATE':
        return { ...message, kind: 'DEVICE_INTERFACE_STATE', tdiState: tdi.state };
      default:
        if (tdi.stopping) return refuse('BUSY');
        if (!this.#dsm.behaviour.otherSession(tdi, session)) return refuse('INVALID_INTERFACE');
        return this.#change(message, tdi, session);
    }
  }

  #change(message: TdispMessage, tdi: Tdi, session: number): Reply | 'silence' {
    switch (message.kind) {
      case 'LOCK_INTERFACE_REQUEST':
        return this.#lock(message, tdi, session);
      case 'GET_DEVICE_INTERFACE_REPORT':
        return this.#report(message, tdi);
      case 'START_INTERFACE_REQUEST':
        return this.#start(message, tdi);
      case 'STOP_INTERFACE_REQUEST':
        return this.#stop(message, tdi, session);
      case 'BIND_P2P_STREAM_REQUEST':
        return this.#bindP2p(message, tdi);
      case 'UNBIND_P2P_STREAM_REQUEST':
        return this.#unbindP2p(message, tdi);
      case 'SET_MMIO_ATTRIBUTE_REQUEST':
        return this.#setMmioAttribute(message, tdi);
      case 'VDM_REQUEST':
        return this.#vendor(message);
      default:
        throw new Error(`Tdisp.answer: ${message.kind} is no request`);
    }
  }

  #capabilities(message: Request<'GET_TDISP_CAPABILITIES'>): Reply {
    const reqMsgsSupported = new Uint8Array(16);
    for (let i = 0; i < 16; i++) {
      if (this.#supports(0x80 + i))
        reqMsgsSupported[i >> 3] = (reqMsgsSupported[i >> 3] ?? 0) | (1 << (i & 7));
    }
    return {
      ...message,
      kind: 'TDISP_CAPABILITIES',
      dsmCaps: 0,
      reqMsgsSupported,
      lockInterfaceFlagsSupported: this.#lockFlags,
      devAddrWidth: ADDRESS_WIDTH,
      numReqThis: 1,
      numReqAll: 1,
    };
  }

  get #lockFlags(): number {
    const { NO_FW_UPDATE, SYSTEM_CACHE_LINE_SIZE, LOCK_MSIX, BIND_P2P } = LOCK_FLAG;
    const always = NO_FW_UPDATE | SYSTEM_CACHE_LINE_SIZE | LOCK_MSIX;
    return this.#options.p2p ? always | BIND_P2P : always;
  }

  #lock(message: Request<'LOCK_INTERFACE_REQUEST'>, tdi: Tdi, session: number): Reply {
    const { behaviour, streams, registers, entropy } = this.#dsm;
    const stream = message.defaultStreamId;
    if (!behaviour.lockState(tdi.state)) return refuse('INVALID_INTERFACE_STATE');
    if (!behaviour.lockDrained(this.#options.inFlight(tdi.setup.functionId))) return refuse('BUSY');
    if (
      !behaviour.lockStream(stream, registers.defaultBlocks()) ||
      !behaviour.lockKeys(streams, stream) ||
      !behaviour.lockSession(streams, stream, session)
    ) {
      return refuse('INVALID_REQUEST');
    }
    if (!behaviour.lockConfiguration(registers.problem(tdi))) {
      return refuse('INVALID_DEVICE_CONFIGURATION');
    }
    const nonce = behaviour.nonce(entropy);
    if (nonce === undefined) return refuse('INSUFFICIENT_ENTROPY');
    behaviour.abortAtLock(tdi);
    const bound = {
      session,
      stream,
      flags: message.flags & this.#lockFlags,
      reportingOffset: message.mmioReportingOffset,
      p2pAddressMask: message.bindP2pAddressMask,
    };
    tdi.binding = { ...bound, report: this.#makeReport(tdi, bound) };
    tdi.nonce = nonce;
    tdi.state = 'CONFIG_LOCKED';
    return { ...message, kind: 'LOCK_INTERFACE_RESPONSE', startInterfaceNonce: nonce.slice() };
  }

  /** The report of a lock episode (TDISP 11.3.11). */
  #makeReport(tdi: Tdi, { flags, reportingOffset }: { flags: number; reportingOffset: bigint }) {
    const { behaviour, registers } = this.#dsm;
    const msixLocked = (flags & LOCK_FLAG.LOCK_MSIX) !== 0;
    return encodeTdiReport({
      interfaceInfo:
        INTERFACE_INFO.DMA_WITHOUT_PASID |
        (flags & LOCK_FLAG.NO_FW_UPDATE ? INTERFACE_INFO.NO_FW_UPDATE : 0) |
        (registers.ats(tdi) ? INTERFACE_INFO.ATS : 0),
      msixMessageControl: msixLocked ? registers.msixControl(tdi) : 0,
      lnrControl: 0,
      tphControl: 0,
      mmioRanges: tdi.ranges.map((range) => ({
        firstPage: behaviour.reportedPage(
          registers.address(tdi, range) >> PAGE_SHIFT,
          reportingOffset,
        ),
        numberOfPages: range.setup.pages,
        rangeAttributes:
          (msixLocked && range.setup.msixTable ? RANGE_ATTRIBUTE.MSIX_TABLE : 0) |
          (range.nonTee ? RANGE_ATTRIBUTE.IS_NON_TEE_MEM : 0) |
          (range.setup.updatable ? RANGE_ATTRIBUTE.IS_MEM_ATTR_UPDATABLE : 0),
        rangeId: range.setup.bar,
      })),
      deviceSpecificInfo: tdi.setup.information ?? new Uint8Array(0),
    });
  }

  #report(message: Request<'GET_DEVICE_INTERFACE_REPORT'>, tdi: Tdi): Reply {
    if (!this.#dsm.behaviour.reportState(tdi.state)) return refuse('INVALID_INTERFACE_STATE');
    const report = tdi.binding?.report ?? new Uint8Array(0);
    const { offset, length } = message;
    if (offset >= report.length || length === 0) return refuse('INVALID_REQUEST');
    const end = Math.min(report.length, offset + Math.min(length, this.#options.reportPortionMax));
    return {
      ...message,
      kind: 'DEVICE_INTERFACE_REPORT',
      reportBytes: report.slice(offset, end),
      remainderLength: report.length - end,
    };
  }

  #start(message: Request<'START_INTERFACE_REQUEST'>, tdi: Tdi): Reply {
    const { behaviour, streams } = this.#dsm;
    if (tdi.state !== 'CONFIG_LOCKED') return refuse('INVALID_INTERFACE_STATE');
    if (!behaviour.startNonce(tdi.nonce, message.startInterfaceNonce)) {
      return refuse('INVALID_NONCE');
    }
    if (!behaviour.startStream(streams, tdi.binding?.stream ?? 0)) return refuse('INVALID_REQUEST');
    tdi.nonce = tdi.nonce && behaviour.nonceAfterStart(tdi.nonce);
    tdi.runEpoch++;
    tdi.state = 'RUN';
    return { ...message, kind: 'START_INTERFACE_RESPONSE' };
  }

  #stop(message: Request<'STOP_INTERFACE_REQUEST'>, tdi: Tdi, session: number): Reply | 'silence' {
    if (this.#options.stepwiseStop && this.#dsm.behaviour.stopAwaitsDrain()) {
      tdi.stopping = true;
      this.#stops.set(message.functionId, session);
      return 'silence';
    }
    this.#dsm.unlock(tdi);
    return { ...message, kind: 'STOP_INTERFACE_RESPONSE' };
  }

  #bindP2p(message: Request<'BIND_P2P_STREAM_REQUEST'>, tdi: Tdi): Reply {
    const { behaviour, streams, registers } = this.#dsm;
    if (!behaviour.runOnly(tdi.state)) return refuse('INVALID_INTERFACE_STATE');
    const { binding } = tdi;
    const { streamId } = message;
    const may =
      binding !== undefined &&
      (binding.flags & LOCK_FLAG.BIND_P2P) !== 0 &&
      registers.ats(tdi) &&
      registers.defaultBlocks().every(({ stream }) => stream !== streamId) &&
      !tdi.p2pStreams.has(streamId) &&
      streams.isSecure(streamId) &&
      streams.isKeyedBy(streamId, binding.session);
    if (!may) return refuse('INVALID_REQUEST');
    tdi.p2pStreams.add(streamId);
    return { ...message, kind: 'BIND_P2P_STREAM_RESPONSE' };
  }

  #unbindP2p(message: Request<'UNBIND_P2P_STREAM_REQUEST'>, tdi: Tdi): Reply {
    if (!this.#dsm.behaviour.runOnly(tdi.state)) return refuse('INVALID_INTERFACE_STATE');
    if (!tdi.p2pStreams.delete(message.streamId)) return refuse('INVALID_REQUEST');
    return { ...message, kind: 'UNBIND_P2P_STREAM_RESPONSE' };
  }

  #setMmioAttribute(message: Request<'SET_MMIO_ATTRIBUTE_REQUEST'>, tdi: Tdi): Reply {
    if (!this.#dsm.behaviour.runOnly(tdi.state)) return refuse('INVALID_INTERFACE_STATE');
    const { rangeId, rangeAttributes } = message.mmioRange;
    const range = tdi.ranges.find(({ setup }) => setup.bar === rangeId);
    if (range === undefined || !range.setup.updatable) return refuse('INVALID_REQUEST');
    range.nonTee = (rangeAttributes & RANGE_ATTRIBUTE.IS_NON_TEE_MEM) !== 0;
    return { ...message, kind: 'SET_MMIO_ATTRIBUTE_RESPONSE' };
  }

  #vendor(message: Request<'VDM_REQUEST'>): Reply {
    const answer = this.#options.vdm?.(message);
    if (answer === undefined) return refuse('INVALID_REQUEST');
    return { ...message, ...answer, kind: 'VDM_RESPONSE' };
  }
}
