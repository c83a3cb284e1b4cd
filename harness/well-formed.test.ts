import { describe, expect, it } from 'vitest';
import { accepted, at, dropped, not, type Rule, refused, rule, when } from '../model/author.ts';
import { attemptsOf } from '../model/step.ts';
import { W } from '../model/words/index.ts';
import { mutantsOf } from './mutate.ts';
import { SETUP, SMALL, sequences } from './sequences.fixture.ts';
import { isWellFormed } from './well-formed.ts';

const withoutCase = (id: string, name: string): Rule => {
  const found = SETUP.rules.find((r) => r.id === id) as Rule;
  return { ...found, cases: found.cases.filter((c) => c.name !== name) };
};
const body = { by: 'fabric', says: '', over: { slot: 'Slot' }, clauses: [] } as const;

describe('isWellFormed', () => {
  it('finds all rules well formed', () => {
    // Goal: no mutant is left out because its original is not understood.
    expect(SETUP.rules.filter((r) => !isWellFormed(r)).map((r) => r.id)).toEqual([]);
  });

  it('finds out where a guard was protecting a partial word', () => {
    // Goal: what it rejects really throws. Method: such cases dropped, each rule tried on worlds
    // of generated sequences until the model throws.
    const worlds = sequences(12, 3).flatMap(({ states }) => states);
    for (const [id, name] of [
      ['fabric.deliver', 'the slot is empty'],
      ['fabric.lose', 'the slot is empty'],
      ['dma.issue', 'the model has no free slot'],
      ['tsm.return', 'no answer is on its way'],
    ] as const) {
      const broken = withoutCase(id, name);
      expect(isWellFormed(broken)).toBe(false);
      const attempts = attemptsOf([broken], SMALL);
      const tries = (): unknown =>
        worlds.map((w) => attempts.map((a) => SETUP.model.attempt(a, w).at));
      expect(tries).toThrow(/guard first/);
    }
  });

  it('leaves nothing else out', () => {
    // Goal: a mutant is left out for this reason only. Method: the ids that are missing.
    const ids = new Set(mutantsOf(SETUP.rules).map((m) => m.id));
    for (const id of ['fabric.deliver:EMPTY', 'fabric.lose:EMPTY', 'dma.issue:NO_SLOT'])
      expect(ids.has(id)).toBe(false);
    const guarded = SETUP.rules.flatMap((r) => r.cases.filter((c) => c.guards.length > 0));
    const dropped = mutantsOf(SETUP.rules).filter((m) => m.kind === 'drop-case');
    expect(dropped.length).toBe(guarded.length - 4);
  });

  it('concludes from guards only what they prove', () => {
    // Goal: each kind of node hands on what is known. Method: small rules, right and wrong.
    const inFlight = refused('EMPTY', 'empty', [not(W.inFlight)]);
    const wellFormed = (...cases: readonly unknown[]): boolean =>
      isWellFormed(rule('x', { ...body, cases: cases as never }));
    expect(wellFormed(inFlight, accepted('x', [], [W.freeSlot]))).toBe(true);
    expect(wellFormed(accepted('x', [W.inFlight], [W.freeSlot]))).toBe(true);
    expect(wellFormed(accepted('x', [], [when([W.inFlight], [W.freeSlot])]))).toBe(true);
    expect(wellFormed(accepted('x', [], [W.freeSlot]))).toBe(false);
    expect(wellFormed(accepted('x', [not(W.keyStale)], []))).toBe(false);
    expect(wellFormed(accepted('x', [W.keyStale, W.inFlight], []))).toBe(false);
    const twice = dropped('EMPTY', 'empty', [not(W.inFlight), W.streamSecure]);
    expect(wellFormed(twice, accepted('x', [], [W.freeSlot]))).toBe(false);
    const mapped = at({ tdi: W.senderOf }, W.dmaOpen);
    expect(wellFormed(inFlight, accepted('x', [mapped], []))).toBe(true);
    expect(wellFormed(accepted('x', [mapped], []))).toBe(false);
    const toOther = at({ slot: { term: 'relayTdi' } } as never, W.freeSlot as never);
    expect(wellFormed(inFlight, accepted('x', [W.responseWaits], [toOther as never]))).toBe(false);
  });
});
