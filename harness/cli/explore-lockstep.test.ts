// Goal: `--lockstep` compares everything; `--witness` shows a shortest run.
import { expect, test } from 'vitest';
import { ask } from './cli.fixture.ts';

const TD = ['explore', '--preset', 'td-launch', '--backend', 'kvm-tdx', '--format', 'json'];

test('every state times every attempt is compared', async () => {
  const all = JSON.parse((await ask(...TD, '--lockstep')).out) as Record<string, number | string>;
  expect(all.verdict).toBe('holds');
  expect(Number(all.compared) % Number(all.states)).toBe(0);
  expect(Number(all.compared)).toBeGreaterThan(10 * Number(all.states));
});

test('a witness: as many steps as the report says; a property of another kind is none', async () => {
  const base = ['explore', '--backend', 'base', '--format', 'json', '--witness'];
  const { code, out } = await ask(...base, 'reach-error-flr');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ verdict: 'reached', length: 10 });
  expect((await ask(...base, 'tdi-legal-transitions')).code).toBe(2);
});
