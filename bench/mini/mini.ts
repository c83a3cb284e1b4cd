/**
 * The mini model: a small trusted-I/O system whose reachable states, transitions and depth several tools agree on
 * (docs/explore.md). It shows that the engine is general, that its counts are exact, and how fast it is.
 */
import {
  all,
  attemptOf,
  type Bool,
  compiler,
  type Engine,
  type Ix,
  type Judges,
  layout,
  type Plan,
  type RuleData,
  type State,
  type Symmetry,
  symmetryOf,
} from '../../impl/engine/index.ts';
import type { Attempt, EffectTree, GuardTree, WordUse } from '../../impl/engine/rules.ts';

const bool = { kind: 'bool', init: false, facet: 'core' } as const;
const guest = { kind: 'ref', sort: 'Guest', init: null, facet: 'core' } as const;
const st = {
  kind: 'oneOf',
  values: ['UNLOCKED', 'LOCKED', 'RUN', 'ERROR'],
  init: 'UNLOCKED',
  facet: 'core',
} as const;
const MINI = {
  link: { dims: [], fields: { spdm: bool, ide: bool } },
  tdi: { dims: ['Tdi'], fields: { st, own: guest, acc: bool, bme: bool, mse: bool } },
  page: { dims: ['Page'], fields: { owner: guest } },
  dma: { dims: ['Tdi', 'Page'], fields: { map: bool, tlb: bool } },
} as const;
type S = State<typeof MINI>;
interface Roles {
  readonly tdi: Ix<'Tdi'>;
  readonly page: Ix<'Page'>;
  readonly guest: Ix<'Guest'>;
}

const lockedOrRun = (s: S, t: Ix<'Tdi'>): Bool => s.tdi(t).st.isIn('LOCKED', 'RUN');
const failed = (s: S, t: Ix<'Tdi'>): S =>
  s.when(lockedOrRun(s, t), (u) => u.tdi(t).set({ st: 'ERROR', acc: false }));
const isFree = (s: S, page: Ix<'Page'>, bits: readonly ('map' | 'tlb')[]): Bool =>
  s.every('Tdi', (t) => all(bits.map((bit) => s.dma(t, page)[bit].not)));

const WORDS = {
  link: (s: S, _: Roles, bit: 'spdm' | 'ide') => s.link()[bit],
  is: (s: S, { tdi }: Roles, state: 'UNLOCKED' | 'LOCKED' | 'RUN' | 'ERROR') =>
    s.tdi(tdi).st.is(state),
  has: (s: S, { tdi }: Roles, bit: 'acc' | 'bme' | 'mse') => s.tdi(tdi)[bit],
  unowned: (s: S, { tdi }: Roles) => s.tdi(tdi).own.isNone,
  shared: (s: S, { page }: Roles) => s.page(page).owner.isNone,
  owned: (s: S, { tdi, page }: Roles) => s.tdi(tdi).own.same(s.page(page).owner),
  entry: (s: S, { tdi, page }: Roles, bit: 'map' | 'tlb') => s.dma(tdi, page)[bit],
  free: (s: S, { page }: Roles, ...bits: readonly ('map' | 'tlb')[]) => isFree(s, page, bits),
  setLink: (s: S, _: Roles, bits: object) => s.link().set(bits),
  set: (s: S, { tdi }: Roles, fields: object) => s.tdi(tdi).set(fields),
  lock: (s: S, r: Roles) => s.tdi(r.tdi).set({ st: 'LOCKED', own: r.guest, acc: false }),
  fail: (s: S, { tdi }: Roles) => failed(s, tdi),
  failAll: (s: S) => s.each('Tdi', failed),
  setEntry: (s: S, { tdi, page }: Roles, bits: object) => s.dma(tdi, page).set(bits),
  setEntries: (s: S, { tdi }: Roles, bits: object) =>
    s.each('Page', (t, page) => t.dma(tdi, page).set(bits)),
  give: (s: S, r: Roles) => s.page(r.page).set({ owner: r.guest }),
  share: (s: S, { page }: Roles) => s.page(page).set({ owner: null }),
};

const word = (name: keyof typeof WORDS, ...params: unknown[]): WordUse => ({
  kind: 'word',
  word: name,
  params,
});
const not = (of: GuardTree): GuardTree => ({ kind: 'not', of });
const anyOf = (...of: GuardTree[]): GuardTree => ({ kind: 'anyOf', of });
const allOf = (...of: GuardTree[]): GuardTree => ({ kind: 'allOf', of });

/** 0: as it should be; 1: stop keeps the TLB entries; 2: giving a page away ignores them. */
export type Bug = 0 | 1 | 2;

function rulesOf(bug: Bug): RuleData[] {
  const rule = (
    id: string,
    roles: readonly string[],
    guards: readonly GuardTree[],
    ...effects: EffectTree[]
  ): RuleData => ({
    id,
    over: Object.fromEntries(roles.map((r) => [r, SORTS[r] ?? ''])),
    cases: [{ name: 'only', guards, effects }],
  });
  const both = ['tdi', 'page'];
  const [spdm, ide] = [word('link', 'spdm'), word('link', 'ide')];
  const [map, tlb, shared] = [word('entry', 'map'), word('entry', 'tlb'), word('shared')];
  const running = word('is', 'RUN');
  const free = word('free', 'map', 'tlb');
  const gone = bug === 1 ? { map: false } : { map: false, tlb: false };
  const dma = allOf(
    word('has', 'bme'),
    anyOf(map, tlb),
    anyOf(allOf(shared, not(word('is', 'ERROR'))), allOf(not(shared), running)),
  );
  return [
    rule('connect', [], [not(spdm)], word('setLink', { spdm: true })),
    rule('ideOn', [], [spdm, not(ide)], word('setLink', { ide: true })),
    rule('disconnect', [], [spdm], word('setLink', { spdm: false, ide: false }), word('failAll')),
    rule('lock', ['tdi', 'guest'], [spdm, ide, word('is', 'UNLOCKED')], word('lock')),
    rule('accept', ['tdi'], [word('is', 'LOCKED'), not(word('has', 'acc'))], set({ acc: true })),
    rule('start', ['tdi'], [word('is', 'LOCKED'), word('has', 'acc')], set({ st: 'RUN' })),
    rule(
      'stop',
      ['tdi'],
      [not(word('is', 'UNLOCKED'))],
      set({ st: 'UNLOCKED', own: null, acc: false }),
      word('setEntries', gone),
    ),
    rule('setBme', ['tdi'], [not(word('has', 'bme'))], set({ bme: true })),
    rule('clearBme', ['tdi'], [word('has', 'bme')], word('fail'), set({ bme: false })),
    rule('setMse', ['tdi'], [not(word('has', 'mse'))], set({ mse: true })),
    rule('clearMse', ['tdi'], [word('has', 'mse')], word('fail'), set({ mse: false })),
    rule(
      'flr',
      ['tdi'],
      [],
      word('fail'),
      set({ bme: false, mse: false }),
      word('setEntries', { tlb: false }),
    ),
    rule('toPrivate', ['page', 'guest'], [shared, bug === 2 ? word('free', 'map') : free], give),
    rule('toShared', ['page'], [not(shared), free], word('share')),
    rule(
      'map',
      both,
      [not(map), anyOf(shared, allOf(running, word('owned')))],
      word('setEntry', { map: true }),
    ),
    rule('unmap', both, [map], word('setEntry', { map: false })),
    rule('invalidate', both, [tlb], word('setEntry', { tlb: false })),
    rule('dma', both, [dma], word('setEntry', { tlb: true })),
  ];
}
const SORTS: Readonly<Record<string, string>> = { tdi: 'Tdi', page: 'Page', guest: 'Guest' };
const set = (fields: object): WordUse => word('set', fields);
const give = word('give');

/** What must not be, each as the rule that would notice it: private DMA outside RUN, and four more. */
const VIOLATIONS: readonly RuleData[] = (() => {
  const is = (state: string): WordUse => word('is', state);
  const locked = anyOf(is('LOCKED'), is('RUN'));
  const unowned = word('unowned');
  const never = (id: string, roles: readonly string[], ...guards: GuardTree[]): RuleData => ({
    id,
    over: Object.fromEntries(roles.map((r) => [r, SORTS[r] ?? ''])),
    // The effect is never seen; without one the rule would give no successor.
    cases: [{ name: 'seen', guards, effects: [word('setLink', { spdm: true })] }],
  });
  return [
    never(
      'private DMA means RUN and the owner',
      ['tdi', 'page'],
      word('has', 'bme'),
      anyOf(word('entry', 'map'), word('entry', 'tlb')),
      not(word('shared')),
      is('RUN'),
      not(word('owned')),
    ),
    never(
      'locked means connected',
      ['tdi'],
      locked,
      not(allOf(word('link', 'spdm'), word('link', 'ide'))),
    ),
    never('unlocked means owned by nobody', ['tdi'], is('UNLOCKED'), not(unowned)),
    never('owned by nobody means unlocked', ['tdi'], not(is('UNLOCKED')), unowned),
    never('accepted means locked', ['tdi'], word('has', 'acc'), not(locked)),
    never('RUN means accepted', ['tdi'], is('RUN'), not(word('has', 'acc'))),
  ];
})();

/** Every way to give a rule members. */
function attemptsOf(
  rules: readonly RuleData[],
  sizes: Readonly<Record<string, number>>,
): Attempt[] {
  return rules.flatMap((rule) =>
    Object.entries(rule.over)
      .reduce<Record<string, number>[]>(
        (some, [role, sort]) =>
          some.flatMap((args) =>
            Array.from({ length: sizes[sort] ?? 0 }, (_, i) => ({ ...args, [role]: i })),
          ),
        [{}],
      )
      .map((args): Attempt => ({ rule, args })),
  );
}

/** The columns that change most; see impl/engine/explore/blocks.ts. */
const FIRST = ['tdi.bme', 'tdi.mse', 'dma.tlb', 'dma.map'];

/** A mini model, whether its states are judged, and whether one stands for all its renamings: what a thread is told. */
export interface Size {
  readonly tdis: number;
  readonly pages: number;
  readonly bug: Bug;
  readonly isJudged: boolean;
  readonly isSymmetric?: boolean;
}

/** Every member is like any other of its sort. */
const ALIKE = { Tdi: 0, Page: 0, Guest: 0 };

export interface Mini {
  readonly engine: Engine;
  readonly plan: Plan;
  readonly symmetry: Symmetry;
  /** Looks for what must not be, in every state. */
  readonly judges: Judges;
}
/** The mini model with so many TDIs and pages, and two guests. */
export function mini(tdis: number, pages: number, bug: Bug = 0): Mini {
  const sizes = { Tdi: tdis, Page: pages, Guest: 2 };
  const packed = layout(MINI, sizes, undefined, FIRST);
  const made = compiler({ layout: packed, words: WORDS, literalSorts: [], loops: 'effective' });
  const watch = made.engine(attemptsOf(VIOLATIONS, sizes));
  const seen = new Int32Array(watch.succLengthMax);
  return {
    engine: made.engine(attemptsOf(rulesOf(bug), sizes)),
    // Its code is made only for who uses it.
    get symmetry() {
      return symmetryOf(packed, ALIKE);
    },
    plan: { first: FIRST, lowBits: Math.max(5, 2 * tdis + 2 * tdis * pages) },
    judges: {
      state: (words, at, tell) => {
        const end = watch.succ(words, at, seen);
        for (let j = watch.stride - 1; j < end; j += watch.stride) {
          const { rule } = watch.attempts[attemptOf(seen[j] as number)] as Attempt;
          tell(VIOLATIONS.indexOf(rule));
        }
      },
    },
  };
}
