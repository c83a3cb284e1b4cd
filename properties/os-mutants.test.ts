/**
 * Goal: the properties of the kernel of a guest name what goes wrong in it. Method: rules with one fault each, run
 * until the property that must name it does.
 */
import { describe, expect, it } from 'vitest';
import { campaign } from '../harness/campaign.ts';
import { Lockstep } from '../harness/lockstep.ts';
import { mutantsOf } from '../harness/mutate.ts';
import { setupOf } from '../harness/setup.ts';
import { engineSubject } from '../harness/subject.ts';
import type { Rule } from '../model/author.ts';
import { BASE } from '../model/vendors/base.ts';
import { PRESETS, type Preset } from '../model/world.ts';
import { OS } from './os.ts';

/** Of the small preset, what a kernel needs: the rest only takes time. */
const NEEDED: Preset['facets'] = ['core', 'mse', 'bar', 'mmio', 'removal', 'os'];
const small = PRESETS.find((p) => p.id === 'small') as Preset;
const setup = setupOf(BASE, { ...small, facets: NEEDED }, OS);
const mutants = mutantsOf(setup.rules);

/** So many sequences; the rarest of the faults needs about 1,000. */
const BUDGET = 1500;

/** A fault, and the property that must name it. */
const FAULTS: readonly (readonly [mutant: string, property: string])[] = [
  ['os.enumerate:inherited-attested-before', 'kexec-finds-known-state'],
  ['os.enumerate:inherited-attested-before', 'stale-evidence-cleared'],
  ['os.driver.remove:Command-register-kept', 'command-reg-stable-while-locked'],
  ['os.lock:not-locked-as-far-as-the-TSM-knows', 'state-postcondition'],
  ['os.driver.prep:looks-at-the-report-readingIs', 'prep-driver-only-prepares'],
  ['os.lock:EBUSY', 'prep-driver-only-prepares'],
  ['os.evidence:the-TSM-has-no-report', 'accept-requires-report'],
  ['os.evidence:measured-for-another-nonce', 'digest-checked'],
  ['os.accept.dma:EINVAL', 'os-legal-transitions'],
  ['os.accept.dma:EINVAL', 'broken-never-straight-to-accepted'],
  ['os.accept.dma:EBADMSG', 'state-only-from-tsm'],
  ['os.accept.dma:accepted-openDma', 'accept-all-or-nothing'],
  ['os.buffer.map:private-page-viewIs', 'secure-dma-only-when-accepted'],
  ['os.unlock:EIO', 'unlock-failure-visible'],
  ['os.unlock:the-host-has-not-unbound-it-osModeTo', 'unlock-failure-visible'],
  ['os.error:all-ones', 'guest-error-detected'],
  ['os.reattest:another-measurement', 'reattest-mismatch-breaks'],
  ['os.suspend:suspended-osModeTo', 'suspend-trusts-nothing'],
  ['os.kexec:EBUSY', 'kexec-finds-known-state'],
  ['os.unlock:unlocked-rangesTo', 'mmio-kind-matches-report'],
  ['os.unlock:a-driver-is-attached', 'driver-sees-one-mode'],
];

type Move = readonly [rule: string, args?: Readonly<Record<string, number | string>>];
const own = { guest: 0, tdi: 1 };
/** From power-on to VF1 locked for G1 as well. */
const LOCKED: readonly Move[] = [
  ['spdm.connect.begin'],
  ['spdm.connect.end', { reply: 'arrives' }],
  ['ide.key-prog', { keySet: 0, sub: 'PR' }],
  ['ide.key-prog', { keySet: 0, sub: 'NPR' }],
  ['ide.key-prog', { keySet: 0, sub: 'CPL' }],
  ['ide.set-go', { keySet: 0 }],
  ['ide.enable', { level: 1 }],
  ['os.policy', { guest: 0, policy: 'accept' }],
  ['tsm.bind', { tdi: 1, guest: 0, id: 'hosted' }],
  ['tdisp.lock', { tdi: 1, entropy: 'enough' }],
  ['tsm.return'],
  ['tsm.report', { tdi: 1 }],
  ['tdisp.report', { tdi: 1 }],
  ['tsm.return'],
];
const ALLOWED: readonly Move[] = [
  ['os.lock', own],
  ['os.evidence', { ...own, blobs: 'genuine' }],
  ['os.verify', { ...own, finding: 'agrees' }],
];
const STARTED: readonly Move[] = [
  ['os.accept', own],
  ['tsm.start', { tdi: 1 }],
  ['tdisp.start', { tdi: 1 }],
  ['tsm.return'],
  ['os.accept.mmio', own],
  ['os.accept.dma', { ...own, source: 'tsm' }],
];
const SHARED: Move = ['os.enumerate', own];
const BOUNCING: readonly Move[] = [
  ['os.driver.probe', own],
  ['os.buffer.map', { ...own, page: 1 }],
  ['os.driver.remove', own],
];
/** Faults that random runs come upon too seldom, each with a run that does. */
const TOLD: readonly (readonly [mutant: string, property: string, moves: readonly Move[]])[] = [
  ['os.driver.probe:EPROBE_DEFER', 'no-driver-before-policy', [SHARED, ['os.driver.probe', own]]],
  [
    'os.verify:another-root-port',
    'digest-checked',
    [
      ...LOCKED,
      SHARED,
      ['os.lock', own],
      ['os.evidence', { ...own, blobs: 'genuine' }],
      ['os.verify', { ...own, finding: 'rootPort' }],
    ],
  ],
  [
    'os.accept:a-mapping-is-alive',
    'accept-requires-idle',
    [...LOCKED, SHARED, ...BOUNCING, ...ALLOWED, ...STARTED],
  ],
  [
    'os.accept.mmio:rolled-back-a-range-is-not-mapped',
    'accept-all-or-nothing',
    [...LOCKED, SHARED, ...ALLOWED, ...STARTED],
  ],
  [
    'os.accept.mmio:rolled-back-a-range-is-not-mapped-voidAcceptance',
    'tsm-partial-failure-consistent',
    [...LOCKED, SHARED, ...ALLOWED, ...STARTED],
  ],
];
/** The attempts that moves stand for, by index. */
const stepsOf = (moves: readonly Move[]): readonly number[] =>
  moves.map(([rule, args = {}]) => {
    const wanted = JSON.stringify(args);
    const n = setup.attempts.findIndex(
      (a) => a.rule.id === rule && JSON.stringify(a.args) === wanted,
    );
    if (n < 0) throw new Error(`no attempt ${rule} ${wanted}`);
    return n;
  });

describe('a fault in the kernel of a guest', () => {
  it.each(FAULTS)('%s: %s', async (id, property) => {
    const mutant = mutants.find((m) => m.id === id);
    if (mutant === undefined) throw new Error(`no mutant ${id}`);
    const lockstep = new Lockstep(setup, engineSubject(setup, mutant.rules()));
    const { failing } = await campaign(setup, lockstep, {
      seed: 7,
      budget: BUDGET,
      patience: BUDGET,
      fails: (run) => run.violations.some((v) => v.property.id === property),
    });
    expect(failing, `${property} did not name ${id}`).toBeDefined();
  });

  it.each(TOLD)('%s: %s', (id, property, moves) => {
    const named = (rules: readonly Rule[]): readonly string[] =>
      new Lockstep(setup, engineSubject(setup, rules))
        .run({ steps: stepsOf(moves), results: undefined })
        .violations.map((v) => v.property.id);
    const mutant = mutants.find((m) => m.id === id);
    if (mutant === undefined) throw new Error(`no mutant ${id}`);
    expect(named(setup.rules)).toEqual([]);
    expect(named(mutant.rules())).toContain(property);
  });
  it('accepting without a verdict of this session: evidence-matches-lock-session', async () => {
    const rules = setup.rules.map((r) =>
      r.id === 'os.accept'
        ? { ...r, cases: r.cases.filter(({ name }) => !/allowed|earlier/.test(name)) }
        : r,
    );
    const lockstep = new Lockstep(setup, engineSubject(setup, rules));
    const { failing } = await campaign(setup, lockstep, {
      seed: 7,
      budget: BUDGET,
      patience: BUDGET,
      fails: (run) => run.violations.some((v) => v.property.id === 'evidence-matches-lock-session'),
    });
    expect(failing).toBeDefined();
  });
});
