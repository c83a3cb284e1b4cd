/**
 * A TSM of the common verbs (backends 1.2 and 1.3), on the requester, the root port and the IOMMU of the stack.
 *
 * The stack's own `Tsm` runs a whole bind in one conversation. Here every exchange is apart, as a host that carries
 * it sees it: what is asked, the answer, and between them whatever the host does.
 */
import type { SlotId } from '../../impl/stack/device/streams.ts';
import type { Outcome } from '../../impl/stack/tsm/dialogue.ts';
import { Conversation, type Dialogue, failure } from '../../impl/stack/tsm/dialogue.ts';
import type { Iommu } from '../../impl/stack/tsm/iommu.ts';
import type { HostMemory } from '../../impl/stack/tsm/memory.ts';
import type { RootPort } from '../../impl/stack/tsm/root-port.ts';
import type { TsmSession } from '../../impl/stack/tsm/session.ts';
import { askTdi } from '../../impl/stack/tsm/tdisp.ts';
import { decodeTdiReport, type TdiState } from '../../impl/stack/wire/index.ts';
import { ACCEPTED, DROPPED, refused, type StackOutcome } from './outcome.ts';
import {
  addressOf,
  FOREIGN_ID,
  FUNCTIONS,
  type Place,
  placeOf,
  requesterOf,
  type Space,
  STREAM,
} from './platform.ts';

export type Request = 'lock' | 'report' | 'state' | 'start' | 'stop';
/** What the answer to a request brings. */
interface Answer {
  readonly nonce?: Uint8Array;
  readonly place?: Place;
  readonly state?: TdiState;
}
/** The one exchange that the host carries; it is sealed when the host picks it up. */
export interface Exchange {
  readonly request: Request;
  readonly tdi: number;
  readonly session: TsmSession;
  readonly conversation: Conversation<Answer>;
  stage: 'request' | 'working' | 'response';
  /** The DOE object on its way. */
  bytes: Uint8Array | undefined;
  /** The lock episode of the TDI when the device answered: nothing in an answer says it. */
  lock: number;
  /** What the answer said, where it had to be opened before another exchange of the session. */
  opened?: Outcome<Answer>;
}
/** What the TSM holds of a TDI. */
export interface Held {
  boundTo: number | null;
  lockSession: number;
  teardown: 'none' | 'blocked' | 'stopped';
  cached: TdiState;
  nonce: Uint8Array | undefined;
  report: { readonly place: Place; readonly lock: number } | undefined;
  accepted: boolean;
  lost: boolean;
  mmio: { readonly guest: number; readonly place: Place; accepted: boolean } | undefined;
  /** By page: what is known of copies in the IOTLB. */
  readonly flush: ('clean' | 'needed' | 'pending')[];
}

/** Decisions of the TSM, apart so that a TSM with one wrong decision can be tried. */
export interface TsmPolicy {
  /** Whether an error reply is taken for an error. */
  errorIsError(): boolean;
  /** Whether an answer that does not open is thrown away. */
  needsSealedAnswer(): boolean;
  /** Whether an acceptance ends where the TDI is locked anew. */
  relockVoids(): boolean;
  /** Whether unbinding closes the trusted entry at once. */
  unbindBlocks(): boolean;
  /** Whether unbinding waits for the answer to STOP. */
  unbindAwaitsStop(): boolean;
  /** Whether START waits for the guest. */
  startNeedsAcceptance(): boolean;
  /** Whether a page is mapped only for its owner. */
  mapChecksOwner(): boolean;
  /** Whether a page changes hands only once nothing maps it. */
  takeChecksMappings(): boolean;
  /** Whether guests may speak for the TDIs of others. */
  verbsCheckCaller(): boolean;
}
const SOUND_POLICY: TsmPolicy = {
  errorIsError: () => true,
  needsSealedAnswer: () => true,
  relockVoids: () => true,
  unbindBlocks: () => true,
  unbindAwaitsStop: () => true,
  startNeedsAcceptance: () => true,
  mapChecksOwner: () => true,
  takeChecksMappings: () => true,
  verbsCheckCaller: () => true,
};

export class VerbTsm {
  readonly held: readonly Held[];
  readonly policy: TsmPolicy;
  session: TsmSession | undefined;
  exchange: Exchange | undefined;
  /** Exchanges that were given up while the device works on them: their answers still come, and count. */
  readonly #orphans: Exchange[] = [];
  #lastAnswer: Answer = {};
  readonly #port: RootPort;
  readonly #iommu: Iommu;
  readonly #memory: HostMemory;

  constructor(
    { rootPort, iommu, memory }: { rootPort: RootPort; iommu: Iommu; memory: HostMemory },
    pages: number,
    policy: Partial<TsmPolicy> = {},
  ) {
    this.#port = rootPort;
    this.#iommu = iommu;
    this.#memory = memory;
    this.policy = { ...SOUND_POLICY, ...policy };
    this.held = FUNCTIONS.map(() => ({
      boundTo: null,
      lockSession: 0,
      teardown: 'none',
      cached: 'CONFIG_UNLOCKED',
      nonce: undefined,
      report: undefined,
      accepted: false,
      lost: false,
      mmio: undefined,
      flush: Array.from({ length: pages }, () => 'clean' as const),
    }));
  }

  of(tdi: number): Held {
    const held = this.held[tdi];
    if (held === undefined) throw new RangeError(`VerbTsm: no TDI ${tdi}`);
    return held;
  }

  /** Whether the trusted entry of a TDI is open. */
  dmaOpen(tdi: number): boolean {
    return this.#iommu.trusted(requesterOf(tdi)) !== undefined;
  }

  // --- Requests ----------------------------------------------------------------------------------

  bind(tdi: number, guest: number, foreign: boolean): StackOutcome {
    const held = this.of(tdi);
    const no = this.#notReady();
    if (no !== undefined) return no;
    if (!this.#port.streams.isSecure(STREAM)) return refused('NOT_SECURE');
    if (held.boundTo !== null) return refused('BOUND');
    if (held.lost) return refused('LOST');
    held.boundTo = guest;
    return this.#ask('lock', tdi, foreign);
  }
  relock(tdi: number): StackOutcome {
    const no = this.#notReady() ?? this.#notBound(tdi);
    if (no !== undefined) return no;
    if (!this.#port.streams.isSecure(STREAM)) return refused('NOT_SECURE');
    return this.#ask('lock', tdi);
  }
  report(tdi: number): StackOutcome {
    return this.#notReady() ?? this.#notBound(tdi) ?? this.#ask('report', tdi);
  }
  poll(tdi: number): StackOutcome {
    return this.#notReady() ?? this.#ask('state', tdi);
  }
  start(tdi: number): StackOutcome {
    const no = this.#notReady() ?? this.#notBound(tdi);
    if (no !== undefined) return no;
    const { accepted, nonce } = this.of(tdi);
    if (this.policy.startNeedsAcceptance() && !accepted) return refused('NOT_ACCEPTED');
    return nonce === undefined ? refused('NO_NONCE') : this.#ask('start', tdi);
  }

  #notReady(): StackOutcome | undefined {
    if (this.exchange !== undefined) return refused('BUSY');
    return this.session === undefined ? refused('NOT_CONNECTED') : undefined;
  }
  #notBound(tdi: number): StackOutcome | undefined {
    const { boundTo, teardown } = this.of(tdi);
    if (boundTo === null) return refused('NOT_BOUND');
    return teardown === 'none' ? undefined : refused('UNBINDING');
  }
  #ask(request: Request, tdi: number, foreign = false): StackOutcome {
    const { session } = this;
    if (session === undefined) throw new Error('VerbTsm: asks without a session');
    const functionId = foreign ? FOREIGN_ID : (FUNCTIONS[tdi] as number);
    this.exchange = {
      request,
      tdi,
      session,
      conversation: new Conversation(dialogueOf(request, session, functionId, this.of(tdi).nonce)),
      stage: 'request',
      bytes: undefined,
      lock: 0,
    };
    return ACCEPTED;
  }

  // --- The carried exchange ----------------------------------------------------------------------

  /** The sealed request, for the host to carry; sealed once. */
  sealed(): Uint8Array | undefined {
    const { exchange } = this;
    if (exchange === undefined || exchange.stage !== 'request') return undefined;
    if (exchange.bytes === undefined) {
      const step = exchange.conversation.begin();
      // A dead session refuses to seal: there is nothing to carry.
      if (!step.done) exchange.bytes = step.request;
    }
    return exchange.bytes;
  }
  /** An answer that the host did not ask for on behalf of the exchange at hand: one that was given up. */
  takeOrphan(tdi: number, response: Uint8Array | undefined): boolean {
    // The STOPs of a session end with it (TDISP 11.4.5): nothing more comes of them.
    const at = this.#orphans.findIndex((o) => o.tdi === tdi && o.session === this.session);
    const [orphan] = at < 0 ? [] : this.#orphans.splice(at, 1);
    if (orphan !== undefined) this.openWaiting();
    orphan?.conversation.take(response);
    return orphan !== undefined;
  }
  /** The host gives the exchange up. An answer that is there is opened all the same, or the session would be lost. */
  abort(): StackOutcome {
    const { exchange } = this;
    if (exchange === undefined) return refused('IDLE');
    this.openWaiting();
    if (exchange.stage === 'working') this.#orphans.push(exchange);
    this.exchange = undefined;
    return ACCEPTED;
  }
  /** The host brings bytes in place of the answer. */
  takeForged(bytes: Uint8Array): StackOutcome {
    const { exchange } = this;
    if (exchange === undefined) return refused('IDLE');
    const step = exchange.conversation.take(bytes);
    this.exchange = undefined;
    if (step.done && !step.outcome.ok && step.outcome.error.fault === 'secured') {
      if (!this.policy.needsSealedAnswer()) return this.#apply(exchange, this.#lastAnswer);
      this.session = undefined;
      return DROPPED;
    }
    return step.done && step.outcome.ok ? this.#apply(exchange, step.outcome.value) : DROPPED;
  }
  /** The host calls again with the answer. */
  takeAnswer(): StackOutcome {
    const { exchange } = this;
    if (exchange === undefined || exchange.stage !== 'response') return refused('NO_RESPONSE');
    this.exchange = undefined;
    const { tdi, request } = exchange;
    const held = this.of(tdi);
    if (this.session !== exchange.session) return DROPPED;
    const outcome = exchange.opened ?? this.#open(exchange);
    const mayBeUnbound = request === 'stop' || request === 'state';
    if (!mayBeUnbound && this.#notBound(tdi) !== undefined) return DROPPED;
    if (!outcome.ok && this.policy.errorIsError()) {
      if (request === 'lock' && held.nonce === undefined) held.teardown = 'blocked';
      return ACCEPTED;
    }
    return this.#apply(exchange, outcome.ok ? outcome.value : {});
  }

  /** Records are numbered: an answer that waits is opened before the session is used for anything else. */
  openWaiting(): void {
    const { exchange } = this;
    if (exchange?.stage !== 'response' || exchange.session !== this.session) return;
    exchange.opened ??= this.#open(exchange);
  }
  #open({ conversation, bytes }: Exchange): Outcome<Answer> {
    const step = conversation.take(bytes);
    if (!step.done) throw new Error('VerbTsm: an exchange of more than one request');
    return step.outcome;
  }

  #apply({ request, tdi, lock }: Exchange, answer: Answer): StackOutcome {
    this.#lastAnswer = answer;
    const held = this.of(tdi);
    switch (request) {
      case 'lock':
        this.#newLockSession(tdi);
        held.nonce = answer.nonce;
        held.cached = 'CONFIG_LOCKED';
        return ACCEPTED;
      case 'report':
        // A VF has one place only.
        held.report = { place: (tdi === 0 ? answer.place : undefined) ?? 'home', lock };
        return ACCEPTED;
      case 'state':
        held.cached = answer.state ?? held.cached;
        return ACCEPTED;
      case 'start':
        held.cached = 'RUN';
        return ACCEPTED;
      case 'stop':
        held.cached = 'CONFIG_UNLOCKED';
        if (held.teardown !== 'none') held.teardown = 'stopped';
        held.lost = false;
        return ACCEPTED;
    }
  }
  #newLockSession(tdi: number): void {
    const held = this.of(tdi);
    held.lockSession++;
    if (this.policy.relockVoids()) {
      held.accepted = false;
      this.#iommu.block(requesterOf(tdi));
    }
    this.#forget(held);
    held.mmio = undefined;
  }
  #forget(held: Held): void {
    held.nonce = undefined;
    held.report = undefined;
  }

  // --- Unbind ------------------------------------------------------------------------------------

  unbindBegin(tdi: number): StackOutcome {
    const no = this.#notBound(tdi);
    if (no !== undefined) return no;
    const held = this.of(tdi);
    if (this.policy.unbindBlocks()) this.#iommu.block(requesterOf(tdi));
    held.accepted = false;
    for (const page of held.flush.keys()) this.unmap(tdi, page);
    held.teardown = 'blocked';
    return ACCEPTED;
  }
  unbindStop(tdi: number): StackOutcome {
    const no = this.#notReady();
    if (no !== undefined) return no;
    const { teardown, lost } = this.of(tdi);
    return teardown === 'none' && !lost ? refused('NOT_UNBINDING') : this.#ask('stop', tdi);
  }
  /** `postedInFlight`: whether the root port has not yet drained what the TDI posted. */
  unbindEnd(tdi: number, postedInFlight: boolean): StackOutcome {
    const held = this.of(tdi);
    const awaited = this.policy.unbindAwaitsStop() ? 'stopped' : 'blocked';
    if (held.teardown !== 'stopped' && held.teardown !== awaited) return refused('NOT_STOPPED');
    if (held.flush.some((f) => f !== 'clean')) return refused('NOT_FLUSHED');
    if (held.mmio !== undefined) return refused('MMIO_MAPPED');
    if (postedInFlight) return refused('DRAINING');
    this.#release(held);
    return ACCEPTED;
  }
  unbindForce(tdi: number): StackOutcome {
    const held = this.of(tdi);
    if (held.teardown === 'none') return refused('NOT_UNBINDING');
    if (held.flush.some((f) => f !== 'clean')) return refused('NOT_FLUSHED');
    if (held.mmio !== undefined) return refused('MMIO_MAPPED');
    this.#release(held);
    held.lost = true;
    return ACCEPTED;
  }
  #release(held: Held): void {
    held.boundTo = null;
    held.teardown = 'none';
    held.lockSession++;
    held.accepted = false;
    this.#forget(held);
  }

  /** Whether a session may be ended now. */
  mayDisconnect(): StackOutcome | undefined {
    const bound = this.held.some(({ boundTo }) => boundTo !== null);
    return this.#notReady() ?? (bound ? refused('BOUND') : undefined);
  }
  mayEndSession(): StackOutcome | undefined {
    return this.#notReady();
  }

  // --- Translation and ownership -----------------------------------------------------------------

  map(tdi: number, page: number, space: Space): StackOutcome {
    const held = this.of(tdi);
    const no = this.#notBound(tdi);
    if (no !== undefined) return no;
    const guest = held.boundTo as number;
    if (held.nonce === undefined) return refused('NOT_LOCKED');
    if (this.mapping(tdi, page).table !== undefined) return refused('MAPPED');
    if (held.flush[page] !== 'clean') return refused('NOT_FLUSHED');
    const state = this.#memory.page(page);
    if (this.policy.mapChecksOwner()) {
      if (space === 'private' && state?.owner !== guest) return refused('NOT_OWN');
      if (space === 'private' && !state?.accepted) return refused('NOT_ACCEPTED');
      if (space === 'shared' && state?.owner !== 'host') return refused('NOT_SHARED');
    }
    this.#iommu.mapGuest(guest, addressOf(tdi, page, space), page);
    return ACCEPTED;
  }
  unmap(tdi: number, page: number): StackOutcome {
    const { guest, table } = this.mapping(tdi, page);
    if (guest === undefined || table === undefined) return refused('NOT_MAPPED');
    this.#iommu.unmapGuest(guest, addressOf(tdi, page, table));
    this.of(tdi).flush[page] = 'needed';
    return ACCEPTED;
  }
  invalidateBegin(tdi: number): StackOutcome {
    const { flush } = this.of(tdi);
    if (flush.includes('pending')) return refused('RUNNING');
    if (!flush.includes('needed')) return refused('NOT_NEEDED');
    for (const [page, f] of flush.entries()) if (f === 'needed') flush[page] = 'pending';
    return ACCEPTED;
  }
  invalidateEnd(tdi: number): StackOutcome {
    const { flush } = this.of(tdi);
    if (!flush.includes('pending')) return refused('NOT_RUNNING');
    for (const [page, f] of flush.entries()) {
      if (f !== 'pending') continue;
      for (const space of SPACES)
        for (const guest of GUESTS) this.#iommu.invalidateGuest(guest, addressOf(tdi, page, space));
      flush[page] = 'clean';
    }
    return ACCEPTED;
  }
  /** What the tables and the IOTLB hold of one page for one TDI. */
  mapping(tdi: number, page: number): Mapping {
    let found: Mapping = { guest: undefined, table: undefined, copy: undefined };
    for (const space of SPACES)
      for (const guest of GUESTS) {
        const { table, copy } = this.#iommu.seen(guest, addressOf(tdi, page, space));
        if (table) found = { ...found, guest, table: space };
        if (copy) found = { ...found, copy: space };
      }
    return found;
  }
  /** Why a page may not change hands; undefined: it may. */
  stillReachable(page: number): StackOutcome | undefined {
    if (!this.policy.takeChecksMappings()) return undefined;
    const tdis = [...this.held.keys()];
    if (tdis.some((tdi) => this.mapping(tdi, page).table !== undefined)) return refused('MAPPED');
    return tdis.some((tdi) => this.of(tdi).flush[page] !== 'clean')
      ? refused('NOT_FLUSHED')
      : undefined;
  }

  // --- Guests ------------------------------------------------------------------------------------

  /** Why a guest may not speak of a TDI. */
  callerProblem(tdi: number, guest: number): StackOutcome | undefined {
    const { boundTo, teardown } = this.of(tdi);
    if (this.policy.verbsCheckCaller() && boundTo !== guest) return refused('NOT_BOUND_TO_CALLER');
    return teardown === 'none' ? undefined : refused('UNBINDING');
  }
  openDma(tdi: number, guest: number): void {
    this.#iommu.trust(requesterOf(tdi), { guest, stream: STREAM });
  }

  // --- The root port's end of the stream ---------------------------------------------------------

  /** Whether the root port has a key in a slot. */
  keyed(id: SlotId): 'empty' | 'programmed' | 'started' {
    const slot = this.#port.streams.slot(STREAM, id);
    return slot === undefined ? 'empty' : slot.started ? 'started' : 'programmed';
  }
}

interface Mapping {
  readonly guest: number | undefined;
  readonly table: Space | undefined;
  readonly copy: Space | undefined;
}
const SPACES: readonly Space[] = ['shared', 'private'];
const GUESTS = [0, 1] as const;
const REPORT_BYTES = 0x400;

/** One TDISP request and what its answer brings. */
function* dialogueOf(
  request: Request,
  session: TsmSession,
  functionId: number,
  nonce: Uint8Array | undefined,
): Dialogue<Answer> {
  switch (request) {
    case 'lock': {
      const body = {
        kind: 'LOCK_INTERFACE_REQUEST',
        flags: 0,
        defaultStreamId: STREAM,
        mmioReportingOffset: 0n,
        bindP2pAddressMask: 0n,
      } as const;
      const told = yield* askTdi(session, functionId, body, 'LOCK_INTERFACE_RESPONSE');
      return map(told, ({ startInterfaceNonce }) => ({ nonce: startInterfaceNonce.slice() }));
    }
    case 'report': {
      const body = {
        kind: 'GET_DEVICE_INTERFACE_REPORT',
        offset: 0,
        length: REPORT_BYTES,
      } as const;
      const told = yield* askTdi(session, functionId, body, 'DEVICE_INTERFACE_REPORT');
      if (!told.ok) return told;
      const report = decodeTdiReport(told.value.reportBytes);
      if (!report.ok) return failure('report', 'the report does not decode');
      const page = report.value.mmioRanges[0]?.firstPage;
      return { ok: true, value: { place: placeOf((page ?? 0n) << 12n) } };
    }
    case 'state': {
      const body = { kind: 'GET_DEVICE_INTERFACE_STATE' } as const;
      const told = yield* askTdi(session, functionId, body, 'DEVICE_INTERFACE_STATE');
      return map(told, ({ tdiState }) => ({ state: tdiState }));
    }
    case 'start': {
      const startInterfaceNonce = nonce ?? new Uint8Array(32);
      const body = { kind: 'START_INTERFACE_REQUEST', startInterfaceNonce } as const;
      return map(yield* askTdi(session, functionId, body, 'START_INTERFACE_RESPONSE'), () => ({}));
    }
    case 'stop': {
      const body = { kind: 'STOP_INTERFACE_REQUEST' } as const;
      return map(yield* askTdi(session, functionId, body, 'STOP_INTERFACE_RESPONSE'), () => ({}));
    }
  }
}
const map = <A, B>(outcome: Outcome<A>, f: (a: A) => B): Outcome<B> =>
  outcome.ok ? { ok: true, value: f(outcome.value) } : outcome;
