/**
 * Goal: the properties of SEV-TIO name what goes wrong in its rules. Method: rules with one mistake each, run
 * through the scenarios of SEV-TIO and some generated sequences; the property concerned must be violated.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCENARIOS as STEPS } from '../examples/sev-tio/eight-steps.scenario.ts';
import { SCENARIOS as FENCE } from '../examples/sev-tio/fence.scenario.ts';
import { SCENARIOS as REFUSALS } from '../examples/sev-tio/refusals.scenario.ts';
import { SequenceArbitrary } from '../harness/generate.ts';
import { Judge } from '../harness/judge.ts';
import { mutantsOf } from '../harness/mutate.ts';
import { type Setup, setupOf } from '../harness/setup.ts';
import { engineSubject } from '../harness/subject.ts';
import { accepted, type Case, type Rule } from '../model/author.ts';
import type { AttemptArgs } from '../model/step.ts';
import { AMD_SEV_TIO } from '../model/vendors/amd-sev-tio.ts';
import { W } from '../model/words/index.ts';
import { PRESETS, type Preset, type Readings, withReadings } from '../model/world.ts';
import { SEV_TIO } from './sev-tio.ts';
import { TIO_COMMANDS } from './sev-tio-commands.ts';

const small = PRESETS.find((p) => p.id === 'small') as Preset;
const keyOf = (rule: string, args: AttemptArgs): string => `${rule} ${JSON.stringify(args)}`;
function sequencesOf(setup: Setup): readonly (readonly number[])[] {
  const index = new Map(setup.attempts.map((a, n) => [keyOf(a.rule.id, a.args), n]));
  const told = [...STEPS, ...FENCE, ...REFUSALS].map((s) =>
    s.steps.flatMap(({ attempt }) =>
      attempt === undefined ? [] : [index.get(keyOf(attempt.rule.id, attempt.args)) as number],
    ),
  );
  const generated = fc.sample(new SequenceArbitrary(setup), { seed: 5, numRuns: 150 });
  return [...told, ...generated.map((s) => s.steps)];
}
const worldOf = (readings: Partial<Readings>) => {
  const setup = setupOf(AMD_SEV_TIO, withReadings(small, readings), [...SEV_TIO, ...TIO_COMMANDS]);
  return { setup, sequences: sequencesOf(setup) };
};
const PLAIN = worldOf({});
const DEFAULT_FENCED = worldOf({ fenceBeforeRun: 'yes' });

/** The properties that are violated somewhere when these rules run. */
function violatedBy(rules: readonly Rule[], { setup, sequences } = PLAIN): ReadonlySet<string> {
  const subject = engineSubject(setup, rules);
  const judge = new Judge(setup, subject);
  const found = new Set<string>();
  for (const steps of sequences) {
    subject.reset();
    for (const n of steps) judge.step(n, subject.attempt(n), (p) => found.add(p.id));
  }
  return found;
}
/** The rules with the cases of one of them changed by hand. */
const changed = (
  { setup }: typeof PLAIN,
  id: string,
  change: (cases: Rule['cases']) => readonly Case<never>[],
): readonly Rule[] =>
  setup.rules.map((r) => (r.id === id ? { ...r, cases: change(r.cases) as Rule['cases'] } : r));

const MUTANTS: readonly (readonly [mutant: string, property: string])[] = [
  ['tsm.tio-dev-create:INVALID_PAGE_STATE', 'tio-device-life-cycle'],
  ['tsm.tio-tdi-create:INVALID_PAGE_STATE', 'tio-tdi-life-cycle'],
  ['tsm.tio-tdi-unbind-end:unbound-tioTdiTo', 'tio-context-agrees-with-binding'],
  ['tsm.tio-dev-reclaim:TDI_CONTEXTS', 'tio-no-reuse-of-unreclaimed-pages'],
  ['tsm.tio-dev-disconnect-force:BOUND', 'tio-disconnect-implies-no-bound'],
  ['tsm.tio-connect-report:EIO', 'tio-connected-implies-stream-secure'],
  ['spdm.connect.begin:NOT_ASKED', 'tio-keys-only-inside-commands'],
  ['tsm.tio-tdi-bind:another-command-is-not-finished', 'tio-one-exchange-per-device'],
  ['tsm.tio-roll-key:BUSY', 'tio-one-exchange-per-device'],
  ['tsm.return:locked-tioMeasured', 'tio-fresh-is-of-this-lock'],
  ['spdm.answer:NO_SESSION', 'tio-evidence-inside-session'],
  ['tsm.tio-msg-tdi-info:DIGEST_MISMATCH', 'tio-digest-checked'],
  ['tsm.tio-msg-tdi-info:STALE_MEASUREMENTS', 'tio-digest-checked'],
  ['tsm.tio-msg-sdte-write:NOT_RUN', 'tio-state-only-from-tsm'],
  ['fabric.deliver:RMP_VIOLATION', 'rmp-check-after-translation'],
  ['fabric.deliver:fails-the-RMP-check-after-translation-tioVtomAgrees', 'vtom-consistent'],
  ['fabric.deliver:the-guest-is-fenced-senderFenced', 'no-silent-dma-drop'],
  ['fabric.deliver:FENCED', 'fence-stops-every-tdi'],
  ['mmio.private:FENCED', 'fence-stops-every-tdi'],
  ['tsm.tio-asid-fence-clear:BOUND', 'fence-clear-needs-unbind'],
  ['tsm.tio-tdi-unbind-end:unbound-fenceCauseLeaves', 'fence-names-a-bound-tdi'],
  ['tsm.tio-init:INVALID_STATE', 'tio-initialised-once'],
  ['tsm.tio-init:NOT_ENABLED', 'tio-initialised-once'],
  ['tsm.tio-dev-create:NOT_INITIALISED', 'tio-nothing-before-init'],
  ['tsm.tio-tdi-bind:INVALID_PARAM', 'tio-bind-checks-lock-flags'],
  ['tsm.tio-dev-certificates:EXPAND_BUFFER', 'tio-small-buffers-send-nothing'],
  ['tsm.tio-tdi-report:EXPAND_BUFFER', 'tio-small-buffers-send-nothing'],
  ['tsm.tio-msg-mmio-validate:RANGE_ERROR', 'tio-validated-by-message-only'],
  ['mmio.legacy:RMP_VIOLATION', 'rmp-keeps-host-from-private-mmio'],
  ['tsm.tio-tdi-unbind:entry-invalid-blockDma', 'tio-entry-closed-before-stop'],
];

describe('a mistake in the rules of SEV-TIO', () => {
  it('is none while there is none', () => {
    expect([...violatedBy(PLAIN.setup.rules)]).toEqual([]);
    expect([...violatedBy(DEFAULT_FENCED.setup.rules, DEFAULT_FENCED)]).toEqual([]);
  });
  it.each(MUTANTS)('%s is named by %s', (id, property) => {
    const mutant = mutantsOf(PLAIN.setup.rules).find((m) => m.id === id);
    expect(mutant, `no mutant ${id}`).toBeDefined();
    expect([...violatedBy(mutant?.rules() ?? [])]).toContain(property);
  });
  it('a spoiled message that is honoured is named', () => {
    const rules = changed(PLAIN, 'tsm.tio-guest-request', () => [accepted('taken', [])]);
    expect([...violatedBy(rules)]).toContain('tio-spoiled-message-no-effect');
  });
  it('a command that tells and changes something is named', () => {
    const rules = changed(PLAIN, 'tsm.tio-dev-status', (cases) =>
      cases.map((c) =>
        c.outcome.is === 'accepted' ? { ...c, effects: [W.tioMeasured('fresh')] } : c,
      ),
    );
    expect([...violatedBy(rules)]).toContain('tio-telling-changes-nothing');
  });
  it('a PVALIDATE that works on MMIO is named', () => {
    const rules = changed(PLAIN, 'tsm.tio-pvalidate-mmio', (cases) => [
      ...cases.slice(0, 1),
      accepted('validated', [], [W.acceptMmio]),
    ]);
    expect([...violatedBy(rules)]).toContain('tio-validated-by-message-only');
  });
  it('a fence without a fault is named', () => {
    const rules = changed(PLAIN, 'fabric.deliver', (cases) =>
      cases.map((c) => (c.name === 'write' ? { ...c, effects: [W.fenceSender, ...c.effects] } : c)),
    );
    expect([...violatedBy(rules)]).toContain('fault-blast-radius');
  });
  it('a default fence that is lifted by a LOCK is named', () => {
    const rules = changed(DEFAULT_FENCED, 'tsm.tio-tdi-report', (cases) =>
      cases.map((c) =>
        c.outcome.is === 'accepted' ? { ...c, effects: [W.liftDefaultFence, ...c.effects] } : c,
      ),
    );
    expect([...violatedBy(rules, DEFAULT_FENCED)]).toContain('fence-default-until-run');
  });
});
