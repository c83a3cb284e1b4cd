/**
 * The model, followed along a wire: what it lets a device answer, and what a TSM would ask.
 *
 * The wire shows neither host nor guest. Where a TSM's verb needs something of them (Stream Enable, evidence read
 * and accepted, an unbind begun), it is assumed, and said so. A request that no TSM of the model would make is
 * put to the model's device all the same: whoever recorded may have wanted to see what happens.
 */
import type { Case, GuardNode, Rule } from '../../model/author.ts';
import { FACETS, type Facet } from '../../model/fields.ts';
import { type AttemptArgs, type Model, modelOf, type Result } from '../../model/step.ts';
import { BASE } from '../../model/vendors/base.ts';
import { boot, DEFAULT_READINGS, membersOf, type Preset, type World } from '../../model/world.ts';
import { phraseOf } from '../phrase.ts';
import { rulesOf } from '../setup.ts';
import { type Answer, type Ask, type KeySlot, SUBS, type TdispRequest } from './ask.ts';

/** Why something is as it is: the case of a rule that decided, and its guards in words. */
export interface Ground {
  readonly rule: string;
  readonly case: string;
  readonly guard: string;
  readonly clauses: readonly string[];
}
/** What the model says about one exchange. */
export interface Judged {
  readonly admitted: boolean;
  /** What it lets the device answer, for people. */
  readonly expected: readonly string[];
  readonly ground: Ground;
  /** Why no TSM of the model would have asked; undefined if one would. */
  readonly tsm?: Ground & { readonly code: string };
  /** Steps of host and guest that the wire does not show. */
  readonly assumed: readonly string[];
}

const ON: ReadonlySet<string> = new Set(['core', 'registers', 'refresh', 'detours', 'force']);
const presetOf = (tdis: number): Preset => ({
  id: 'wire',
  says: 'What a wire shows: the TDIs that are spoken of, one guest.',
  sizes: { Tdi: Math.max(1, tdis), Guest: 1, Page: 1, Slot: 1, KeySet: 2, Queue: 1, Secret: 1 },
  facets: (Object.keys(FACETS) as Facet[]).filter((f) => ON.has(f)),
  readings: DEFAULT_READINGS,
});
const RULES: ReadonlyMap<string, Rule> = new Map(rulesOf(BASE).map((r) => [r.id, r]));
const DEVICE_RULE: Readonly<Record<TdispRequest, string>> = {
  lock: 'tdisp.lock',
  report: 'tdisp.report',
  state: 'tdisp.state',
  start: 'tdisp.start',
  stop: 'tdisp.stop.begin',
};
const GUEST = { guest: 0 };
const COMMON: Ground = {
  rule: 'tdisp-legality',
  case: 'legal in every state',
  guard: '',
  clauses: ['tdisp-legality'],
};

const ruleNamed = (id: string): Rule => {
  const rule = RULES.get(id);
  if (rule === undefined) throw new Error(`WireModel: no rule ${id}`);
  return rule;
};
function groundOf(rule: Rule, at: number): Ground {
  const decided = rule.cases[at];
  return {
    rule: rule.id,
    case: decided?.name ?? '',
    guard: (decided?.guards ?? []).map((g: GuardNode) => phraseOf(g)).join(' and '),
    clauses: rule.clauses,
  };
}
const slotId = ({ stream, keySet, sub, direction }: KeySlot): string =>
  `${stream} ${keySet} ${sub} ${direction}`;

/** The model of one connection, from power-on. */
export class WireModel {
  readonly #preset: Preset;
  readonly #model: Model;
  readonly #idle: World['relay'];
  #world: World;
  #assumed: string[] = [];
  /** Keys that the device has acknowledged, and those it has started. */
  readonly #programmed = new Set<string>();
  readonly #started = new Set<string>();
  /** The lock episode of which the requester has the nonce, by TDI. */
  readonly #nonces = new Map<number, number>();
  /** The stream that the model's one stream stands for. */
  #stream: number | undefined;

  constructor(tdis: number) {
    this.#preset = presetOf(tdis);
    this.#model = modelOf(this.#preset);
    this.#world = boot(this.#preset);
    this.#idle = this.#world.relay;
  }

  /** The state that a TDI must be in. */
  stateOf(tdi: number): World['tdi'][number]['state'] {
    const row = this.#world.tdi[tdi];
    if (row === undefined) throw new Error(`WireModel.stateOf: no TDI ${tdi}`);
    return row.state;
  }
  get hasSession(): boolean {
    return this.#world.session.phase === 'established';
  }
  /** Whether a whole key set was started. */
  get isKeyed(): boolean {
    return this.#world.keySet.some(({ go }) => go);
  }

  /** Compares an answer with what the model lets a device answer; the model goes on as if it had given it. */
  judge(ask: Ask, answer: Answer): Judged {
    this.#assumed = [];
    const judged = this.#judge(ask, answer);
    return { ...judged, assumed: this.#assumed };
  }

  /** What the model lets a device answer; nothing changes. */
  expected(ask: Ask): Judged {
    return this.#untouched(() => this.judge(ask, { is: 'refused', code: '' }));
  }

  /** TDISP requests that a TSM of the model may make now, as text. */
  legal(): readonly string[] {
    const requests: TdispRequest[] = ['lock', 'report', 'state', 'start', 'stop'];
    return this.#world.tdi.flatMap((_, tdi) =>
      requests
        .filter((request) => this.#untouched(() => this.#asTsm(request, tdi) === undefined))
        .map((request) => `${request} TDI${tdi}`),
    );
  }

  #untouched<T>(look: () => T): T {
    const before = this.#world;
    const sets = [this.#programmed, this.#started] as const;
    const kept = sets.map((s) => [...s]);
    const nonces = [...this.#nonces];
    const stream = this.#stream;
    try {
      return look();
    } finally {
      this.#world = before;
      this.#stream = stream;
      sets.forEach((s, i) => {
        s.clear();
        for (const slot of kept[i] ?? []) s.add(slot);
      });
      this.#nonces.clear();
      for (const [tdi, episode] of nonces) this.#nonces.set(tdi, episode);
    }
  }

  #judge(ask: Ask, answer: Answer): Omit<Judged, 'assumed'> {
    switch (ask.kind) {
      case 'connect':
        return this.#connect(answer);
      case 'end':
        return this.#end(ask.by, answer);
      case 'KEY_PROG':
      case 'K_SET_GO':
      case 'K_SET_STOP':
        return this.#key(ask.kind, ask, answer);
      case 'hello':
        return this.#hello(ask.tdi, ask.outside === true, answer);
      case 'tdisp':
        return this.#tdisp(ask, answer);
      default: {
        const never: never = ask;
        throw new Error(`WireModel.judge: unknown ask ${JSON.stringify(never)}`);
      }
    }
  }

  // --- attempts --------------------------------------------------------------------------------

  #look(id: string, given: AttemptArgs = {}, rule = ruleNamed(id)): Result {
    const args = Object.fromEntries(
      Object.entries(rule.over).map(([role, sort]) => [
        role,
        given[role] ?? membersOf(this.#preset, sort)[0] ?? 0,
      ]),
    );
    return this.#model.attempt({ rule, args }, this.#world);
  }
  #take(id: string, given: AttemptArgs = {}): Result {
    const result = this.#look(id, given);
    this.#world = result.world;
    return result;
  }
  /** A step that the wire does not show; only if it is accepted. */
  #assume(id: string, given: AttemptArgs = {}): void {
    const result = this.#look(id, given);
    if (result.outcome.is !== 'accepted' || result.world === this.#world) return;
    this.#world = result.world;
    this.#assumed.push(id);
  }
  /** What the first accepting case would do, whatever its guards say: the device did it. */
  #adopt(id: string, given: AttemptArgs): void {
    const rule = ruleNamed(id);
    const found = rule.cases.find((c: Case<never>) => c.outcome.is === 'accepted');
    if (found === undefined) return;
    this.#world = this.#look(id, given, { ...rule, cases: [{ ...found, guards: [] }] }).world;
  }

  // --- sessions --------------------------------------------------------------------------------

  #connect(answer: Answer): Omit<Judged, 'assumed'> {
    const begun = this.#look('spdm.connect.begin');
    const ground = groundOf(ruleNamed('spdm.connect.begin'), begun.at);
    const admitted = answer.is === 'accepted';
    if (admitted) {
      this.#take('spdm.connect.begin');
      this.#take('spdm.connect.end', { reply: 'arrives' });
    }
    return { admitted, expected: ['accepted'], ground };
  }

  #end(by: 'END_SESSION' | 'GET_VERSION' | 'DecryptError', answer: Answer) {
    const id = by === 'END_SESSION' ? 'tsm.disconnect' : 'spdm.session.end';
    for (const tdi of this.#world.tdi.keys()) this.#finishUnbind(tdi);
    const asked = this.#look(id);
    const refused = by === 'END_SESSION' && asked.outcome.is === 'refused';
    const ground = groundOf(ruleNamed(id), asked.at);
    if (answer.is === 'accepted') {
      if (!refused) this.#world = asked.world;
      else this.#take('spdm.session.end');
      this.#take('tsm.notice');
      this.#world = { ...this.#world, relay: this.#idle };
      this.#programmed.clear();
      this.#started.clear();
    }
    const code = asked.outcome.is === 'accepted' ? '' : asked.outcome.code;
    const admitted = answer.is === 'accepted';
    return {
      admitted,
      expected: ['accepted'],
      ground,
      ...(refused && { tsm: { ...ground, code } }),
    };
  }

  // --- IDE keys --------------------------------------------------------------------------------

  #key(kind: 'KEY_PROG' | 'K_SET_GO' | 'K_SET_STOP', slot: KeySlot, answer: Answer) {
    const { keySet } = slot;
    const sub = SUBS[slot.sub];
    if (sub === undefined) throw new Error(`WireModel: no sub-stream ${slot.sub}`);
    const id = { KEY_PROG: 'ide.key-prog', K_SET_GO: 'ide.set-go', K_SET_STOP: 'ide.set-stop' }[
      kind
    ];
    const rule = ruleNamed(id);
    if (kind === 'KEY_PROG') this.#stream ??= slot.stream;
    const followed = slot.stream === this.#stream;
    const looked = this.#look(id, { keySet, sub });
    const ground = groundOf(rule, looked.at);
    if (kind === 'K_SET_STOP') {
      if (answer.is === 'accepted') this.#stopped(slot, followed);
      return { admitted: answer.is !== 'refused', expected: ['accepted', 'no answer'], ground };
    }
    if (kind === 'K_SET_GO') {
      const keyed = this.#programmed.has(slotId(slot));
      if (answer.is === 'accepted') {
        this.#started.add(slotId(slot));
        if (followed && this.#all(this.#started, slot)) this.#take('ide.set-go', { keySet });
      }
      // The ack has no status: what cannot be done is not answered, or with an SPDM error.
      const admitted = keyed ? answer.is === 'accepted' : answer.is !== 'accepted';
      const expected = keyed ? ['accepted'] : ['no answer', 'an SPDM error'];
      return { admitted, expected, ground };
    }
    const inUse = this.#started.has(slotId(slot));
    if (answer.is === 'accepted') {
      this.#programmed.add(slotId(slot));
      const other = { ...slot, direction: slot.direction === 'RX' ? 'TX' : 'RX' } as const;
      if (followed && this.#programmed.has(slotId(other))) this.#take(id, { keySet, sub });
    }
    const admitted = inUse ? answer.is === 'refused' : answer.is === 'accepted';
    return { admitted, expected: [inUse ? 'a KP_ACK status' : 'accepted'], ground };
  }

  /** The first K_SET_STOP of a set takes it out of use. */
  #stopped(slot: KeySlot, followed: boolean): void {
    const { keySet } = slot;
    if (followed && this.#all(this.#started, slot)) {
      // Which set is sent under shows on the link, not here: whoever stops one uses the other.
      this.#assume('ide.switch', { keySet: 1 - keySet });
      this.#take('ide.set-stop', { keySet });
    }
    this.#started.delete(slotId(slot));
    this.#programmed.delete(slotId(slot));
  }

  #all(slots: ReadonlySet<string>, of: KeySlot): boolean {
    return SUBS.every((_, sub) =>
      (['RX', 'TX'] as const).every((direction) => slots.has(slotId({ ...of, sub, direction }))),
    );
  }

  // --- TDISP -----------------------------------------------------------------------------------

  #hello(tdi: number | 'foreign', outside: boolean, answer: Answer): Omit<Judged, 'assumed'> {
    if (outside) return this.#dropped(answer);
    if (tdi !== 'foreign')
      return { admitted: answer.is === 'accepted', expected: ['accepted'], ground: COMMON };
    const admitted = answer.is === 'refused' && answer.code === 'INVALID_INTERFACE';
    return { admitted, expected: ['INVALID_INTERFACE'], ground: COMMON };
  }

  #dropped(answer: Answer): Omit<Judged, 'assumed'> {
    const rule = ruleNamed('tdisp.insecure-message');
    const ground = groundOf(rule, 0);
    return { admitted: answer.is === 'silent', expected: ['no answer'], ground };
  }

  #tdisp(ask: Extract<Ask, { kind: 'tdisp' }>, answer: Answer): Omit<Judged, 'assumed'> {
    const { request } = ask;
    // The model knows of foreign interfaces for LOCK alone; the documents, for every request.
    if (ask.tdi === 'foreign' && request !== 'lock')
      return this.#hello('foreign', ask.outside === true, answer);
    const tdi = ask.tdi === 'foreign' ? 0 : ask.tdi;
    if (ask.outside) {
      const judged = this.#dropped(answer);
      if (answer.is === 'accepted') this.#carryOut(request, tdi, answer);
      return judged;
    }
    const refusal = ask.tdi === 'foreign' ? undefined : this.#asTsm(request, tdi);
    const isTsm = ask.tdi !== 'foreign' && refusal === undefined && this.#nonceFits(ask, tdi);
    if (!isTsm) this.#force(request, tdi, ask);
    const id = DEVICE_RULE[request];
    const { admitted, expected, result } = this.#compare(id, { tdi }, answer);
    const ground = groundOf(ruleNamed(id), result.at);
    const tells = request === 'state' && result.outcome.is === 'accepted';
    const stateFits = !tells || (answer.is === 'accepted' && answer.state === this.stateOf(tdi));
    if (admitted && stateFits) {
      this.#world = result.world;
      if (request === 'stop' && result.outcome.is === 'accepted') this.#drain(tdi);
    } else
      this.#world = {
        ...this.#world,
        relay: { ...this.#world.relay, stage: 'response', ok: false },
      };
    if (answer.is === 'accepted' && !(admitted && stateFits)) this.#carryOut(request, tdi, answer);
    if (request === 'lock' && answer.is === 'accepted') this.#nonces.set(tdi, this.#lockOf(tdi));
    this.#return(isTsm);
    return {
      admitted: admitted && stateFits,
      expected: tells
        ? [stateFits && answer.is === 'accepted' ? (answer.state ?? '') : this.#told(tdi, result)]
        : expected,
      ground,
      ...(refusal && { tsm: refusal }),
    };
  }

  /** The state that the model's device tells. */
  #told(tdi: number, result: Result): string {
    return result.world.tdi[tdi]?.state ?? '';
  }
  #lockOf(tdi: number): number {
    return this.#world.tdi[tdi]?.lock ?? 0;
  }

  /** Brings the answer back to the TSM, or forgets an exchange that no TSM began. */
  #return(isTsm: boolean): void {
    if (isTsm && this.#world.relay.stage === 'response') this.#take('tsm.return');
    this.#world = { ...this.#world, relay: this.#idle };
  }

  #drain(tdi: number): void {
    this.#take('tdisp.stop.drain', { tdi });
    this.#take('tdisp.stop.end', { tdi });
  }

  /** Whether an answer is among those that the documents permit. */
  #compare(id: string, args: AttemptArgs, answer: Answer) {
    const rule = ruleNamed(id);
    const starved = answer.is === 'refused' && answer.code === 'INSUFFICIENT_ENTROPY';
    const given = starved ? { ...args, entropy: 'none' } : args;
    const result = this.#look(id, given);
    const { outcome } = result;
    if (outcome.is === 'accepted')
      return { admitted: answer.is === 'accepted', expected: ['accepted'], result };
    if (outcome.is === 'dropped')
      return { admitted: answer.is === 'silent', expected: ['no answer'], result };
    const expected = this.#model.permitted(
      { rule, args: { ...given, entropy: given.entropy ?? 'enough' } },
      this.#world,
    );
    const admitted = answer.is === 'refused' && expected.includes(answer.code);
    return { admitted, expected, result };
  }

  /** Does what the device said it did, though the model would not have. */
  #carryOut(request: TdispRequest, tdi: number, answer: Answer): void {
    if (request === 'state' && answer.is === 'accepted' && answer.state !== undefined) {
      const state = answer.state;
      const rows = this.#world.tdi.map((row, i) => (i === tdi ? { ...row, state } : row));
      this.#world = { ...this.#world, tdi: rows };
    }
    if (request === 'lock' || request === 'start') this.#adopt(DEVICE_RULE[request], { tdi });
    if (request === 'stop') this.#adopt('tdisp.stop.end', { tdi });
    this.#world = { ...this.#world, relay: this.#idle };
  }

  /** The request arrives at the device in the live session, whoever made it. */
  #force(request: TdispRequest, tdi: number, ask: Extract<Ask, { kind: 'tdisp' }>): void {
    const session = this.hasSession ? this.#world.session.generation : null;
    const episode = ask.nonce === 'last' ? (this.#nonces.get(tdi) ?? null) : null;
    this.#world = {
      ...this.#world,
      relay: {
        ...this.#idle,
        stage: 'request',
        request,
        tdi: this.#world.tdi.length > tdi ? tdi : 0,
        session,
        foreign: ask.tdi === 'foreign',
        episode,
      } as World['relay'],
    };
  }

  /** The TSM's START bears the nonce that it holds; other bytes are somebody else's. */
  #nonceFits({ request, nonce }: Extract<Ask, { kind: 'tdisp' }>, tdi: number): boolean {
    if (request !== 'start') return true;
    return nonce === 'last' && this.#world.relay.episode === (this.#nonces.get(tdi) ?? null);
  }

  /** Lets the TSM ask, with what it needs of host and guest; why it would not, and then nothing is asked. */
  #asTsm(request: TdispRequest, tdi: number): (Ground & { readonly code: string }) | undefined {
    const id = this.#prepare(request, tdi);
    const result = this.#look(id, { tdi, ...GUEST });
    if (result.outcome.is === 'accepted') {
      this.#world = result.world;
      return undefined;
    }
    return { ...groundOf(ruleNamed(id), result.at), code: result.outcome.code };
  }

  /** Assumes what a request needs; gives the TSM's rule that makes it. */
  #prepare(request: TdispRequest, tdi: number): string {
    switch (request) {
      case 'lock':
        this.#finishUnbind(tdi);
        this.#assume('ide.enable', { level: 1 });
        return this.#world.tsm[tdi]?.boundTo === null ? 'tsm.bind' : 'tsm.relock';
      case 'report':
        return 'tsm.report';
      case 'state':
        return 'tsm.poll';
      case 'start':
        this.#assume('guest.evidence', { tdi, ...GUEST });
        this.#assume('guest.accept', { tdi, ...GUEST });
        return 'tsm.start';
      case 'stop':
        this.#assume('tsm.unbind.begin', { tdi });
        return 'tsm.unbind.stop';
      default: {
        const never: never = request;
        throw new Error(`WireModel: unknown request ${String(never)}`);
      }
    }
  }

  #finishUnbind(tdi: number): void {
    if (this.#world.tsm[tdi]?.teardown !== 'none') this.#assume('tsm.unbind.end', { tdi });
  }
}
