/**
 * Walks over the reference model for the tests of this folder: seeded, biased to progress, and calm or hostile by lot.
 */
import { type Rule, roleOf } from '../model/author.ts';
import { COMMON_RULES } from '../model/rules/index.ts';
import { type Attempt, type AttemptArgs, attemptsOf, holds, modelOf } from '../model/step.ts';
import { BASE } from '../model/vendors/base.ts';
import { boot, PRESETS, type Preset, type World } from '../model/world.ts';
import type { Step } from './property.ts';

/** The preset with this id. */
export function presetOf(id: string): Preset {
  const found = PRESETS.find((p) => p.id === id);
  if (found === undefined) throw new Error(`presetOf: no preset ${id}`);
  return found;
}
export const RULES: readonly Rule[] = [...COMMON_RULES, ...BASE.rules];

/** A small generator of numbers: the same seed, the same walk (mulberry32). */
export function dice(seed: number): (below: number) => number {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** Attempts of one rule and leaning, and how often the walk has made one. */
interface Pool {
  readonly attempts: readonly Attempt[];
  chosen: number;
}
const isProgress = ({ rule, args }: Attempt): boolean => roleOf(rule, args) === 'progress';
/** Worth an attempt though it changes nothing. */
const isObserved = ({ rule }: Attempt, outcome: string): boolean =>
  rule.observed && outcome === 'accepted';
const isSensible = ({ rule, args }: Attempt, w: World): boolean =>
  rule.sensible.every((g) => holds(g, w, args));
function poolsOf(attempts: readonly Attempt[]): readonly Pool[] {
  const found = new Map<string, Attempt[]>();
  for (const a of attempts) {
    const same = found.get(a.rule.id);
    if (same === undefined) found.set(a.rule.id, [a]);
    else same.push(a);
  }
  return [...found.values()].map((some) => ({ attempts: some, chosen: 0 }));
}

type Move = readonly [rule: string, args: AttemptArgs];
/** The road from power-on to a TDI in RUN that has written to a private page of its guest. */
function road(tdi: number, guest: number, page: number, keySet: number): readonly Move[] {
  const pair = { guest, tdi };
  return [
    ['spdm.connect.begin', {}],
    ['spdm.connect.end', { reply: 'arrives' }],
    ...['PR', 'NPR', 'CPL'].map((sub): Move => ['ide.key-prog', { keySet, sub }]),
    ['ide.enable', { level: 1 }],
    ['ide.set-go', { keySet }],
    ['command.write', { tdi, bme: 1, mse: 1 }],
    ['tsm.bind', { tdi, guest, id: 'hosted' }],
    ['tdisp.lock', { tdi, entropy: 'enough' }],
    ['tsm.return', {}],
    ['tsm.report', { tdi }],
    ['tdisp.report', { tdi }],
    ['tsm.return', {}],
    ['guest.evidence', pair],
    ['guest.accept', pair],
    ['mmio.map', pair],
    ['mmio.accept', pair],
    ['tsm.start', { tdi }],
    ['tdisp.start', { tdi }],
    ['tsm.return', {}],
    ['guest.enable-dma', pair],
    ['page.give', { page, guest }],
    ['page.accept', { page, guest }],
    ['iommu.map', { tdi, page, space: 'private' }],
    ['dma.issue', { tdi, page, access: 'write', traffic: 'private' }],
    ['fabric.deliver', { slot: 0 }],
  ];
}
/** The road back: the TDI leaves its guest in order. */
const back = (tdi: number): readonly Move[] => [
  ['tsm.unbind.begin', { tdi }],
  ['mmio.unmap', { tdi }],
  ['iommu.invalidate.begin', { tdi }],
  ['iommu.invalidate.end', { tdi }],
  ['tsm.unbind.stop', { tdi }],
  ['tdisp.stop.begin', { tdi }],
  ['tdisp.stop.drain', { tdi }],
  ['tdisp.stop.end', { tdi }],
  ['tsm.return', {}],
  ['tsm.unbind.end', { tdi }],
];
/** How often a step looks for an attempt that changes something. */
const TRIES_MAX = 30;

export interface WalkOptions {
  readonly seed: number;
  readonly count: number;
  readonly length: number;
  readonly rules?: readonly Rule[];
}
/**
 * Walks `count` sequences of at least `length` steps and shows every step; `see` ends a walk with "enough".
 *
 * Every walk takes roads, each broken off anywhere, and disturbs them by steps of any kind; so that the depths are
 * seen often enough with the slow reference model.
 */
export function walk(
  preset: Preset,
  o: WalkOptions,
  see: (step: Step) => 'enough' | undefined,
): void {
  const model = modelOf(preset);
  const attempts = attemptsOf(o.rules ?? RULES, preset);
  const known = new Map(attempts.map((a) => [`${a.rule.id} ${JSON.stringify(a.args)}`, a]));
  for (let n = 0; n < o.count; n++) {
    const roll = dice(o.seed * 1_000_003 + n);
    const pick = <T>(some: readonly T[]): T => some[roll(some.length)]!;
    const any = poolsOf(attempts);
    const progress = poolsOf(attempts.filter(isProgress));
    const { Tdi, Guest, Page, KeySet } = preset.sizes;
    const hostility = pick([1, 5, 30]);
    const hostile = pick([2, 4, 12]);
    let world: World = boot(preset);
    let steps = 0;
    let ended = false;
    const take = (attempt: Attempt, result = model.attempt(attempt, world)): void => {
      const { outcome } = result;
      const code = outcome.is === 'accepted' ? '' : outcome.code;
      const { rule, args } = attempt;
      const verdict = { is: outcome.is, code };
      const step = { before: world, rule: rule.id, args, outcome: verdict, after: result.world };
      ended ||= see(step) === 'enough';
      world = result.world;
      steps++;
    };
    const wander = (pools: readonly Pool[]): void => {
      let pool = pick(pools);
      let attempt = pick(pool.attempts);
      let result = model.attempt(attempt, world);
      for (let k = 0; k < TRIES_MAX; k++) {
        const isBored = roll(1 + Math.min(7, pool.chosen >> 1)) > 0;
        const isSeen = result.world !== world || isObserved(attempt, result.outcome.is);
        const isMeant = isProgress(attempt) || roll(hostile) === 0;
        if (!isBored && isSeen && isMeant && (roll(8) === 0 || isSensible(attempt, world))) break;
        pool = pick(pools);
        attempt = pick(pool.attempts);
        result = model.attempt(attempt, world);
      }
      pool.chosen++;
      take(attempt, result);
    };
    let tdi = roll(Tdi);
    while (steps < o.length && !ended) {
      if (roll(3) > 0) tdi = roll(Tdi);
      const forth = road(tdi, roll(Guest), roll(Page), roll(KeySet));
      const moves = roll(3) > 0 ? [...forth, ...back(tdi)] : forth;
      const cut = roll(3) === 0 ? roll(moves.length) : roll(2) === 0 ? forth.length : moves.length;
      for (const [rule, args] of moves.slice(0, cut)) {
        const attempt = known.get(`${rule} ${JSON.stringify(args)}`);
        if (ended || attempt === undefined || roll(100) === 0) continue;
        if (roll(100) < hostility) wander(any);
        if (!ended) take(attempt);
      }
      for (let k = roll(48); k > 0 && !ended; k--) wander(roll(4) > 0 ? any : progress);
    }
  }
}
