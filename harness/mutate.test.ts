import { describe, expect, it } from 'vitest';
import type { Rule } from '../model/author.ts';
import { MUTATIONS, mutantsOf } from './mutate.ts';
import { SETUP, sequences, statesOf } from './sequences.fixture.ts';
import { attemptsUnder } from './setup.ts';

const { rules } = SETUP;
const mutants = mutantsOf(rules);
const ids = mutants.map((m) => m.id);
const original = (id: string): Rule => rules.find((r) => r.id === id) as Rule;
const mutatedRule = (m: (typeof mutants)[number]): Rule =>
  m.rules().find((r) => r.id === m.rule) as Rule;

describe('mutantsOf', () => {
  it('gives hundreds of mutants by every operator', () => {
    // Goal: an operator that finds nothing would go unnoticed in the sum.
    expect(mutants.length).toBeGreaterThan(500);
    for (const kind of MUTATIONS)
      expect(mutants.filter((m) => m.kind === kind).length).toBeGreaterThan(30);
  });

  it('gives ids that are unique and need no quotes in a shell', () => {
    // Goal: an id names one mutant on a command line and in a trace file.
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9.-]*:[A-Za-z0-9_:#-]+$/);
  });

  it('keeps ids that traces and planted faults know', () => {
    // Goal: ids are stable. Method: one for each operator and each place where it looks.
    for (const id of [
      'tdisp.stop.end:stopped-scrub', // an effect
      'reset.flr:VF-when-tdiIs', // an effect that contains others
      'reset.flr:PF-dropNonce', // an effect at a depth
      'tsm.return:locked-tsmHearsNonce', // an effect about another member
      'tsm.unbind.end:DRAINING', // a refusing case with a code of its own
      'fabric.deliver:old-key', // one that shares its code
      'command.write:clears-under-lock', // an accepting case
      'command.write:clears-under-lock-bmeSet', // a guard inside allOf and anyOf
      'command.write:clears-under-lock-tdiIs', // a guard beside others
      'tsm.unbind.stop:no-unbind-is-under-way-lost', // a guard inside not
      'reset.flr:PF:each-forgets-VF2',
      'reset.flr:PF:each-forgets-PF#2',
    ])
      expect(ids).toContain(id);
  });

  it('changes one rule and leaves the others the very same objects', () => {
    // Goal: compiled code of unchanged rules is found again by identity.
    for (const m of mutants) {
      const all = m.rules();
      expect(all.length).toBe(rules.length);
      const changed = all.filter((r, i) => r !== rules[i]);
      expect(changed.map((r) => r.id)).toEqual([m.rule]);
      expect(m.rules()[all.indexOf(changed[0] as Rule)]).toBe(changed[0]);
      expect({ ...changed[0], cases: [] }).toEqual({ ...original(m.rule), cases: [] });
    }
  });

  it('gives no mutant twice and none that is its original', () => {
    // Goal: every mutant costs a search; none is spent on the same rule again.
    const texts = mutants.map((m) => JSON.stringify(mutatedRule(m)));
    expect(new Set([...texts, ...rules.map((r) => JSON.stringify(r))]).size).toBe(
      texts.length + rules.length,
    );
  });

  it('never drops the last, unconditional case', () => {
    // Goal: mutants are total by construction, whatever worlds a test has seen.
    for (const m of mutants) {
      const last = mutatedRule(m).cases.at(-1);
      expect(last?.name).toBe(original(m.rule).cases.at(-1)?.name);
      expect(last?.guards).toEqual([]);
    }
  });

  it('leaves at least one guard where one is dropped', () => {
    // Goal: a case does not decide always, nor never, because a list of guards is empty.
    for (const m of mutants.filter((x) => x.kind === 'drop-guard')) {
      const cases = mutatedRule(m).cases;
      for (const [i, c] of original(m.rule).cases.entries()) {
        expect(cases[i]?.guards.length === 0).toBe(c.guards.length === 0);
        expect(JSON.stringify(cases[i]?.guards)).not.toContain('"of":[]');
      }
    }
  });

  it('gives mutants that are total on random worlds', () => {
    // Goal: no mutant throws; what could throw is ill-formed and left out. Method: each mutant lives
    // through a generated sequence, and its rule is tried with all arguments on worlds of others.
    const walks = sequences(24, 7);
    const worlds = walks.flatMap(({ states }) => states.filter((_, i) => i % 100 === 99));
    expect(worlds.some((w) => w.tdi.some((t) => t.state === 'RUN'))).toBe(true);
    expect(worlds.some((w) => w.tlp.every((t) => t.kind !== 'none'))).toBe(true);
    const tries = (): void => {
      for (const [i, m] of mutants.entries()) {
        const attempts = attemptsUnder(SETUP, m.rules());
        statesOf(walks[i % walks.length]?.steps.slice(0, 150) ?? [], attempts);
        const concerned = attempts.filter((a) => a.rule.id === m.rule);
        for (const w of worlds) for (const a of concerned) SETUP.model.attempt(a, w);
      }
    };
    expect(tries).not.toThrow();
  });

  it('says in one sentence what is wrong', () => {
    // Goal: a reader understands a mutant without its code. Method: one text for each operator.
    const says = (id: string): string | undefined => mutants.find((m) => m.id === id)?.says;
    expect(says('tdisp.stop.end:stopped-scrub')).toMatchInlineSnapshot(
      `"tdisp.stop.end, “stopped”: one effect is missing (the TDI holds nobody’s data)."`,
    );
    expect(says('reset.flr:VF-when-tdiIs')).toMatchInlineSnapshot(
      `"reset.flr, “VF”: one effect is missing (if the TDI is in one of CONFIG_LOCKED, RUN: the TDI becomes ERROR, and no report of it is being read in parts; the TDI holds no nonce)."`,
    );
    expect(says('tsm.unbind.end:DRAINING')).toMatchInlineSnapshot(
      `"tsm.unbind.end, “writes are still in flight”: the case is missing, so a later one decides."`,
    );
    expect(says('command.write:clears-under-lock-bmeSet')).toMatchInlineSnapshot(
      `"command.write, “clears under lock”: the case decides without asking whether Bus Master Enable of the TDI is 1."`,
    );
    expect(says('reset.flr:PF:each-forgets-VF2')).toMatchInlineSnapshot(
      `"reset.flr, “PF”: VF2 is left out of what is done for every TDI: if that TDI is in one of CONFIG_LOCKED, RUN: that TDI becomes ERROR, and no report of it is being read in parts; that TDI holds no nonce."`,
    );
    for (const m of mutants) {
      expect(m.says).not.toMatch(/[{}]|undefined|\n/);
      expect(m.says.length).toBeLessThan(900);
    }
  });
});
