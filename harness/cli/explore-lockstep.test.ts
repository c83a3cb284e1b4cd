// Goal: `--lockstep` compares everything and tells where it parts; `--witness` shows a shortest run.
import { afterAll, expect, test } from 'vitest';
import { ask, askChild, emptyFolder } from './cli.fixture.ts';

const folder = emptyFolder();
afterAll(() => folder.remove());

const TD = ['explore', '--preset', 'td-launch', '--backend', 'kvm-tdx', '--format', 'json'];

test('every state times every attempt is compared', async () => {
  const all = JSON.parse((await ask(...TD, '--lockstep')).out) as Record<string, number | string>;
  expect(all.verdict).toBe('holds');
  expect(Number(all.compared) % Number(all.states)).toBe(0);
  expect(Number(all.compared)).toBeGreaterThan(10 * Number(all.states));
});

test.each([
  ['tsm.tdx-finalize:EIO', 'outcome: the model says refused EIO, the subject accepted', 4],
  [
    'tsm.tdx-terminate:terminated-wipeFrame',
    'state: gpa[0][0].frame is zero in the model, image in the subject',
    9,
  ],
])('where an engine with %s parts from the model is told and kept', async (mutant, why, length) => {
  // A property that holds under the mutant: without `--lockstep` nobody would notice.
  const wrong = [
    ...TD,
    '--mutant',
    mutant,
    '--grep',
    '^tdx-vcpu-after-init$',
    '--out',
    folder.path,
  ];
  expect((await ask(...wrong)).code).toBe(0);
  const { code, out } = await ask(...wrong, '--lockstep');
  expect(code).toBe(5);
  const { verdict, compared, states, violations } = JSON.parse(out);
  expect(verdict).toBe('differs');
  expect(violations).toMatchObject([{ property: null, why, length }]);
  expect(compared % states).toBeGreaterThan(0);
  const replayed = JSON.parse((await ask('replay', violations[0].file, '--format', 'json')).out);
  expect(replayed).toMatchObject({ asRecorded: true, difference: { step: length, says: why } });
});

test('Ctrl-C ends the comparing, and it is told how much was compared', async () => {
  let asked = false;
  const { code, out, err } = await askChild(['explore', '--lockstep'], {
    cwd: folder.path,
    onErr: (text, kill) => {
      if (asked || !text.includes('comparing')) return;
      asked = true;
      kill('SIGINT');
    },
  });
  expect(code).toBe(130);
  expect(err).toMatch(/comparing model and engine … \d+\.\d of \d+\.\d million attempts/);
  const words = out.replace(/\s+/g, ' ');
  expect(words).toMatch(/for [\d,]+ of [\d,]+ attempts; not come to its end .* interrupted/);
});

test('a witness: as many steps as the report says; a property of another kind is none', async () => {
  const base = ['explore', '--backend', 'base', '--format', 'json', '--witness'];
  const { code, out } = await ask(...base, 'reach-error-flr');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ verdict: 'reached', length: 10 });
  expect(JSON.parse(out).steps).toHaveLength(10);
  const all = ['explore', '--backend', 'base', '--format', 'json', '--grep', '^reach-error-'];
  expect(JSON.parse((await ask(...all)).out).reached).toEqual([
    { property: 'reach-error-bme', length: 11 },
    { property: 'reach-error-flr', length: 10 },
    { property: 'reach-error-stream', length: 10 },
  ]);
  expect((await ask(...base, 'tdi-legal-transitions')).code).toBe(2);
});
