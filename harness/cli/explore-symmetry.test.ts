// Goal: `explore --symmetry` tells what there is, not what it visited, and says that it was used.
import { describe, expect, test } from 'vitest';
import type { ExploreReport } from '../explore/run.ts';
import { ask } from './cli.fixture.ts';

const LAUNCH = ['explore', '--backend', 'kvm-tdx', '--preset', 'td-launch'] as const;

describe('explore --symmetry', () => {
  test('counts all states, and visits fewer', async () => {
    const asked = [[], ['--symmetry']].map((o) => ask(...LAUNCH, ...o, '--format', 'json'));
    const [full, some] = (await Promise.all(asked)).map(
      (answer) => JSON.parse(answer.out) as ExploreReport,
    );
    const { states = 0, transitions, depth, verdict, reached } = full ?? {};
    expect(some).toMatchObject({ states, transitions, depth, verdict, reached });
    expect(full?.symmetry).toBeNull();
    expect(some?.symmetry?.sorts).toEqual(['Page']);
    expect(some?.symmetry?.visited).toBeLessThan(0.7 * states);
  });

  test('says what it visited', async () => {
    const { code, out } = await ask(...LAUNCH, '--symmetry');
    expect(code).toBe(0);
    expect(out).toMatch(/by symmetry {2}\d+ states visited, each for all that differ .* of Page/);
  });

  test('is not to be had with --lockstep', async () => {
    const { code, err } = await ask(...LAUNCH, '--symmetry', '--lockstep');
    expect(code).toBe(2);
    expect(err).toContain('--symmetry and --lockstep exclude each other');
  });
});
