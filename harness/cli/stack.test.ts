/** A check of the stack: what it compares, leaves out and finds; and its counterexamples as files like any other. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLANTED_FAULTS } from '../faults.ts';
import { STACK_FAULTS } from '../stack/faults.ts';
import { formatTrace, readTrace } from '../trace.ts';
import { ask, emptyFolder } from './cli.fixture.ts';

const folder = emptyFolder();
const before = process.cwd();
beforeAll(() => process.chdir(folder.path));
afterAll(() => {
  process.chdir(before);
  folder.remove();
});

const QUICK = ['check', '--subject', 'stack', '--grep', '^no-t0-to-tee$', '--format', 'json'];
/** It needs no session, so that everything about it is quick. */
const FAULT = 'owner-not-checked';

describe('check --subject stack', () => {
  test('compares by bytes, and tells what it does not', async () => {
    const first = await ask(...QUICK, '--budget', '3');
    const { durations: _, ...report } = JSON.parse(first.out);
    expect(report).toMatchObject({
      backend: 'base',
      preset: 'stack',
      subject: 'stack',
      sequences: 4,
      violations: [],
      differences: [],
      planted: [],
    });
    expect(report.steps).toBeGreaterThan(500);
    const { leftOut, unseen } = report.stack;
    expect(unseen.map((u: { field: string }) => u.field)).toContain('tlp.run');
    expect(leftOut.map((l: { what: string }) => l.what)).toContain('power.write');
    const power = report.coverage.find((c: { rule: string }) => c.rule === 'power.write');
    expect(power).toMatchObject({ fired: 0, reason: 'none of its attempts is made' });
    // Only what its device can be asked for varies from round to round.
    const [one, two] = report.rounds;
    expect(two.readings.commandClear).not.toBe(one.readings.commandClear);
    expect(two.readings.enableStyle).toBe(one.readings.enableStyle);

    const second = await ask(...QUICK, '--budget', '3');
    const { durations: __, ...again } = JSON.parse(second.out);
    expect(again).toEqual(report);
  });

  test('what is not observable is told for people too', async () => {
    const { out } = await ask(
      'check',
      '--subject',
      'stack',
      '--grep',
      'power|^ide-',
      '--path',
      '0:0',
    );
    expect(out).toContain('attempts that the stack cannot carry out');
    expect(out).toMatch(/^ {2}not observable: .*so not applicable: /m);
  });

  test('a fault is named, kept, replayed, shrunk, explained, and in the corpus', async () => {
    const check = await ask(...QUICK, '--budget', '20', '--mutant', FAULT, '--out', 'found');
    expect(check.code).toBe(1);
    const [name = ''] = readdirSync('found');
    const file = join('found', name);
    const trace = readTrace(file);
    expect(trace).toMatchObject({
      preset: 'stack',
      subject: 'stack',
      mutant: FAULT,
      property: 'no-t0-to-tee',
    });
    const [found] = JSON.parse(check.out).violations;
    expect(found).toMatchObject({ file, steps: trace.steps });

    const replayed = await ask('replay', file, '--format', 'json');
    expect(replayed.code).toBe(1);
    expect(JSON.parse(replayed.out)).toMatchObject({
      subject: 'stack',
      preset: 'stack',
      asRecorded: true,
    });
    // Without the fault stack, engine and model agree on the same steps.
    for (const subject of ['stack', 'engine', 'model'])
      expect((await ask('replay', file, '--mutant', 'none', '--subject', subject)).code).toBe(0);
    expect((await ask('replay', file, '--subject', 'engine')).err).toContain(
      `${FAULT} is a fault of the stack`,
    );

    const [step, ...steps] = trace.steps;
    if (step === undefined) throw new Error('the trace has no steps');
    writeFileSync('longer.json', formatTrace({ ...trace, steps: [step, step, ...steps] }));
    const shrunk = await ask('shrink', 'longer.json', '--out', 'shrunk', '--format', 'json');
    expect(JSON.parse(shrunk.out)).toMatchObject({ to: trace.steps.length });
    expect(readTrace(join('shrunk', name)).steps).toEqual(trace.steps);

    const page = await ask('explain', FAULT);
    expect(page.out).toContain(`npx tdicheck check --subject stack --mutant ${FAULT}`);

    const corpus = await ask(...QUICK, '--budget', '1', '--out', 'found');
    expect(JSON.parse(corpus.out).corpus).toContainEqual(
      expect.objectContaining({ file, got: 'no-t0-to-tee', asExpected: true }),
    );
  });

  test('a trace that the stack cannot carry out is refused with the reason', async () => {
    const planted = join(import.meta.dirname, '../../counterexamples/planted');
    const trace = readTrace(join(planted, 'bme-clear-leaves-the-state.json'));
    const steps = [
      { by: 'host', rule: 'power.write', args: { tdi: 'PF', power: 'd3cold' } },
    ] as const;
    writeFileSync('power.json', formatTrace({ ...trace, mutant: null, steps }));
    const { code, err } = await ask('replay', 'power.json', '--subject', 'stack');
    expect(code).toBe(2);
    expect(err).toMatch(
      /^tdicheck: the stack cannot carry out power.write: .*\n {2}in power.json, step 1\n/,
    );
  });

  test('the trace of a fault that is planted in rules holds on the stack', async () => {
    const planted = join(import.meta.dirname, '../../counterexamples/planted');
    const file = join(planted, 'start-ignores-the-nonce.json');
    const { code, out } = await ask('replay', file, '--subject', 'stack', '--mutant', 'none');
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('subject stack') });
  });
});

test('no fault of the stack has the name of a planted one', () => {
  const planted = new Set(PLANTED_FAULTS.map((f) => f.id));
  expect(STACK_FAULTS.filter((f) => planted.has(f.id))).toEqual([]);
});
