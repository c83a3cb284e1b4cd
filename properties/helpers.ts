/**
 * What the families share: small questions about a view or a step, and the two shapes "of every
 * member".
 *
 * A family states what must hold of one member (a TDI, a page, a slot, a key set); the shapes below
 * turn it into a property of all of them, so that the culprit can be named. Nothing here allocates
 * while judging.
 */
import type { IndexSort, Literals, TdiState } from '../model/sorts.ts';
import { nameOf, type World, type WorldView } from '../model/world.ts';
import { type Invariant, invariant, type Step, type StepProperty, step } from './property.ts';

/** The TDI that the attempt is about; only for rules that have one. */
export const actor = (s: Step): number => Number(s.args.tdi);

/** TDISP 11.2: "locked" means CONFIG_LOCKED or RUN. */
export const isLocked = (state: TdiState): boolean => state === 'CONFIG_LOCKED' || state === 'RUN';
/** The state of a TDI before the step. */
export const was = (s: Step, t: number): TdiState => s.before.tdi[t]!.state;
/** The state of a TDI after the step. */
export const is = (s: Step, t: number): TdiState => s.after.tdi[t]!.state;
/** The TDI was CONFIG_LOCKED or RUN before the step. */
export const wasLocked = (s: Step, t: number): boolean => isLocked(was(s, t));
/** The TDI came into `state` in this step. */
export const entered = (s: Step, t: number, state: TdiState): boolean =>
  is(s, t) === state && was(s, t) !== state;
/** Some TDI came into `state` in this step. */
export function someEntered(s: Step, state: TdiState): boolean {
  for (let t = 0; t < s.after.tdi.length; t++) if (entered(s, t, state)) return true;
  return false;
}
/** Some TDI was in `from` and is in `to`. */
export function someWent(s: Step, from: TdiState, to: TdiState): boolean {
  for (let t = 0; t < s.after.tdi.length; t++)
    if (was(s, t) === from && is(s, t) === to) return true;
  return false;
}
/** Some TDI was CONFIG_LOCKED or RUN before the step. */
export function someWasLocked(s: Step): boolean {
  for (let t = 0; t < s.before.tdi.length; t++) if (wasLocked(s, t)) return true;
  return false;
}
/** Some TDI was CONFIG_LOCKED or RUN and is in ERROR. */
export const someFell = (s: Step): boolean =>
  someWent(s, 'CONFIG_LOCKED', 'ERROR') || someWent(s, 'RUN', 'ERROR');

/** No TDI changed its state. */
export function statesKept(s: Step): boolean {
  for (let t = 0; t < s.after.tdi.length; t++) if (is(s, t) !== was(s, t)) return false;
  return true;
}
/** Every TDI that was CONFIG_LOCKED or RUN is in ERROR. */
export function nobodyStayedLocked(s: Step): boolean {
  for (let t = 0; t < s.after.tdi.length; t++)
    if (wasLocked(s, t) && is(s, t) !== 'ERROR') return false;
  return true;
}

/** The attempt of this rule was accepted. */
export const accepted = (s: Step, rule: string): boolean =>
  s.rule === rule && s.outcome.is === 'accepted';
/** The attempt of this rule was refused. */
export const refused = (s: Step, rule: string): boolean =>
  s.rule === rule && s.outcome.is === 'refused';
/** The guest that the attempt names. */
export const guestIn = (s: Step): number => Number(s.args.guest);
/**
 * The whole device was reset or pulled: the one way to CONFIG_UNLOCKED that needs no STOP and no
 * cleaning.
 */
export const deviceReset = (s: Step): boolean =>
  s.outcome.is === 'accepted' &&
  (RESETS_DEVICE.includes(s.rule) || (s.rule === 'link.down' && s.args.loss === 'portReset'));
/** The session was established and is not any more. */
export const sessionEnds = (s: Step): boolean =>
  s.before.session.phase === 'established' && s.after.session.phase !== 'established';
/** An attempt of this rule resets one function; that of the PF takes its VFs along. */
export const resetsFunction = (rule: string): boolean => RESETS_FUNCTION.includes(rule);
const RESETS_FUNCTION: readonly string[] = [
  'reset.flr',
  'vfio.reset',
  'vfio.close',
  'power.suspend',
];
const RESETS_DEVICE: readonly string[] = [
  'reset.conventional',
  'device.remove',
  'port.reset',
  'port.release',
];
/** Where a locked TDI goes when stream or session falls: ERROR; where the whole device is reset, as the reading says. */
export const fallsTo = (s: Step): TdiState => {
  if (!deviceReset(s)) return 'ERROR';
  return s.rule !== 'device.remove' && s.before.readings.conventionalResetTarget === 'error'
    ? 'ERROR'
    : 'CONFIG_UNLOCKED';
};
/** The root port passes MMIO down to the device. */
export const isRouted = (w: WorldView): boolean => w.rootPort.mse && w.rootPort.routing === 'home';

/** By the RMP the pages at which the BAR of a TDI decodes are a guest’s: the host faults before it reaches the device. */
export function isPrivateMmio(w: WorldView, t: number): boolean {
  const { guest, place } = w.mmio[t]!;
  return w.readings.translationTables === 'host' && guest !== null && place === w.tdi[t]!.bar;
}

/** The session that a reference means is the established one. */
export const inSession = (w: WorldView, ref: number | null): boolean =>
  w.session.phase === 'established' && ref === w.session.generation;
/**
 * How a reference stands to its counter: none, to the past, to the present. Comparable across
 * worlds.
 */
export const standing = (ref: number | null, now: number): 'none' | 'past' | 'present' =>
  ref === null ? 'none' : ref === now ? 'present' : 'past';
/** A request of this kind about this TDI, sealed in the live session, waits at the device. */
export const arrives = (w: WorldView, request: Literals['Request'][number], t: number): boolean =>
  w.relay.stage === 'request' &&
  w.relay.request === request &&
  w.relay.tdi === t &&
  inSession(w, w.relay.session);
/** What `arrives` looks at. */
export const ARRIVAL_READS = [
  'relay.stage',
  'relay.request',
  'relay.tdi',
  'relay.session',
  'session.phase',
  'session.generation',
] as const;
type StreamKeys = World['keySet'][number];
/** A key set has some key. */
export const hasSomeKey = (k: StreamKeys): boolean => k.PR || k.NPR || k.CPL;
/** A key set has a key for each sub-stream. */
export const hasAllKeys = (k: StreamKeys): boolean => k.PR && k.NPR && k.CPL;

/** How many slots hold a TLP; slots close up, so this is also the place of the next one. */
export function tlpCount(w: WorldView): number {
  let n = 0;
  for (let i = 0; i < w.tlp.length; i++) if (w.tlp[i]!.kind !== 'none') n++;
  return n;
}
/** How many TLPs of one kind are in flight. */
export function tlpCountOf(w: WorldView, kind: 'write' | 'read' | 'completion'): number {
  let n = 0;
  for (let i = 0; i < w.tlp.length; i++) if (w.tlp[i]!.kind === kind) n++;
  return n;
}
/** The TLP that a `fabric.*` attempt is about, as it was in flight. */
export const tlpOf = (s: Step): World['tlp'][number] => s.before.tlp[Number(s.args.slot)]!;
/** An open read of the TDI: a read, or a completion on its way to it. */
export function hasOpenRead(w: WorldView, t: number): boolean {
  for (let i = 0; i < w.tlp.length; i++) {
    const tlp = w.tlp[i]!;
    if (tlp.tdi === t && (tlp.kind === 'read' || tlp.kind === 'completion')) return true;
  }
  return false;
}
/** Any TLP of the TDI in flight. */
export function hasTlp(w: WorldView, t: number): boolean {
  for (let i = 0; i < w.tlp.length; i++) {
    const tlp = w.tlp[i]!;
    if (tlp.tdi === t && tlp.kind !== 'none') return true;
  }
  return false;
}
/** Any T=1 TLP of the TDI in flight. */
export function hasTrustedTlp(w: WorldView, t: number): boolean {
  for (let i = 0; i < w.tlp.length; i++) {
    const tlp = w.tlp[i]!;
    if (tlp.tdi === t && tlp.kind !== 'none' && tlp.traffic !== 'legacy') return true;
  }
  return false;
}

/** One line of text, of parts that fit on lines of source. */
export const inOneLine = (...parts: readonly string[]): string => parts.join(' ');
/** PF, VF1, … */
export const tdiName = (t: number): string => nameOf('Tdi', t);
/** P1, … */
export const pageName = (p: number): string => nameOf('Page', p);
/** K0, … */
export const keySetName = (k: number): string => nameOf('KeySet', k);
/** Q1, … */
export const queueName = (q: number): string => nameOf('Queue', q);
/** G1, …, or nobody. */
export const guestName = (g: number | null): string => (g === null ? 'nobody' : nameOf('Guest', g));

function countOf(w: WorldView, over: IndexSort): number {
  switch (over) {
    case 'Tdi':
      return w.tdi.length;
    case 'Page':
      return w.page.length;
    case 'Slot':
      return w.tlp.length;
    case 'KeySet':
      return w.keySet.length;
    case 'Queue':
      return w.queue.length;
    case 'Secret':
      return w.secret.length;
    case 'Guest':
      return w.seGuest.length;
    default: {
      const never: never = over;
      throw new Error(`countOf: unknown sort ${String(never)}`);
    }
  }
}

type StepBody = Omit<Parameters<typeof step>[0], 'holds' | 'why'>;
interface StepOfEach extends StepBody {
  readonly holdsFor: (s: Step, i: number) => boolean;
  /** The violation in one line, given the member that it concerns. */
  readonly tells: (s: Step, i: number) => string;
}
/** A property of steps that speaks of every member of a sort. */
export const stepOfEach = (over: IndexSort, p: StepOfEach): StepProperty => {
  const { holdsFor, tells, ...rest } = p;
  return step({
    ...rest,
    holds: (s) => {
      for (let i = 0; i < countOf(s.after, over); i++) if (!holdsFor(s, i)) return false;
      return true;
    },
    why: (s) => {
      for (let i = 0; i < countOf(s.after, over); i++) if (!holdsFor(s, i)) return tells(s, i);
      return p.title;
    },
  });
};

type InvariantBody = Omit<Parameters<typeof invariant>[0], 'holds' | 'why'>;
interface InvariantOfEach extends InvariantBody {
  readonly holdsFor: (w: WorldView, i: number) => boolean;
  /** The violation in one line, given the world and the member that it concerns. */
  readonly tells: (w: WorldView, i: number) => string;
}
/** An invariant that speaks of every member of a sort. */
export const invariantOfEach = (over: IndexSort, p: InvariantOfEach): Invariant => {
  const { holdsFor, tells, ...rest } = p;
  return invariant({
    ...rest,
    holds: (w) => {
      for (let i = 0; i < countOf(w, over); i++) if (!holdsFor(w, i)) return false;
      return true;
    },
    why: (s) => {
      for (let i = 0; i < countOf(s.after, over); i++)
        if (!holdsFor(s.after, i)) return tells(s.after, i);
      return p.title;
    },
  });
};
