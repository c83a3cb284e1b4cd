import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { PARTIES } from '../model/author.ts';
import { DEFAULT_READINGS, READINGS, type Readings } from '../model/world.ts';
import { UsageError } from './errors.ts';
import {
  formatTrace,
  parseTrace,
  readTrace,
  type Trace,
  traceFileName,
  writeTrace,
} from './trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'tdicheck-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TRACE: Trace = {
  format: 'tdicheck-trace',
  version: 1,
  tool: '0.1.0',
  backend: 'base',
  preset: 'small',
  readings: DEFAULT_READINGS,
  subject: 'engine',
  mutant: 'command.write:clears-under-lock',
  property: 'cfg-bme-clear-forces-error',
  difference: true,
  seed: 7,
  path: '0:213',
  found: { sequences: 214, steps: 163 },
  steps: [
    { by: 'tsm', rule: 'tdisp.lock', args: { tdi: 'VF1', entropy: 'enough' } },
    {
      by: 'host',
      rule: 'command.write',
      args: { tdi: 'VF1', bme: 0, mse: 1 },
      expect: { is: 'accepted' },
    },
  ],
};
/** The lines of the UsageError that something raises; anything else that it raises goes through. */
function complaint(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof UsageError) return error.lines;
    throw error;
  }
  return [];
}
const parse = (text: string): readonly string[] => complaint(() => parseTrace(text, 't.json'));
/** The complaint about the trace with some fields replaced. */
const about = (change: object): readonly string[] =>
  parse(JSON.stringify({ ...TRACE, ...change }, undefined, 2));

const id = fc.stringMatching(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const step = fc.record(
  {
    by: fc.constantFrom(...PARTIES),
    rule: fc.string(),
    args: fc.dictionary(
      fc.string().filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key)),
      fc.oneof(fc.nat(), fc.string({ unit: 'binary' })),
      { noNullPrototype: true },
    ),
    expect: fc.record(
      { is: fc.constantFrom('accepted', 'refused', 'dropped'), code: fc.string() },
      { requiredKeys: ['is'], noNullPrototype: true },
    ),
  },
  { requiredKeys: ['by', 'rule', 'args'], noNullPrototype: true },
);
const trace = fc.record(
  {
    format: fc.constant('tdicheck-trace'),
    version: fc.constant(1),
    tool: fc.string(),
    backend: fc.string(),
    preset: fc.string(),
    readings: fc.record(
      Object.fromEntries(
        Object.entries(READINGS).map(([name, values]) => [name, fc.constantFrom(...values)]),
      ),
      { noNullPrototype: true },
    ) as unknown as fc.Arbitrary<Readings>,
    subject: fc.constantFrom('engine', 'model'),
    mutant: fc.option(fc.string()),
    property: fc.option(id),
    difference: fc.boolean(),
    seed: fc.option(fc.integer()),
    path: fc.option(fc.string()),
    found: fc.option(
      fc.record({ sequences: fc.nat(), steps: fc.nat() }, { noNullPrototype: true }),
    ),
    note: fc.string({ unit: 'binary' }),
    steps: fc.array(step),
  },
  {
    requiredKeys: [
      'format',
      'version',
      'tool',
      'backend',
      'preset',
      'readings',
      'subject',
      'mutant',
      'property',
      'difference',
      'seed',
      'path',
      'found',
      'steps',
    ],
    noNullPrototype: true,
  },
) as fc.Arbitrary<Trace>;

describe('a trace file', () => {
  it('is readable, one step a line', () => {
    // Goal: what a reviewer sees in a diff.
    expect(formatTrace(TRACE)).toMatchInlineSnapshot(`
      "{
        "format": "tdicheck-trace",
        "version": 1,
        "tool": "0.1.0",
        "backend": "base",
        "preset": "small",
        "readings": { "commandClear": "edge", "sameValueBarWrite": "harmless", "autoErrorExit": "no", "ideCapability": "otherFunction", "sharedBit": "bit51", "bindSurvivesReset": "no", "enableStyle": "mseThenBme", "atsCapWriteIsError": "no", "vendorCapWrite": "error", "conventionalResetTarget": "unlocked", "unlockedMayEnterError": "no", "deviceControl": "error", "firmwareUpdate": "live", "terminationPolicy": "sessionSurvives", "policyHook": "userspace", "initialAssignMode": "sharedBindCapable", "mseClearPolicy": "refuse", "mmioUnmapVsStop": "either", "streamRange": "allVfs", "translationTables": "trusted", "hostFaultScope": "none", "startAuthoriser": "guest", "connectBy": "tsm", "fenceBeforeRun": "no" },
        "subject": "engine",
        "mutant": "command.write:clears-under-lock",
        "property": "cfg-bme-clear-forces-error",
        "difference": true,
        "seed": 7,
        "path": "0:213",
        "found": { "sequences": 214, "steps": 163 },
        "steps": [
          { "by": "tsm", "rule": "tdisp.lock", "args": { "tdi": "VF1", "entropy": "enough" } },
          { "by": "host", "rule": "command.write", "args": { "tdi": "VF1", "bme": 0, "mse": 1 }, "expect": { "is": "accepted" } }
        ]
      }
      "
    `);
    expect(formatTrace({ ...TRACE, steps: [] })).toMatch(/"steps": \[\]\n\}\n$/);
  });

  it('says the same however the fields were ordered', () => {
    const turned = Object.fromEntries(Object.entries(TRACE).reverse()) as unknown as Trace;
    expect(formatTrace(turned)).toBe(formatTrace(TRACE));
  });

  it('reads back as what was written', () => {
    // Goal: nothing is lost or changed on the way, whatever text is in it.
    const path = join(folder, 'identity.json');
    fc.assert(
      fc.property(trace, (t) => {
        writeTrace(path, t);
        expect(readTrace(path)).toStrictEqual(t);
        expect(formatTrace(readTrace(path))).toBe(readFileSync(path, 'utf8'));
      }),
    );
  });

  it('takes what editors do to it', () => {
    // Goal: a byte order mark, CRLF and other indentation are no damage.
    const path = join(folder, 'edited.json');
    writeFileSync(path, `\uFEFF${JSON.stringify(TRACE, undefined, 4).replaceAll('\n', '\r\n')}`);
    expect(readTrace(path)).toStrictEqual(TRACE);
  });

  it('is written whole or not at all', () => {
    // Goal: no part of a file and no temporary file is left behind, and who has the file open goes
    // on reading the old one. Method: write over a file, then where writing fails.
    const into = join(folder, 'whole');
    mkdirSync(join(into, 'taken.json', 'x'), { recursive: true });
    writeTrace(join(into, 'a.json'), TRACE);
    const reader = openSync(join(into, 'a.json'), 'r');
    writeTrace(join(into, 'a.json'), { ...TRACE, note: 'again' });
    expect(readFileSync(reader, 'utf8')).toBe(formatTrace(TRACE));
    closeSync(reader);
    expect(readTrace(join(into, 'a.json')).note).toBe('again');
    expect(complaint(() => writeTrace(join(into, 'taken.json'), TRACE))[0]).toMatch(
      /^the trace cannot be written: /,
    );
    expect(complaint(() => writeTrace(join(into, 'none', 'a.json'), TRACE))).toEqual([
      'the trace cannot be written: there is no such file or folder',
      `at ${join(into, 'none', 'a.json')}`,
    ]);
    expect(readdirSync(into).sort()).toEqual(['a.json', 'taken.json']);
    const wrong = { ...TRACE, seed: Number.NaN };
    expect(() => writeTrace(join(into, 'a.json'), wrong)).toThrow(/^formatTrace: /);
    expect(readTrace(join(into, 'a.json')).note).toBe('again');
  });

  it('has a name that says what it shows', () => {
    // Goal: the same counterexample found again has the same name, another one another.
    const name = traceFileName(TRACE);
    expect(name).toMatch(/^cfg-bme-clear-forces-error\.[0-9a-f]{4}\.json$/);
    expect(traceFileName({ ...TRACE, tool: '9', seed: 1, path: null, found: null })).toBe(name);
    for (const other of [
      { backend: 'sev-tio' },
      { preset: 'tiny' },
      { mutant: null },
      { readings: { ...DEFAULT_READINGS, commandClear: 'level' as const } },
      { steps: TRACE.steps.slice(1) },
      { steps: TRACE.steps.toReversed() },
    ])
      expect(traceFileName({ ...TRACE, ...other })).not.toBe(name);
    const plain = { ...TRACE, property: null };
    expect(traceFileName(plain)).toMatch(/^difference\.[0-9a-f]{4}\.json$/);
    expect(traceFileName({ ...plain, difference: false })).toMatch(/^trace\.[0-9a-f]{4}\.json$/);
  });
});

describe('a bad trace file', () => {
  it('is named with what is wrong, where, and what was expected', () => {
    // Goal: the texts that users see. Method: one for each kind of damage.
    const text = formatTrace(TRACE);
    expect(parse('')).toMatchInlineSnapshot(`
      [
        "the trace is empty",
        "in t.json",
        "expected a trace as \`tdicheck check\` writes it",
      ]
    `);
    expect(parse(' \n')).toEqual(parse(''));
    expect(parse('hello')).toMatchInlineSnapshot(`
      [
        "the trace is not JSON",
        "in t.json, line 1, column 1",
        "expected a trace as \`tdicheck check\` writes it",
      ]
    `);
    expect(parse(text.slice(0, text.indexOf('VF1')))).toMatchInlineSnapshot(`
      [
        "the trace ends too early",
        "in t.json, line 16, column 60",
        "expected a trace as \`tdicheck check\` writes it",
      ]
    `);
    expect(parse(text.replace('"seed": 7,', '"seed": 7'))).toMatchInlineSnapshot(`
      [
        "the trace is not JSON",
        "in t.json, line 13, column 3",
        "expected a trace as \`tdicheck check\` writes it",
      ]
    `);
    expect(parse('[]')).toMatchInlineSnapshot(`
      [
        "the trace lacks "format"",
        "in t.json, format",
        "expected a trace as \`tdicheck check\` writes it",
      ]
    `);
    expect(parse('3')).toMatchInlineSnapshot(`
      [
        "3 will not do",
        "in t.json, the whole file",
        "expected an object",
      ]
    `);
    expect(about({ format: 'itf' })).toMatchInlineSnapshot(`
      [
        ""itf" will not do",
        "in t.json, format",
        "expected "tdicheck-trace"",
      ]
    `);
    expect(about({ version: 2 })).toMatchInlineSnapshot(`
      [
        "2 will not do",
        "in t.json, version",
        "expected 1",
      ]
    `);
    expect(about({ preset: undefined })).toMatchInlineSnapshot(`
      [
        "the trace lacks "preset"",
        "in t.json, preset",
        "expected a trace as \`tdicheck check\` writes it",
      ]
    `);
    expect(about({ colour: 'red' })).toMatchInlineSnapshot(`
      [
        "no trace has a field “colour” here",
        "in t.json, colour",
        "expected a trace as \`tdicheck check\` writes it",
      ]
    `);
    expect(about({ seed: 1.5 })).toMatchInlineSnapshot(`
      [
        "1.5 will not do",
        "in t.json, seed",
        "expected a whole number",
      ]
    `);
    expect(about({ property: '../../etc/passwd' })).toMatchInlineSnapshot(`
      [
        ""../../etc/passwd" will not do",
        "in t.json, property",
        "expected an id: lower-case words with hyphens between them",
      ]
    `);
    expect(
      about({ readings: { ...DEFAULT_READINGS, commandClear: 'both' } }),
    ).toMatchInlineSnapshot(`
      [
        ""both" will not do",
        "in t.json, readings.commandClear",
        "expected "edge" or "level"",
      ]
    `);
    expect(about({ readings: {} })).toMatchInlineSnapshot(`[]`);
    expect(about({ steps: [TRACE.steps[0], { by: 'host' }] })).toMatchInlineSnapshot(`
      [
        "the trace lacks "rule"",
        "in t.json, step 2: rule",
        "expected a trace as \`tdicheck check\` writes it",
      ]
    `);
    expect(about({ steps: [{ ...TRACE.steps[0], by: 'nobody' }] })).toMatchInlineSnapshot(`
      [
        ""nobody" will not do",
        "in t.json, step 1: by",
        "expected "tsm" or "host" or "guest" or "device" or "fabric"",
      ]
    `);
    expect(about({ steps: [{ ...TRACE.steps[0], args: { bme: 1.5 } }] })).toMatchInlineSnapshot(`
      [
        "1.5 will not do",
        "in t.json, step 1: args.bme",
        "expected a whole number",
      ]
    `);
  });

  it('is named with why it cannot be read', () => {
    const file = (name: string, data: string | Uint8Array): string => {
      writeFileSync(join(folder, name), data);
      return join(folder, name);
    };
    const first = (path: string): string | undefined => complaint(() => readTrace(path))[0];
    expect(first(join(folder, 'none.json'))).toMatchInlineSnapshot(
      `"the trace cannot be read: there is no such file or folder"`,
    );
    expect(first(join(file('file', 'x'), 'below.json'))).toMatchInlineSnapshot(
      `"the trace cannot be read: a part of the path is not a folder"`,
    );
    expect(first(folder)).toMatchInlineSnapshot(`"the trace cannot be read: it is a folder"`);
    expect(first('a\0b')).toMatch(/^the trace cannot be read: /);
    expect(first('/dev/zero')).toMatchInlineSnapshot(
      `"the trace cannot be read: it is not a regular file"`,
    );
    expect(first(file('empty', ''))).toMatchInlineSnapshot(`"the trace is empty"`);
    expect(first(file('binary', Uint8Array.from([0xff, 0xfe, 0, 1])))).toMatchInlineSnapshot(
      `"the trace is not text"`,
    );
    expect(first(file('large', ' '.repeat(10_000_001)))).toMatchInlineSnapshot(
      `"the trace cannot be read: it is larger than 10 MB"`,
    );
  });

  it('never raises anything but a UsageError of at most three printable lines', () => {
    // Goal: no damage to a text ends in a stack trace. Method: random cuts, insertions and
    // replacements of characters, tokens and whole values.
    const text = formatTrace(TRACE);
    const junk = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('"', '{', '}', '[', ']', ',', ':', 'null', '0', '-1', '1e999', '\u001b[31m'),
      fc.constantFrom('"__proto__": 1,', '"tdi": {},', '{"x":', '\\u0000', '\ud800'),
      fc.json(),
    );
    const edit = fc.tuple(fc.nat(text.length), fc.nat(20), junk);
    let read = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let other = text;
        for (const [at, length, by] of edits)
          other = other.slice(0, at) + by + other.slice(at + length);
        const lines = parse(other);
        if (lines.length === 0) read++;
        expect(lines.length).toBeLessThanOrEqual(3);
        for (const l of lines) expect(l).toMatch(/^[^\p{Cc}\p{Cs}]{1,400}$/u);
      }),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(0);
  });

  it('takes any JSON value for a trace or refuses it', () => {
    // Goal: the same for texts that are JSON: one field, at a depth or not, is any value.
    const fields = Object.keys(TRACE);
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        expect(about({ [field]: value }).length).toBeLessThanOrEqual(3);
        const steps = [{ ...TRACE.steps[0], [field]: value, args: value }];
        expect(about({ steps }).length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
