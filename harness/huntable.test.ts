// Goal: a planted fault is hunted where its stored trace can show it, whichever members take part, and nowhere else.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Backend } from '../model/author.ts';
import { BASE } from '../model/vendors/base.ts';
import { PRESETS } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import { BACKENDS } from './cli/backends.ts';
import { faultsOf } from './faults.ts';
import { huntingGround } from './hunt.ts';
import { canShow } from './huntable.ts';
import { readTrace } from './trace.ts';

const fileOf = (id: string): string =>
  fileURLToPath(new URL(`../counterexamples/planted/${id}.json`, import.meta.url));
const presetOf = (id: string) => {
  const found = PRESETS.find((p) => p.id === id);
  if (found === undefined) throw new Error(`huntable.test: no preset ${id}`);
  return found;
};
const shownIn = (preset: string, backend: Backend = BASE): readonly string[] => {
  const planted = faultsOf(backend);
  const setup = huntingGround(backend, presetOf(preset), planted, PROPERTIES);
  return planted.filter((f) => canShow(setup, f, readTrace(fileOf(f.id)))).map((f) => f.id);
};

test('in the preset of the traces all can be shown', () => {
  for (const backend of BACKENDS)
    expect(shownIn('small', backend)).toEqual(faultsOf(backend).map((f) => f.id));
});
test('without slots nothing in flight, and without the rules of a trace not what it shows', () => {
  // Searched whole with each of the faults, `tiny` shows these two and no others.
  expect(shownIn('tiny')).toEqual(['bme-clear-leaves-the-state', 'old-key-write-lands']);
  expect(shownIn('lifecycle')).not.toContain('unbind-does-not-drain');
  expect(shownIn('lifecycle')).toContain('start-ignores-the-nonce');
});
