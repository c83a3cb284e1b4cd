/**
 * The trace file: a concrete sequence of attempts with everything needed to run it again.
 *
 * Readable JSON, one step a line, so that counterexamples can be read and their diffs reviewed.
 * Members appear under the names that people use (VF1, P1), levels as numbers, other choices as
 * they are.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { PARTIES, type Party } from '../model/author.ts';
import { READINGS, type Readings } from '../model/world.ts';
import { UsageError } from './errors.ts';
import { jsonErrorIn } from './json-error.ts';
import { SUBJECTS, type SubjectName } from './subject.ts';

/**
 * The role of a step's rule and what stands for it: a member by name, a level as a number, a
 * literal.
 */
export type StepArgs = Readonly<Record<string, string | number>>;
export interface TraceStep {
  /** Who attempts; says what the rule says, for the reader. */
  readonly by: Party;
  readonly rule: string;
  readonly args: StepArgs;
  /** What the attempt came to when the trace was written. */
  readonly expect?: { readonly is: 'accepted' | 'refused' | 'dropped'; readonly code?: string };
}
/** A situation that a trace is kept for: a witness of a property. */
export interface Shown {
  readonly property: string;
  readonly witness: string;
}
export interface Trace {
  readonly format: 'tdicheck-trace';
  readonly version: 1;
  /** The version of tdicheck that wrote it. */
  readonly tool: string;
  readonly backend: string;
  readonly preset: string;
  readonly readings: Readings;
  readonly subject: SubjectName;
  /** The mistake that the subject was given: a mutant or fault of its rules, or a fault of the stack; null: none. */
  readonly mutant: string | null;
  /** The violated property; null for a difference that no property names, and for a plain trace. */
  readonly property: string | null;
  /** Subject and model part in it. */
  readonly difference: boolean;
  readonly seed: number | null;
  /** Where the generator found it; with the seed it finds it again. */
  readonly path: string | null;
  /** After how many sequences it was found, and how long it was before it was minimised. */
  readonly found: { readonly sequences: number; readonly steps: number } | null;
  readonly note?: string;
  /** The witnesses for which it is kept; of a stored run only. */
  readonly shows?: readonly Shown[];
  readonly steps: readonly TraceStep[];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const kebab = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id: lower-case words with hyphens between them'),
);
/** A reading that a trace does not name is newer than the trace; its first value is what was so before. */
const readings = v.strictObject(
  Object.fromEntries(
    Object.entries(READINGS).map(([name, values]) => [
      name,
      v.optional(v.picklist(values as readonly string[]), values[0]),
    ]),
  ),
) as unknown as v.GenericSchema<unknown, Readings>;
const step = v.strictObject({
  by: v.picklist(PARTIES),
  rule: v.string(),
  args: v.record(v.string(), v.union([v.string(), count])),
  expect: v.exactOptional(
    v.strictObject({
      is: v.picklist(['accepted', 'refused', 'dropped']),
      code: v.exactOptional(v.string()),
    }),
  ),
});
const TRACE = v.strictObject({
  format: v.literal('tdicheck-trace'),
  version: v.literal(1),
  tool: v.string(),
  backend: v.string(),
  preset: v.string(),
  readings,
  subject: v.picklist(SUBJECTS),
  mutant: v.nullable(v.string()),
  property: v.nullable(kebab),
  difference: v.boolean(),
  seed: v.nullable(v.pipe(v.number(), v.safeInteger())),
  path: v.nullable(v.string()),
  found: v.nullable(v.strictObject({ sequences: count, steps: count })),
  note: v.exactOptional(v.string()),
  shows: v.exactOptional(v.array(v.strictObject({ property: kebab, witness: v.string() }))),
  steps: v.array(step),
});

/** Larger files are no traces of ours: a step takes about a hundred bytes. */
const BYTES_MAX = 10_000_000;
const EXPECTED = 'expected a trace as `tdicheck check` writes it';

/** Where in a trace something is wrong, in people's words: `step 3: args.tdi`. */
function placeOf(issue: v.BaseIssue<unknown>): string {
  const [first, index, ...rest] = (issue.path ?? []).map((p) => String(p.key));
  if (first === undefined) return 'the whole file';
  if (first !== 'steps' || index === undefined)
    return [first, index, ...rest].filter(Boolean).join('.');
  return [`step ${Number(index) + 1}`, rest.join('.')].filter(Boolean).join(': ');
}
function issueError(issue: v.BaseIssue<unknown>, where: string): UsageError {
  const place = `${where}, ${placeOf(issue)}`;
  const key = String(issue.path?.at(-1)?.key ?? '');
  if (issue.expected === 'never')
    return new UsageError(`no trace has a field “${key}” here`, `in ${place}`, EXPECTED);
  if (issue.type === 'strict_object' && issue.received === 'undefined')
    return new UsageError(`the trace lacks ${issue.expected}`, `in ${place}`, EXPECTED);
  const expected = issue.type === 'regex' ? issue.message : (issue.expected ?? 'a whole number');
  const plain = named(expected.replace(/^\(|\)$/g, '').replaceAll(' | ', ' or '));
  return new UsageError(
    `${shorten(named(issue.received))} will not do`,
    `in ${place}`,
    `expected ${plain}`,
  );
}
/** A type as valibot calls it, in people's words. */
const named = (type: string): string => TYPES[type] ?? type;
const TYPES: Readonly<Record<string, string>> = {
  Object: 'an object',
  Array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};
const shorten = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 79)}…`);

/** Reads the text of a trace. Whatever is wrong with it is a UsageError that names `where`. */
export function parseTrace(text: string, where: string): Trace {
  if (text.trim() === '') throw new UsageError('the trace is empty', `in ${where}`, EXPECTED);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    const { line, column, atEnd } = jsonErrorIn(text);
    const what = atEnd ? 'the trace ends too early' : 'the trace is not JSON';
    throw new UsageError(what, `in ${where}, line ${line}, column ${column}`, EXPECTED);
  }
  const result = v.safeParse(TRACE, data, { abortEarly: true });
  if (!result.success) throw issueError(result.issues[0], where);
  return result.output;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission is denied',
  EPERM: 'it is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
};
const reasonOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? (REASONS[code] ?? code) : String(error);
};

/** Reads a trace file. Whatever is wrong with it is a UsageError. */
export function readTrace(path: string): Trace {
  const unreadable = (why: string): UsageError =>
    new UsageError(`the trace cannot be read: ${why}`, `at ${path}`);
  let bytes: Uint8Array;
  try {
    const about = statSync(path);
    if (about.isDirectory()) throw unreadable('it is a folder');
    if (!about.isFile()) throw unreadable('it is not a regular file');
    if (about.size > BYTES_MAX) throw unreadable(`it is larger than ${BYTES_MAX / 1e6} MB`);
    bytes = readFileSync(path);
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(reasonOf(error));
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError('the trace is not text', `in ${path}`, EXPECTED);
  }
  return parseTrace(text, path);
}

const inline = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, x]) => `${JSON.stringify(key)}: ${inline(x)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
};
/** The text of a trace: always the same fields in the same order, one step a line. */
export function formatTrace(trace: Trace): string {
  const checked = v.safeParse(TRACE, trace);
  if (!checked.success)
    throw new Error(`formatTrace: ${issueError(checked.issues[0], '').message}`);
  const { steps, ...head } = checked.output;
  const fields = Object.entries(head).map(
    ([key, x]) => `  ${JSON.stringify(key)}: ${inline(x)},\n`,
  );
  const lines = steps.map((s) => `    ${inline(s)}`).join(',\n');
  return `{\n${fields.join('')}  "steps": [${lines === '' ? '' : `\n${lines}\n  `}]\n}\n`;
}

/** Writes a trace file, whole or not at all: a reader never sees a part of it. */
export function writeTrace(path: string, trace: Trace): void {
  const text = formatTrace(trace);
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new UsageError(`the trace cannot be written: ${reasonOf(error)}`, `at ${path}`);
  }
}

/**
 * The name of the file for a trace: what it shows, and a hash of its steps and of the configuration
 * in which they show it. Found again, by whatever seed, it is the same file.
 */
export function traceFileName(trace: Trace): string {
  const { backend, preset, mutant } = trace;
  const steps = trace.steps.map(({ rule, args }) => [rule, Object.entries(args).sort()]);
  const config = [backend, preset, Object.entries(trace.readings).sort(), mutant];
  const hash = bytesToHex(sha256(utf8ToBytes(JSON.stringify([config, steps])))).slice(0, 4);
  return `${trace.property ?? (trace.difference ? 'difference' : 'trace')}.${hash}.json`;
}
