/**
 * Goal: every property of the common world is there for something: of a mistake in the rules it says so. Method: a
 * table of mistakes, each with a scenario; played on the model, the property holds with the rules as they are and is
 * violated with the mistake. Other families have tables of their own, which say so of theirs.
 */
import { describe, expect, it } from 'vitest';
import { loadScenarios } from '../examples/load.ts';
import { at, commonIdOf, each, type Rule, refused } from '../model/author.ts';
import { type Model, modelOf } from '../model/step.ts';
import { W } from '../model/words/index.ts';
import { boot } from '../model/world.ts';
import { FAMILIES, PROPERTIES } from '../properties/index.ts';
import { isLive, type Step } from '../properties/property.ts';
import { doing, type Edit, edited, first, forgetting, without } from './edit.ts';
import { verdictOf } from './judge.ts';
import { mutantsOf } from './mutate.ts';
import { MUTANTS } from './property-mutants.fixture.ts';
import type { Scenario } from './scenario.ts';

/** The families whose every property is in this table. */
const HERE = ['tdi', 'config', 'tlp', 'ide', 'spdm', 'tsm', 'memory', 'os'] as const;

/** Mistakes made by hand: no single operator makes them. */
const BY_HAND: Readonly<Record<string, readonly [scenario: string, ...edits: readonly Edit[]]>> = {
  'tdi-reject-preserves-state': [
    'B35b: LOCK is refused where the TDI is not unlocked',
    doing('tdisp.lock', 'not unlocked', W.tdiTo('ERROR')),
  ],
  'tdi-stop-always-legal': [
    'C15: what ends the session of a DSM ends it for every function below',
    first('tdisp.stop.begin', refused('BUSY', 'in error', [W.tdiIs('ERROR')], [W.answerError])),
  ],
  'tdi-run-only-by-start': [
    'B23: the error of an exchange stays one',
    without('tdisp.start', 'not locked', 'wrong nonce'),
  ],
  'tdi-lock-flags-frozen': [
    'a flag that is chosen after LOCK waits for the next one',
    doing('tdisp.report', 'served', W.bindFlags),
  ],
  'error-not-masked': [
    'B23: the error of an exchange stays one',
    forgetting('tdisp.start', 'not locked', 'answerError'),
    doing('tdisp.start', 'not locked', W.answerOk),
  ],
  'tsm-unbind-total': [
    'C15: what ends the session of a DSM ends it for every function below',
    first('tsm.unbind.begin', refused('IN_ERROR', 'in error', [W.tdiIs('ERROR')])),
  ],
  'tsm-request-scope': [
    'B28a: who comes back to open DMA is asked again whose the TDI is',
    without('os.accept.dma', 'rolled back: the lock session is over'),
  ],
  'revoke-targets-same-tdi': [
    'B19: what a guest closes is the device that it names',
    doing('tsm.tio-msg-sdte-close', 'closed', at({ tdi: W.pf }, W.blockDma)),
  ],
  'fw-no-rollback-live': [
    'firmware and debug',
    without('firmware.update', 'lower version under lock'),
    forgetting('firmware.update', 'lower version, trust ended first', 'sessionBegun'),
  ],
  'mmu-copy-needs-entry': [
    'a write of an earlier RUN keeps the TDI from being locked again',
    doing('reset.conventional', 'reset', each({ slot: 'Slot' }, [W.inFlight], [W.fillCopy])),
  ],
  'evidence-matches-lock-session': [
    'B16: no accept with evidence of the lock session before',
    without(
      'os.accept',
      'the verdict is of an earlier lock session',
      'the evidence is of an earlier lock session',
    ),
  ],
  'driver-sees-one-mode': [
    'a kernel takes a device from shared to accepted and gives it back',
    without(
      'os.unlock',
      'a driver is attached',
      'a DMA mapping is alive',
      'the host has not unbound it',
    ),
  ],
  'state-postcondition': [
    'a kernel takes a device from shared to accepted and gives it back',
    without('os.lock', 'not bound to this guest', 'not locked as far as the TSM knows'),
  ],
  'suspend-trusts-nothing': [
    'suspend and a changed measurement break what was accepted',
    forgetting('os.reattest', 'another measurement', 'osModeTo'),
    forgetting('os.suspend', 'suspended', 'osModeTo'),
  ],
  'kernel-acts-for-itself': [
    'an error is found by reading all ones, and there is no short way back',
    doing(
      'command.write',
      'clears under lock',
      each({ guest: 'Guest' }, [], [W.osModeTo('broken')]),
    ),
  ],
};
/** Properties that no mistake in a rule can make fail, with the reason; violations.fixture.ts shows that they can. */
const BY_NO_RULE: Readonly<Record<string, string>> = {
  'tdi-report-read-dies-on-change': 'the word that changes the state of a TDI ends the read',
  'ide-insecure-loses-keys': 'one word makes a stream Insecure and takes its keys',
  'ide-secure-only-by-go-or-enable': 'no other rule has a word that makes a stream Secure',
  'ide-keys-fresh-per-go': 'one word programs a key and counts it',
  'tlp-run-episode-fresh-per-start':
    'what ends a RUN ends its episode as well, and LOCK waits for what is in flight',
};

const scenarios = (await loadScenarios()).flatMap((l) => l.scenarios);
function titled(title: string): Scenario {
  const found = scenarios.find((s) => s.title === title);
  if (found === undefined) throw new Error(`no scenario '${title}'`);
  return found;
}
const models = new Map<string, Model>();
function modelFor({ preset }: Scenario): Model {
  const key = JSON.stringify(preset);
  const model = models.get(key) ?? modelOf(preset);
  models.set(key, model);
  return model;
}
/** Whether the property is violated somewhere when a scenario is played with these rules in the place of its own. */
function isViolated(id: string, s: Scenario, change: (rule: Rule) => Rule): boolean {
  const p = PROPERTIES.find((x) => x.id === id);
  if (p === undefined || p.kind === 'reach' || isLive(p)) throw new Error(`no property ${id}`);
  const model = modelFor(s);
  let before = boot(s.preset);
  for (const { attempt } of s.steps) {
    if (attempt === undefined) continue;
    const { args } = attempt;
    const rule = change(attempt.rule);
    const { outcome, world } = model.attempt({ rule, args }, before);
    const step: Step = {
      before,
      rule: commonIdOf(rule),
      args,
      outcome: verdictOf(outcome),
      after: world,
    };
    if (p.kind === 'step' ? !p.holds(step) : !p.holds(world)) return true;
    before = world;
  }
  return false;
}

describe('a mistake in a rule', () => {
  it.each(Object.entries(MUTANTS))('%s is named', (id, [mutant, title]) => {
    const s = titled(title);
    const of = mutant.slice(0, mutant.indexOf(':'));
    const rule = s.steps.find(({ attempt }) => attempt?.rule.id === of)?.attempt?.rule;
    if (rule === undefined) throw new Error(`'${title}' does not attempt ${of}`);
    const [wrong] =
      mutantsOf([rule])
        .find((m) => m.id === mutant)
        ?.rules() ?? [];
    if (wrong === undefined) throw new Error(`no mutant ${mutant}`);
    expect(isViolated(id, s, (r) => r)).toBe(false);
    expect(isViolated(id, s, (r) => (r === rule ? wrong : r))).toBe(true);
  });
  it.each(Object.entries(BY_HAND))(
    '%s is named, where it is made by hand',
    (id, [title, ...edits]) => {
      const s = titled(title);
      const changed = (r: Rule): Rule =>
        edited(
          [r],
          edits.filter((e) => e.rule === r.id),
        )[0] ?? r;
      expect(isViolated(id, s, (r) => r)).toBe(false);
      expect(isViolated(id, s, changed)).toBe(true);
    },
  );
  it('is there for every property of these families, but for those that no rule can break', () => {
    const all = HERE.flatMap((f) => FAMILIES[f] ?? []).filter((p) => p.kind !== 'reach');
    const tables = [MUTANTS, BY_HAND, BY_NO_RULE].flatMap((t) => Object.keys(t));
    expect(tables.toSorted()).toEqual(all.map((p) => p.id).toSorted());
  });
});
