// Goal: every scenario comes to what it says, on the model and on the engine, and violates no
// property.
// Method: every step of every file in this folder is asserted by playing it.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Stage } from '../harness/play.ts';
import { traceOf } from '../harness/scenario-trace.ts';
import { rulesOf } from '../harness/setup.ts';
import { formatTrace, parseTrace } from '../harness/trace.ts';
import { stepsToAttempts } from '../harness/trace-steps.ts';
import { attemptsOf } from '../model/step.ts';
import { PROPERTIES } from '../properties/index.ts';
import { loadScenarios } from './load.ts';

const here = new URL('.', import.meta.url);
const stage = new Stage(PROPERTIES);

/**
 * Scenarios that say what the documents say and the model does not do, with where it parts from
 * them. They must fail; when one no longer does, take it off the list.
 */
const PARTED: Readonly<Record<string, string>> = {};

const loaded = await loadScenarios();
const titles = loaded.flatMap(({ scenarios }) => scenarios.map((s) => s.title));

describe.each(loaded)('$file', ({ scenarios, error }) => {
  test('is made of steps that can be attempted', () => {
    expect(error).toBeUndefined();
    expect(scenarios.length).toBeGreaterThan(0);
  });
  for (const s of scenarios) {
    const reason = PARTED[s.title];
    const title = reason === undefined ? s.title : `${s.title}: ${reason}`;
    (reason === undefined ? test : test.fails)(title, () => {
      stage.play(s);
    });
  }
});

describe('the folder', () => {
  test('titles are unique, and every parted scenario exists', () => {
    expect(new Set(titles).size).toBe(titles.length);
    expect(Object.keys(PARTED).filter((title) => !titles.includes(title))).toEqual([]);
  });
  test('the README lists every file and shows the smallest one as it is', () => {
    const readme = readFileSync(new URL('README.md', here), 'utf8');
    expect(
      loaded.map(({ file }) => file).filter((file) => !readme.includes(`\`${file}\``)),
    ).toEqual([]);
    expect(readme).toContain(readFileSync(new URL('smallest.scenario.ts', here), 'utf8'));
  });
  test('the failure that the README shows is the one that one gets', () => {
    const s = loaded.find(({ file }) => file === 'smallest.scenario.ts')?.scenarios[0];
    if (s === undefined) throw new Error('smallest.scenario.ts is gone');
    const steps = s.steps.map((placed) =>
      placed.step.kind === 'attempt' && placed.step.rule === 'bar.write'
        ? { ...placed, step: placed.step.leaving('tdi.VF1', { state: 'CONFIG_LOCKED' }) }
        : placed,
    );
    let message = '';
    try {
      stage.play({ ...s, steps });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(s.title);
    expect(readFileSync(new URL('README.md', here), 'utf8')).toContain(message);
  });
  test('a scenario is a trace file', () => {
    const all = loaded.flatMap(({ scenarios }) => scenarios);
    const s = all.find(({ title }) => title === 'start to finish');
    if (s === undefined) throw new Error('start to finish is gone');
    const trace = parseTrace(formatTrace(traceOf(s, '0.0.0')), 'the test');
    const attempts = attemptsOf(rulesOf(s.backend), s.preset);
    const told = s.steps.flatMap(({ attempt }) => (attempt === undefined ? [] : [attempt]));
    expect(stepsToAttempts(trace, attempts).map((n) => attempts[n])).toEqual(told);
    expect(trace.steps.filter(({ expect }) => expect?.is === 'refused').length).toBeGreaterThan(5);
  });
});
