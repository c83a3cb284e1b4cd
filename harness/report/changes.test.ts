import { describe, expect, it } from 'vitest';
import type { World } from '../../model/world.ts';
import { SETUP, SMALL, sequences, statesOf, trace } from '../sequences.fixture.ts';
import { attemptText } from './attempt-text.ts';
import { describeChange } from './changes.ts';

/** What the last of some steps changes. */
function lastChange(...texts: readonly string[]): readonly string[] {
  const [before, after] = statesOf(trace(...texts)).slice(-2);
  return describeChange(before as World, after as World, SMALL);
}
const SECURE = [
  'spdm.connect.begin',
  'spdm.connect.end arrives',
  'ide.key-prog K0 PR',
  'ide.key-prog K0 NPR',
  'ide.key-prog K0 CPL',
  'ide.set-go K0',
  'ide.enable 1',
];

describe('describeChange', () => {
  it('tells what a step changed, in people’s words', () => {
    // Goal: the phrases of each party's record. Method: one step for each, on the model.
    expect(lastChange('command.write VF1 1 0')).toMatchInlineSnapshot(`
      [
        "VF1 bme false → true",
      ]
    `);
    expect(lastChange('spdm.connect.begin')).toMatchInlineSnapshot(`
      [
        "session none → handshaking",
      ]
    `);
    expect(lastChange(...SECURE.slice(0, 4))).toMatchInlineSnapshot(`
      [
        "K0 keys PR → PR NPR",
      ]
    `);
    expect(lastChange(...SECURE)).toMatchInlineSnapshot(`
      [
        "Stream Enable false → true",
        "stream Secure false → true",
      ]
    `);
    expect(lastChange(...SECURE, 'spdm.session.end getVersion')).toMatchInlineSnapshot(`
      [
        "session established → none",
        "stream Secure true → false",
        "sending under K0 → none",
        "K0 keys PR NPR CPL GO → none",
        "session of the TSM current → past",
      ]
    `);
    const bound = [...SECURE, 'tsm.bind VF1 G1 hosted'];
    expect(lastChange(...bound)).toMatchInlineSnapshot(`
      [
        "VF1 bound to nobody → G1",
        "relay idle → request lock VF1",
      ]
    `);
    expect(lastChange(...bound, 'tdisp.lock VF1 enough')).toMatchInlineSnapshot(`
      [
        "VF1 state CONFIG_UNLOCKED → CONFIG_LOCKED",
        "VF1 nonce none → current",
        "VF1 locked over session none → current",
        "relay request lock VF1 → answer ok to lock VF1",
      ]
    `);
    expect(lastChange(...bound, 'tdisp.lock VF1 none')).toMatchInlineSnapshot(`
      [
        "relay request lock VF1 → answer error to lock VF1",
      ]
    `);
    expect(lastChange(...bound, 'tdisp.lock VF1 enough', 'tsm.return')).toMatchInlineSnapshot(`
      [
        "VF1 cached by the TSM CONFIG_UNLOCKED → CONFIG_LOCKED",
        "VF1 nonce at the TSM none → current",
        "relay answer ok to lock VF1 → idle",
      ]
    `);
    expect(lastChange('page.give P2 G2')).toMatchInlineSnapshot(`
      [
        "P2 owner nobody → G2",
      ]
    `);
    const sent = ['command.write VF1 1 0', 'dma.issue VF1 P1 write legacy'];
    expect(lastChange(...sent)).toMatchInlineSnapshot(`
      [
        "S1 free → legacy write VF1 P1",
      ]
    `);
    expect(lastChange(...sent, 'page.give P1 G1')).toMatchInlineSnapshot(`
      [
        "P1 owner nobody → G1",
        "S1 legacy write VF1 P1 → legacy write VF1 P1 page changed hands",
      ]
    `);
    expect(lastChange(...sent, 'fabric.deliver S1')).toMatchInlineSnapshot(`
      [
        "S1 legacy write VF1 P1 → free",
      ]
    `);
    expect(lastChange('command.write VF1 0 0')).toEqual([]);
  });

  it('tells what no rule brings about, but a fault may', () => {
    // Goal: keys of a past session are shown as such; a part of a record that is not told is no
    // change. Method: worlds made by hand.
    const [world] = statesOf([]) as [World];
    const [keys, ...others] = world.keySet as [World['keySet'][number], ...World['keySet']];
    const keyed = { ...world, keySet: [{ ...keys, PR: true, session: 0 }, ...others] };
    const ended = { ...keyed, session: { ...keyed.session, generation: 1 } };
    expect(describeChange(keyed, ended, SMALL)).toEqual(['K0 keys PR → PR of a past session']);
    const placed = { ...world, relay: { ...world.relay, place: 'moved' as const } };
    expect(describeChange(world, placed, SMALL)).toEqual([]);
  });

  it('has words for whatever changes', () => {
    // Goal: no field is told by a placeholder or not at all. Method: every step of generated
    // sequences; what packs to the same words differs in counters of episodes only.
    const silent = new Set<string>();
    const words = new Int32Array(SETUP.layout.wordCount);
    const packed = (w: World): string => {
      SETUP.codec.pack(w, words);
      return words.join();
    };
    for (const { steps, states } of sequences(12, 5))
      for (const [i, n] of steps.entries()) {
        const [before, after] = states.slice(i, i + 2) as [World, World];
        const told = describeChange(before, after, SMALL);
        for (const phrase of told) expect(phrase).toMatch(/^[A-Z0-9a-z][^{}]* → [^{}]+$/);
        expect(told.join()).not.toMatch(/undefined|null|NaN|\[object/);
        if (told.length === 0 && packed(before) !== packed(after))
          silent.add(SETUP.attempts[n]?.rule.id ?? '');
      }
    expect([...silent]).toEqual([]);
  });
});

describe('attemptText', () => {
  it('names members and choices, and what is ordinary not at all', () => {
    const text = (t: string): string =>
      trace(t).map((n) => attemptText(SETUP.attempts[n] as never))[0] as string;
    expect(text('spdm.connect.begin')).toBe('spdm.connect.begin');
    expect(text('spdm.connect.end arrives')).toBe('spdm.connect.end');
    expect(text('spdm.connect.end lost')).toBe('spdm.connect.end answer lost');
    expect(text('tdisp.lock VF1 enough')).toBe('tdisp.lock VF1');
    expect(text('tdisp.lock VF1 none')).toBe('tdisp.lock VF1 no entropy');
    expect(text('tsm.bind PF G2 foreign')).toBe('tsm.bind PF G2 foreign id');
    expect(text('command.write VF2 0 1')).toBe('command.write VF2 bme=0 mse=1');
    expect(text('dma.issue VF1 P3 read private')).toBe('dma.issue VF1 P3 read private');
    expect(text('fabric.deliver S2')).toBe('fabric.deliver S2');
  });
});
