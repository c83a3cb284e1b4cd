/**
 * Goal: the profile `pause` interrupts every command that waits in the middle, and so finds what only shows there.
 * Method: its sequences are looked through for attempts that come between the halves of a command; a mistake that
 * shows only while an unbind is half done is looked for with it and with the usual profiles.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { AMD_SEV_TIO } from '../model/vendors/amd-sev-tio.ts';
import { BASE } from '../model/vendors/base.ts';
import { IBM_SE_AP } from '../model/vendors/ibm-se-ap.ts';
import { PRESETS, type Preset } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { ask, emptyFolder } from './cli/cli.fixture.ts';
import { ALL_PROFILES, LENGTHS, PROFILES, type Sequence, SequenceArbitrary } from './generate.ts';
import { Judge } from './judge.ts';
import { type Setup, setupOf } from './setup.ts';
import { mutated } from './small.fixture.ts';
import { engineSubject } from './subject.ts';
import { Waits } from './waits.ts';

const SMALL = PRESETS.find((p) => p.id === 'small') as Preset;
const PAUSE = ALL_PROFILES.filter((p) => p.id === 'pause');

const folder = emptyFolder();
afterAll(folder.remove);

/** The rules that have a case by which a wait begins. */
function commandsOf({ attempts, rules }: Setup): readonly string[] {
  const waits = new Waits(rules);
  const some = attempts.filter(({ rule }) => rule.cases.some((c) => waits.begunBy(c).length > 0));
  return [...new Set(some.map(({ rule }) => rule.id))];
}
/** The commands behind whose first half another rule was attempted, and not one by which they go on. */
function pausedIn(setup: Setup, { steps, results = [] }: Sequence): readonly string[] {
  const waits = new Waits(setup.rules);
  return steps.flatMap((n, i) => {
    const rule = setup.attempts[n]?.rule;
    const decided = rule?.cases[results[i]?.at ?? -1];
    const next = setup.attempts[steps[i + 1] ?? -1]?.rule;
    if (rule === undefined || decided === undefined || next === undefined || next === rule)
      return [];
    const begun = waits.begunBy(decided);
    return begun.length > 0 && !waits.goOnBy(begun, next) ? [rule.id] : [];
  });
}
/** Sequences come in rounds of so many; the rarest command takes some hundred. */
const ROUND = 25;
const ROUNDS_MAX = 40;

describe('the profile pause', () => {
  it.each([BASE, AMD_SEV_TIO, IBM_SE_AP])('interrupts every split command of $id', (backend) => {
    const setup = setupOf(backend, SMALL, []);
    const arbitrary = new SequenceArbitrary(setup, LENGTHS, PAUSE);
    const unseen = new Set(commandsOf(setup));
    expect(unseen.size).toBeGreaterThan(5);
    for (let i = 0; i < ROUNDS_MAX && unseen.size > 0; i++)
      for (const s of fc.sample(arbitrary, { seed: 11 + i, numRuns: ROUND })) {
        expect(s.profile).toBe('pause');
        for (const id of pausedIn(setup, s)) unseen.delete(id);
      }
    expect([...unseen]).toEqual([]);
  });

  it('can be asked for', async () => {
    const near = await ask('check', '--profile', 'puase');
    expect(near.code).toBe(2);
    expect(near.err).toContain('no profile is called "puase"\n  did you mean pause?');
    const found = await ask(
      ...[
        'check',
        '--backend',
        'base',
        '--profile',
        'pause',
        '--budget',
        '200',
        '--format',
        'json',
      ],
      ...['--mutant', 'tsm.return:unbound-since-the-request-unbinding', '--grep', '^tsm'],
      ...['--out', folder.path],
    );
    expect(found.code).toBe(1);
  });
  it('is no part of the usual mix', () => {
    expect(PROFILES.map((p) => p.id)).not.toContain('pause');
    expect(ALL_PROFILES.map((p) => p.id)).toEqual([...PROFILES.map((p) => p.id), 'pause']);
  });

  it('finds an answer that is taken in while an unbind is half done, far more often than others', () => {
    const setup = setupOf(
      BASE,
      { ...SMALL, facets: ['core', 'detours', 'force', 'mse'] },
      PROPERTIES,
    );
    const mistake = 'tsm.return:unbound-since-the-request-unbinding';
    const subject = engineSubject(setup, mutated(setup, mistake));
    const judge = new Judge(setup, subject);
    /** In how many of a hundred sequences a property names it. */
    const foundBy = (profiles: typeof PROFILES): number => {
      const arbitrary = new SequenceArbitrary(setup, { min: 40, max: 250 }, profiles);
      const named = fc.sample(arbitrary, { seed: 1, numRuns: 100 }).filter(({ steps }) => {
        let isNamed = false;
        subject.reset();
        for (const n of steps)
          judge.step(n, subject.attempt(n), () => {
            isNamed = true;
          });
        return isNamed;
      });
      return named.length;
    };
    const paused = foundBy(PAUSE);
    expect(paused).toBeGreaterThan(3);
    expect(paused).toBeGreaterThan(2 * foundBy(PROFILES));
  });
});
