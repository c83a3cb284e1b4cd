import type { AnySignature, EffectNode, GuardNode, Rule } from '../model/author.ts';
import { SIGNATURES } from '../model/words/index.ts';

const signatures = SIGNATURES as Readonly<Record<string, AnySignature>>;

/** Any of these says that an exchange is under way: an idle relay is in no session. */
const RELAY_IN_USE: readonly string[] = [
  'requestWaits',
  'responseWaits',
  'requested',
  'workingOn',
  'requestInLiveSession',
];
/** Words that mean something only where one of these guards holds. Words about a slot come below. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  send: ['slotFree'],
  relayTdi: RELAY_IN_USE,
};
const NOTHING: readonly string[] = [];
const IN_FLIGHT: readonly string[] = ['inFlight'];

/** What must be known to hold before a word is used; nothing: the word is total. */
function needsOf(word: string): readonly string[] {
  const aboutSlot = Object.values(signatures[word]?.roles ?? {}).includes('Slot');
  return NEEDS[word] ?? (aboutSlot && word !== 'inFlight' ? IN_FLIGHT : NOTHING);
}

/** Guard words that are known to hold. */
type Known = ReadonlySet<string>;
const isSafe = (word: string, known: Known): boolean => {
  const needs = needsOf(word);
  return needs.length === 0 || needs.some((n) => known.has(n));
};
/** What is known with another member in a role: nothing that spoke of the old one. */
const rebound = (role: string, known: Known): Known =>
  new Set([...known].filter((word) => !(role in (signatures[word]?.roles ?? {}))));

/** What is known once a list of guards holds; undefined: one of them is used too early. */
function knownAfter(guards: readonly GuardNode[], known: Known): Known | undefined {
  const now = new Set(known);
  for (const g of guards) {
    if (!guardIsSafe(g, now)) return undefined;
    if (g.kind === 'word') now.add(g.word);
    if (g.kind === 'allOf') for (const x of knownAfter(g.of, now) ?? []) now.add(x);
  }
  return now;
}
function guardIsSafe(g: GuardNode, known: Known): boolean {
  switch (g.kind) {
    case 'word':
      return isSafe(g.word, known);
    case 'not':
      return guardIsSafe(g.of, known);
    case 'anyOf':
      return g.of.every((x) => guardIsSafe(x, known));
    case 'allOf':
      return knownAfter(g.of, known) !== undefined;
    case 'at':
      return isSafe(g.term, known) && guardIsSafe(g.of, rebound(g.role, known));
    default: {
      const never: never = g;
      throw new Error(`guardIsSafe: unknown node ${JSON.stringify(never)}`);
    }
  }
}
function effectIsSafe(e: EffectNode, known: Known): boolean {
  const all = (effects: readonly EffectNode[], now: Known | undefined): boolean =>
    now !== undefined && effects.every((x) => effectIsSafe(x, now));
  switch (e.kind) {
    case 'word':
      return isSafe(e.word, known);
    case 'when':
      return all(e.of, knownAfter(e.if, known));
    case 'each':
      return all(e.of, knownAfter(e.where, rebound(e.role, known)));
    case 'at':
      return isSafe(e.term, known) && effectIsSafe(e.of, rebound(e.role, known));
    default: {
      const never: never = e;
      throw new Error(`effectIsSafe: unknown node ${JSON.stringify(never)}`);
    }
  }
}

/**
 * Whether every partial word of a rule (about an empty slot, about the TDI of an idle relay) stands
 * behind the guard that makes it mean something. A mutant that took that guard away is no
 * implementation that anyone could have written: the model throws, the engine reads past a column.
 *
 * A case with one guard `not(x)` that did not decide proves x to the cases below it; nothing else
 * is concluded.
 */
export function isWellFormed(rule: Rule): boolean {
  const known = new Set<string>();
  for (const { guards, effects } of rule.cases) {
    const inside = knownAfter(guards, known);
    if (inside === undefined || !effects.every((e) => effectIsSafe(e, inside))) return false;
    const [only, ...others] = guards;
    if (only?.kind === 'not' && only.of.kind === 'word' && others.length === 0)
      known.add(only.of.word);
  }
  return true;
}
