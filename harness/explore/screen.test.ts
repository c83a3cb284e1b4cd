// Goal: a screen never takes what is new to a watch for known. Method: random steps, and beside the screen a set of what each watch
// has seen.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BASE } from '../../model/vendors/base.ts';
import { boot, PRESETS, type Preset } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { setupOf } from '../setup.ts';
import { screen, type Watched } from './screen.ts';

const word = fc.nat({ max: 2 ** 12 - 1 }).map((n) => n & (n >>> 3));
const words = fc.array(word, { minLength: 2, maxLength: 2 }).map((ws) => Int32Array.from(ws));
const few = fc.array(fc.nat({ max: 11 }), { minLength: 2, maxLength: 2 });
const state = few.map((ws) => Int32Array.from(ws));
const step = fc.record({ before: state, after: state });

test.each(['steps', 'states'] as const)('a screen tells all news of %s', (of) => {
  const watches = fc.record({
    writes: words,
    some: fc.array(fc.record({ mask: words, triggers: fc.option(words, { nil: undefined }) }), {
      minLength: 1,
      maxLength: 6,
    }),
  });
  let known = 0;
  fc.assert(
    fc.property(watches, fc.array(step, { maxLength: 60 }), ({ writes, some }, steps) => {
      const watched = some.map(
        (w): Watched => (of === 'steps' ? { ...w, writes } : { ...w, triggers: undefined }),
      );
      const { news, forget } = screen(watched, of);
      const seen = watched.map(() => new Set<string>());
      for (const { before, after: any } of steps) {
        // What a case may not write stays.
        const after = any.map((x, w) => {
          const mask = writes[w] as number;
          return (x & mask) | ((before[w] as number) & ~mask);
        });
        const told = news(before, 0, after, 0);
        for (const [i, { mask, triggers }] of watched.entries()) {
          const part = (of === 'steps' ? [before, after] : [before])
            .map((q) => q.map((x, w) => x & (mask[w] as number)).join())
            .join(' ');
          const isTouched =
            of === 'states' ||
            triggers === undefined ||
            triggers.some((t, w) => (((before[w] as number) ^ (after[w] as number)) & t) !== 0);
          const isTold = (told & (1 << i)) !== 0;
          if (isTold) expect(isTouched).toBe(true);
          if (isTouched && !isTold) expect(seen[i]).toContain(part);
          if (isTouched && !isTold) known++;
          // As a violation is forgotten: it depends on what the watch looks at.
          if (isTold && part.includes('3')) forget(i);
          else if (isTold) seen[i]?.add(part);
        }
      }
    }),
    { seed: 1, numRuns: 400 },
  );
  expect(known).toBeGreaterThan(500);
});

test('a property that only forbids changes holds of whatever changes nothing', () => {
  const preset = PRESETS.find((p) => p.id === 'tiny') as Preset;
  const setup = setupOf(BASE, preset, PROPERTIES);
  const some = setup.properties.flatMap((p) => (p.kind === 'step' && p.forbidsChange ? [p] : []));
  expect(some.length).toBeGreaterThan(0);
  let world = boot(setup.preset);
  let asked = 0;
  for (let n = 0; n < 4000; n++) {
    const attempt = setup.attempts[(n * 7919) % setup.attempts.length];
    if (attempt === undefined) continue;
    for (const is of ['accepted', 'refused', 'dropped'] as const) {
      const outcome = { is, code: 'ANY' };
      const { id } = attempt.rule;
      for (const p of some) {
        asked++;
        const s = { before: world, rule: id, args: attempt.args, outcome, after: world };
        expect(p.holds(s)).toBe(true);
      }
    }
    world = setup.model.attempt(attempt, world).world;
  }
  expect(asked).toBeGreaterThan(10_000);
});
