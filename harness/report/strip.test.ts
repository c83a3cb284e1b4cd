import { describe, expect, it } from 'vitest';
import type { Rule } from '../../model/author.ts';
import type { Attempt } from '../../model/step.ts';
import { boot, type World } from '../../model/world.ts';
import { mutantsOf } from '../mutate.ts';
import { SETUP, SMALL, statesOf, trace } from '../sequences.fixture.ts';
import { attemptsUnder } from '../setup.ts';
import { paintFor } from './paint.ts';
import { renderStrip, type StripInput } from './strip.ts';

const LOCKED = [
  'spdm.connect.begin',
  'spdm.connect.end arrives',
  'ide.key-prog K0 PR',
  'ide.key-prog K0 NPR',
  'ide.key-prog K0 CPL',
  'ide.set-go K0',
  'ide.enable 1',
  'tsm.bind VF1 G1 hosted',
  'tdisp.lock VF1 enough',
];
const BME = {
  id: 'cfg-bme-clear-forces-error',
  title: 'BME clear after lock forces ERROR',
  clauses: ['cfg-command', 'cfg-command-level'],
} as const;

/** What a strip shows of a trace of which the last step violates, with a mutant's rules. */
function inputOf(
  texts: readonly string[],
  mutant: string | undefined,
  more: Partial<StripInput> = {},
): StripInput {
  const steps = trace(...texts);
  const rules: readonly Rule[] =
    mutantsOf(SETUP.rules)
      .find((m) => m.id === mutant)
      ?.rules() ?? SETUP.rules;
  const attempts = attemptsUnder(SETUP, rules);
  const states = statesOf(steps, attempts);
  const at = steps.length - 1;
  const judged = (all: readonly Attempt[], i: number) =>
    SETUP.model.attempt(all[steps[i] as number] as Attempt, states[i] as World);
  return {
    property: BME,
    preset: SMALL,
    attempts: SETUP.attempts,
    steps,
    states,
    outcomes: steps.map((_, i) => judged(attempts, i).outcome),
    at,
    expected: judged(SETUP.attempts, at),
    columns: 100,
    paint: paintFor(false),
    ...more,
  };
}
const bme = (more: Partial<StripInput> = {}): StripInput =>
  inputOf(
    ['command.write VF1 1 1', ...LOCKED, 'command.write VF1 0 1'],
    'command.write:clears-under-lock',
    {
      found: 'seed 1f3a · found at 214 of 2,000 sequences · 163 → 11 steps',
      why: 'only step 11 matters; any TDI in CONFIG_LOCKED or RUN does; steps 1–10 only make it reach CONFIG_LOCKED',
      replay: 'counterexamples/cfg-bme-clear-forces-error.7c1e.json',
      ...more,
    },
  );
const text = (input: StripInput): string => `\n${renderStrip(input).join('\n')}\n`;

describe('renderStrip', () => {
  it('shows a counterexample as one line a step', () => {
    // Goal: the text that a reader of a failure sees. Method: on the model with one case missing.
    expect(text(bme())).toMatchInlineSnapshot(`
      "
      ✗ BME clear after lock forces ERROR                        cfg-bme-clear-forces-error · TDISP 11.2.6
        seed 1f3a · found at 214 of 2,000 sequences · 163 → 11 steps

         #  by    rule                           PF  VF1  VF2
         1  host  command.write VF1 bme=1 mse=1  U   U    U    VF1 bme false → true, VF1 mse false → true
         2  tsm   spdm.connect.begin             U   U    U    session handshaking
         3  tsm   spdm.connect.end               U   U    U    session handshaking → established, session
                                                               of the TSM current
         4  tsm   ide.key-prog K0 PR             U   U    U    K0 keys PR
         5  tsm   ide.key-prog K0 NPR            U   U    U    K0 keys PR NPR
         6  tsm   ide.key-prog K0 CPL            U   U    U    K0 keys PR NPR CPL
         7  tsm   ide.set-go K0                  U   U    U    sending under K0, K0 keys PR NPR CPL GO
         8  host  ide.enable level=1             U   U    U    Stream Enable false → true, stream Secure
                                                               false → true
         9  host  tsm.bind VF1 G1                U   U    U    VF1 bound to G1, relay request lock VF1
        10  tsm   tdisp.lock VF1                 U   L    U    VF1 nonce current, VF1 locked over session
                                                               current, relay answer ok to lock VF1
        11  host  command.write VF1 bme=0 mse=1  U   L    U    ◄ VF1 must be E
        step 11 changed  VF1 bme true → false
        unchanged        VF1 state CONFIG_LOCKED, VF1 nonce current
        why              only step 11 matters; any TDI in CONFIG_LOCKED or RUN does; steps 1–10 only make
                         it reach CONFIG_LOCKED
        replay           npx tdicheck replay counterexamples/cfg-bme-clear-forces-error.7c1e.json
      "
    `);
  });

  it('says what must be so where it is not a state', () => {
    // Goal: outcome, property's own words, or another field, in this order.
    const refuses = inputOf(
      [...LOCKED.slice(0, 7), 'tsm.bind VF1 G1 hosted', 'tsm.bind VF1 G2 hosted'],
      'tsm.bind:BUSY',
      { property: null },
    );
    const mark = (input: StripInput): string =>
      renderStrip({ ...input, columns: 140 })
        .find((l) => l.includes('◄'))
        ?.replace(/^.*◄/, '◄') ?? '';
    expect(mark(refuses)).toBe('◄ must be refused BUSY; refused BOUND');
    expect(mark({ ...refuses, must: 'no second bind' })).toBe('◄ no second bind; refused BOUND');
    const stream = inputOf([...LOCKED.slice(0, 7), 'ide.enable 0'], 'ide.enable:disabled-insecure');
    expect(mark(stream)).toBe('◄ stream Secure must be false, sending under must be none');
    const { expected: _, ...unknown } = stream;
    expect(mark(unknown)).toBe('◄ violates it');
    const both = inputOf(
      [...LOCKED, 'device.error VF1', 'device.leave-error VF1'],
      'device.leave-error:NOT_ALLOWED',
    );
    expect(mark(both)).toBe('◄ VF1 must be E, must be refused NOT_ALLOWED');
    // What the step did change is not told as unchanged.
    expect(renderStrip(both).join('\n')).not.toContain('unchanged');
  });

  it('shows more than one TDI that is not what it must be', () => {
    const flr = inputOf(
      [
        ...LOCKED,
        'relay.abort',
        'tsm.bind VF2 G2 hosted',
        'tdisp.lock VF2 enough',
        'tsm.return',
        'reset.flr PF',
      ],
      'reset.flr:PF-when-tdiIs',
      { property: { id: 'x', title: 'X', clauses: [] } },
    );
    expect(text(flr).split('\n').slice(-6).join('\n')).toMatchInlineSnapshot(`
      "  13  host  tsm.return           U   L    L    VF2 cached by the TSM CONFIG_UNLOCKED →
                                                     CONFIG_LOCKED, VF2 nonce at the TSM current, relay
                                                     idle
        14  host  reset.flr PF         U   L    L    ◄ VF1 must be E, VF2 must be E
        unchanged  VF1 state CONFIG_LOCKED, VF1 nonce current, VF2 state CONFIG_LOCKED, VF2 nonce current
      "
    `);
  });

  it('shows a violation at power-on, and a difference without a property', () => {
    const world = boot(SMALL);
    const none = { ...bme(), steps: [], states: [world], outcomes: [], at: -1 };
    const { expected: _, ...input } = none;
    expect(text(input)).toMatchInlineSnapshot(`
      "
      ✗ BME clear after lock forces ERROR                        cfg-bme-clear-forces-error · TDISP 11.2.6
        seed 1f3a · found at 214 of 2,000 sequences · 163 → 11 steps

        no step is needed: it is so at power-on
        why     only step 11 matters; any TDI in CONFIG_LOCKED or RUN does; steps 1–10 only make it reach
                CONFIG_LOCKED
        replay  npx tdicheck replay counterexamples/cfg-bme-clear-forces-error.7c1e.json
      "
    `);
    expect(renderStrip({ ...bme(), property: null })[0]).toBe('✗ Subject and model differ');
  });

  it('keeps within the given columns', () => {
    // Goal: nothing is broken by the terminal. Method: several widths; a single word may be longer.
    for (const columns of [72, 80, 100, 140])
      for (const line of renderStrip(bme({ columns })))
        if (!line.includes('replay') && !line.includes('.json'))
          expect(`${columns}: ${line}`.length).toBeLessThanOrEqual(`${columns}: `.length + columns);
    expect(text(bme({ columns: 72 }))).toMatchInlineSnapshot(`
      "
      ✗ BME clear after lock forces ERROR
        cfg-bme-clear-forces-error · TDISP 11.2.6
        seed 1f3a · found at 214 of 2,000 sequences · 163 → 11 steps

         #  by    rule                   PF  VF1  VF2
         1  host  command.write VF1      U   U    U    VF1 bme false → true,
                  bme=1 mse=1                          VF1 mse false → true
         2  tsm   spdm.connect.begin     U   U    U    session handshaking
         3  tsm   spdm.connect.end       U   U    U    session handshaking →
                                                       established, session of
                                                       the TSM current
         4  tsm   ide.key-prog K0 PR     U   U    U    K0 keys PR
         5  tsm   ide.key-prog K0 NPR    U   U    U    K0 keys PR NPR
         6  tsm   ide.key-prog K0 CPL    U   U    U    K0 keys PR NPR CPL
         7  tsm   ide.set-go K0          U   U    U    sending under K0, K0
                                                       keys PR NPR CPL GO
         8  host  ide.enable level=1     U   U    U    Stream Enable false →
                                                       true, stream Secure
                                                       false → true
         9  host  tsm.bind VF1 G1        U   U    U    VF1 bound to G1, relay
                                                       request lock VF1
        10  tsm   tdisp.lock VF1         U   L    U    VF1 nonce current, VF1
                                                       locked over session
                                                       current, relay answer
                                                       ok to lock VF1
        11  host  command.write VF1      U   L    U    ◄ VF1 must be E
                  bme=0 mse=1
        step 11 changed  VF1 bme true → false
        unchanged        VF1 state CONFIG_LOCKED, VF1 nonce current
        why              only step 11 matters; any TDI in CONFIG_LOCKED or RUN
                         does; steps 1–10 only make it reach CONFIG_LOCKED
        replay           npx tdicheck replay counterexamples/cfg-bme-clear-forces-error.7c1e.json
      "
    `);
  });

  it('has an ASCII form of the same lines', () => {
    const lines = renderStrip(bme({ ascii: true }));
    for (const line of lines) expect(line).toMatch(/^[ -~]*$/);
    expect(lines.find((l) => l.includes('must be'))).toMatch(/< VF1 must be E$/);
    expect(lines[0]).toMatch(/^x BME clear after lock forces ERROR .* - TDISP 11\.2\.6$/);
  });

  it('reads the same with colours', () => {
    // Goal: colour is an ornament. Method: take it away again.
    const coloured = renderStrip(bme({ paint: paintFor(true) }));
    expect(coloured.join('\n')).toContain('\u001b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals are sent
    const bare = coloured.map((l) => l.replace(/\u001b\[\d+m/g, '').trimEnd());
    expect(bare).toEqual(renderStrip(bme()));
  });

  it('refuses input that does not fit together', () => {
    const input = bme();
    expect(() => renderStrip({ ...input, at: 99 })).toThrow(/^renderStrip: /);
    expect(() => renderStrip({ ...input, states: input.states.slice(3) })).toThrow(
      /^renderStrip: /,
    );
  });
});
