/** The stack as a world: what can be seen of it, and from the model what cannot. */
import type { World } from '../../model/world.ts';
import { sendingSet } from './operations/ide.ts';
import {
  barPlace,
  command,
  FUNCTIONS,
  isPhantom,
  isStreamEnabled,
  STREAM,
  streamSetup,
} from './platform.ts';
import { opposite, RECEIVE, SUB_STREAMS, slotsOf, TRANSMIT } from './slots.ts';
import { LABEL_BYTES, ownerOfLabel, type StackWorld } from './world.ts';

type Row<G extends keyof World> = World[G] extends readonly (infer R)[] ? R : never;
type Id<T> = T | null;

/** Ids of the stack are those of the model; only the type does not know it. */
const id = <T>(n: number | null): Id<T> => n as Id<T>;
/** A session by the model's number of the one that is or comes next: that one, or one that is gone. */
const sessionOf = (isLive: boolean, { session }: World): number =>
  isLive ? session.generation : session.generation - 1;

/**
 * The world of the stack. `shadow` is the model's after the same steps: of it are the fields that are not observable
 * (`NOT_OBSERVABLE`), the numbers of episodes that are names only (`NUMBERED`), and facets that are off. Nothing else
 * depends on it.
 */
export function observe(w: StackWorld, shadow: World): World {
  return {
    ...shadow,
    device: {
      ...shadow.device,
      present: w.device.configRead(FUNCTIONS[0] as number, 0, 1)[0] !== 0xff,
    },
    session: { ...shadow.session, phase: phaseOf(w) },
    stream: {
      ...shadow.stream,
      enabled: w.present ? isStreamEnabled(w.device) : w.config.enabled,
      secure: w.secure,
      sending: id(sendingSet(w)),
      setup: w.present ? streamSetup(w.device) : w.config.setup,
    },
    keySet: shadow.keySet.map((k, n) => keySetOf(w, k, n === 1 ? 1 : 0)),
    tdi: shadow.tdi.map((t, n) => tdiOf(w, shadow, t, n)),
    link: {
      ...shadow.link,
      session: w.tsm.session === undefined ? null : sessionOf(w.sessionLives, shadow),
    },
    tsm: shadow.tsm.map((t, n) => tsmOf(w, t, n)),
    relay: relayOf(w, shadow),
    guest: shadow.guest.map((row, g) =>
      row.map((dealing, n) => {
        const mine = w.guests[g]?.[n];
        return {
          ...dealing,
          evidence: mine?.evidence ?? null,
          accepted: mine?.accepted ?? null,
        };
      }),
    ),
    mmio: shadow.mmio.map((row, n) => {
      const { mmio } = w.tsm.of(n);
      return {
        ...row,
        guest: id(mmio?.guest ?? null),
        place: mmio?.place ?? 'home',
        accepted: mmio?.accepted ?? false,
      };
    }),
    page: shadow.page.map((p, n) => pageOf(w, p, n)),
    dma: shadow.dma.map((row, n) =>
      row.map((cell, page) => {
        const { table, copy } = w.tsm.mapping(n, page);
        const flush = w.tsm.of(n).flush[page] ?? 'clean';
        return { ...cell, table: table ?? 'none', iotlb: copy ?? 'none', flush };
      }),
    ),
    tlp: shadow.tlp.map((t, n) => tlpOf(w, t, n)),
  };
}

/** A handshake is seen only from the side of the TSM. */
function phaseOf(w: StackWorld): World['session']['phase'] {
  if (w.device.sessions().length > 0) return 'established';
  return w.handshake === undefined ? 'none' : 'handshaking';
}
function keySetOf(w: StackWorld, k: Row<'keySet'>, keySet: 0 | 1): Row<'keySet'> {
  const is = (sub: 0 | 1 | 2, states: readonly string[]): boolean =>
    ([RECEIVE, TRANSMIT] as const).every((direction) => {
      const slot = { keySet, direction, subStream: sub };
      return (
        states.includes(w.device.keySlot(STREAM, slot)) &&
        states.includes(w.tsm.keyed(opposite(slot)))
      );
    });
  const programmed = ['programmed', 'started'];
  return {
    ...k,
    PR: is(SUB_STREAMS.PR, programmed),
    NPR: is(SUB_STREAMS.NPR, programmed),
    CPL: is(SUB_STREAMS.CPL, programmed),
    go: slotsOf(keySet, RECEIVE).every((s) => w.device.keySlot(STREAM, s) === 'started'),
  };
}
function tdiOf(w: StackWorld, shadow: World, t: Row<'tdi'>, n: number): Row<'tdi'> {
  const functionId = FUNCTIONS[n] as number;
  const view = w.device.tdi(functionId);
  if (view === undefined) throw new Error(`observe: no TDI ${n}`);
  const { bme, mse } = command(w.device, n);
  const [session] = w.device.sessions();
  // What is in ERROR without a binding was locked over a session that is gone.
  const bound = view.session !== undefined || view.state === 'ERROR';
  return {
    ...t,
    state: view.state,
    lock: w.locks[n]?.length ?? 0,
    nonce: view.nonce === undefined ? null : w.lockOf(n, view.nonce),
    run: view.runEpoch,
    session: bound
      ? sessionOf(view.session !== undefined && view.session === session, shadow)
      : null,
    stop: !view.stopping ? 'idle' : w.drained[n] ? 'drained' : 'draining',
    bme: w.present && bme,
    mse: n === 0 ? w.present && mse : w.wroteMse[n] === true,
    // A VF has one place only.
    bar: n === 0 && w.present ? barPlace(w.device) : 'home',
    config: w.present && isPhantom(w.device, n) ? 'phantomFunctions' : 'supported',
    holds: id(w.holderOf(n)),
  };
}
function tsmOf(w: StackWorld, t: Row<'tsm'>, n: number): Row<'tsm'> {
  const mine = w.tsm.of(n);
  return {
    ...t,
    boundTo: id(mine.boundTo),
    lockSession: mine.lockSession,
    teardown: mine.teardown,
    cached: mine.cached,
    nonce: mine.nonce === undefined ? null : w.lockOf(n, mine.nonce),
    report: mine.report?.lock ?? null,
    reportPlace: n === 0 ? (mine.report?.place ?? 'home') : 'home',
    accepted: mine.accepted,
    dma: w.tsm.dmaOpen(n),
    lost: mine.lost,
  };
}
function relayOf(w: StackWorld, { relay }: World): World['relay'] {
  const { exchange } = w.tsm;
  if (exchange === undefined) return { ...relay, stage: 'idle', request: 'lock', tdi: null };
  return { ...relay, stage: exchange.stage, request: exchange.request, tdi: id(exchange.tdi) };
}
function pageOf(w: StackWorld, p: Row<'page'>, n: number): Row<'page'> {
  const page = w.memory.page(n);
  const bytes = w.memory.bytes(n, 0, LABEL_BYTES) ?? new Uint8Array(LABEL_BYTES);
  return {
    ...p,
    owner: id(page === undefined || page.owner === 'host' ? null : page.owner),
    accepted: page?.accepted ?? false,
    data: id(ownerOfLabel(bytes)),
  };
}
function tlpOf(w: StackWorld, t: Row<'tlp'>, n: number): Row<'tlp'> {
  const flying = w.flying[n];
  if (flying === undefined)
    return { ...t, kind: 'none', traffic: 'legacy', tdi: null, page: null, keySet: null };
  const { kind, keySet } = w.header(flying);
  return {
    ...t,
    kind,
    traffic: flying.traffic,
    tdi: id(flying.tdi),
    page: id(flying.page),
    keySet: id(keySet),
  };
}
