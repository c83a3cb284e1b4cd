// Goal: model and engine agree at every state of `tiny`, at every attempt. Method: `--lockstep`, as a user asks for it.
import { expect, test } from 'vitest';
import { ask } from './cli.fixture.ts';

test('model and engine agree everywhere in tiny', { timeout: 300_000 }, async () => {
  const { code, out } = await ask('explore', '--preset', 'tiny', '--lockstep', '--format', 'json');
  const { verdict, states, compared } = JSON.parse(out);
  expect({ code, verdict }).toEqual({ code: 0, verdict: 'holds' });
  // tiny has 58 attempts; a state or an attempt that was left out would be missed here.
  expect(compared).toBe(states * 58);
  expect(states).toBe(152_846);
});
