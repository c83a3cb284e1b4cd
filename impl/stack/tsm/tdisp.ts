/** TDISP as a TSM speaks it inside a session (TDISP 11.3): each verb one exchange, report apart. */
import {
  decodeTdiReport,
  decodeTdisp,
  encodeTdisp,
  TDISP_1_0,
  type TdiReport,
  type TdiState,
  type TdispMessage,
  type TdispMessageOf,
  wireErrorText,
} from '../wire/index.ts';
import { type Dialogue, failure, success } from './dialogue.ts';
import { joined } from './requester.ts';
import type { TsmSession } from './session.ts';

const PORTION_BYTES = 0x200;
const REPORT_BYTES_MAX = 0xffff;

/** A report and the bytes that it was read from, which are what a guest attests. */
export interface ReportRead {
  readonly report: TdiReport;
  readonly bytes: Uint8Array;
}

type Kinds = TdispMessage['kind'];
/** Fields of a message beside its header. */
type Body<K> = K extends Kinds ? Omit<TdispMessageOf<K>, 'version' | 'functionId'> : never;

/** Sends one TDISP request about a TDI and expects a response of one kind. */
export function* askTdi<K extends Kinds>(
  session: TsmSession,
  functionId: number,
  request: Body<Kinds>,
  kind: K,
): Dialogue<TdispMessageOf<K>> {
  // The body and the header together are the message; the compiler cannot join them per kind.
  const message = { ...request, version: TDISP_1_0, functionId } as unknown as TdispMessage;
  const told = yield* session.vendor('TDISP', encodeTdisp(message));
  if (!told.ok) return told;
  const decoded = decodeTdisp(told.value);
  if (!decoded.ok) return failure('malformed', wireErrorText(decoded.error));
  const answer = decoded.value;
  if (answer.functionId !== functionId || answer.version !== TDISP_1_0) {
    return failure('echo', `${message.kind}: expected version and interface of the request`);
  }
  if (answer.kind === 'TDISP_ERROR') {
    const { errorCode } = answer;
    return failure('tdisp-error', `${message.kind}: TDISP_ERROR ${errorCode}`, errorCode);
  }
  if (!isKind(answer, kind)) {
    return failure('unexpected', `${message.kind}: expected ${kind}, got ${answer.kind}`);
  }
  return success(answer);
}

const isKind = <K extends Kinds>(
  answer: TdispMessage,
  kind: K,
): answer is TdispMessage & TdispMessageOf<K> => answer.kind === kind;

/** Whether the device speaks TDISP 1.0. */
export function* checkVersion(session: TsmSession, functionId: number): Dialogue<void> {
  const told = yield* askTdi(session, functionId, { kind: 'GET_TDISP_VERSION' }, 'TDISP_VERSION');
  if (!told.ok) return told;
  return told.value.versionNumEntries.includes(TDISP_1_0)
    ? success(undefined)
    : failure('negotiation', 'TDISP_VERSION: expected version 1.0 among the entries');
}

export function* readState(session: TsmSession, functionId: number): Dialogue<TdiState> {
  const told = yield* askTdi(
    session,
    functionId,
    { kind: 'GET_DEVICE_INTERFACE_STATE' },
    'DEVICE_INTERFACE_STATE',
  );
  return told.ok ? success(told.value.tdiState) : told;
}

/** Reads the whole report, portion by portion; portions that do not add up are refused. */
export function* readReport(session: TsmSession, functionId: number): Dialogue<ReportRead> {
  const portions: Uint8Array[] = [];
  let offset = 0;
  let total: number | undefined;
  do {
    const told = yield* askTdi(
      session,
      functionId,
      { kind: 'GET_DEVICE_INTERFACE_REPORT', offset, length: PORTION_BYTES },
      'DEVICE_INTERFACE_REPORT',
    );
    if (!told.ok) return told;
    const { reportBytes, remainderLength } = told.value;
    const end = offset + reportBytes.length + remainderLength;
    if (
      reportBytes.length === 0 ||
      reportBytes.length > PORTION_BYTES ||
      end > REPORT_BYTES_MAX ||
      (total !== undefined && end !== total)
    ) {
      return failure('report', `report: expected portions of one report, at byte ${offset}`);
    }
    total = end;
    portions.push(reportBytes.slice());
    offset += reportBytes.length;
  } while (offset < total);
  const bytes = joined(portions);
  const report = decodeTdiReport(bytes);
  if (!report.ok) return failure('report', wireErrorText(report.error));
  return success({ report: report.value, bytes });
}
