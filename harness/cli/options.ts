/** Values of options: each parser gives the value or a usage error, never a surprise. */
import type { Backend } from '../../model/author.ts';
import { READINGS, type Readings } from '../../model/world.ts';
import type { Property } from '../../properties/property.ts';
import { UsageError } from '../errors.ts';
import { grouped } from '../report/grouped.ts';
import { hintFor } from './pick.ts';

/** fast-check keeps seeds as 32-bit integers. */
const SEED_MAX = 0x7fff_ffff;
const BUDGET_MAX = 1_000_000_000;

const quoted = (text: string): string => JSON.stringify(text);

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(
    `--${option} cannot be ${quoted(text)}`,
    `expected a whole number from ${min} to ${grouped(max)}`,
  );
}
export const seedFrom = (text: string): number => wholeNumber('seed', text, 0, SEED_MAX);
export const budgetFrom = (text: string): number => wholeNumber('budget', text, 1, BUDGET_MAX);
export const statesFrom = (text: string): number => wholeNumber('states', text, 1, BUDGET_MAX);
/** Up to an hour. */
export const millisecondsFrom = (text: string): number =>
  wholeNumber('timeout', text, 1, 3_600_000);
export const workersFrom = (text: string): number => wholeNumber('workers', text, 1, 16);
/** MiB. */
export const memoryFrom = (text: string): number => wholeNumber('memory', text, 1, 1_000_000);

/** One of a closed list. */
export const oneOf =
  <const V extends string>(option: string, values: readonly V[]) =>
  (text: string): V => {
    const found = values.find((v) => v === text);
    if (found !== undefined) return found;
    throw new UsageError(
      `--${option} cannot be ${quoted(text)}`,
      `expected ${values.join(' or ')}`,
    );
  };

/** "round:path" as a failure prints it; the path is fast-check's. */
export function pathFrom(text: string): string {
  if (/^\d{1,3}(:\d{1,10})+$/.test(text)) return text;
  throw new UsageError(
    `--path cannot be ${quoted(text)}`,
    'expected round:path as a failure prints it, for example 0:213',
  );
}

/** Adds "name=value" to the readings fixed so far. */
export function readingFrom(text: string, before: Partial<Readings> = {}): Partial<Readings> {
  const equals = text.indexOf('=');
  if (equals < 0)
    throw new UsageError(
      `--reading cannot be ${quoted(text)}`,
      'expected name=value, for example commandClear=level',
      'npx tdicheck list readings shows all',
    );
  const name = text.slice(0, equals);
  const value = text.slice(equals + 1);
  const values: readonly string[] | undefined = Object.entries(READINGS).find(
    ([known]) => known === name,
  )?.[1];
  if (values === undefined)
    throw new UsageError(
      `no reading is called ${quoted(name)}`,
      hintFor(name, Object.keys(READINGS), 'npx tdicheck list readings'),
    );
  if (!values.includes(value))
    throw new UsageError(
      `the reading ${name} has no value ${quoted(value)}`,
      `expected ${values.join(' or ')}`,
    );
  const [, other = value] = Object.entries(before).find(([known]) => known === name) ?? [];
  if (other !== value)
    throw new UsageError(
      `--reading ${name} is given twice: ${other} and ${value}`,
      'expected one of them',
    );
  return { ...before, [name]: value };
}

/** The readings that a user fixes: none that is otherwise in the backend. */
export function readingsFor(
  { id, fixes = {} }: Backend,
  given: Partial<Readings> = {},
): Partial<Readings> {
  const fixed = Object.entries(fixes);
  for (const [name, value] of Object.entries(given)) {
    const [, other = value] = fixed.find(([known]) => known === name) ?? [];
    if (other !== value)
      throw new UsageError(
        `--reading cannot be ${quoted(`${name}=${value}`)} with backend ${id}`,
        `there ${name} is always ${other}`,
        `npx tdicheck explain ${id} shows what it fixes`,
      );
  }
  return given;
}

/** What --grep selects by: a regular expression, in any case. */
export function patternFrom(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch {
    throw new UsageError(
      `--grep cannot be ${quoted(text)}`,
      'expected a regular expression, for example dma or ^tdi-',
    );
  }
}
/** The properties whose id or title a pattern matches: at least one. */
export function propertiesFor(
  pattern: RegExp | undefined,
  all: readonly Property[],
): readonly Property[] {
  if (pattern === undefined) return all;
  const found = all.filter((p) => pattern.test(p.id) || pattern.test(p.title));
  if (found.length > 0) return found;
  const ids = all.map((p) => p.id);
  throw new UsageError(
    `--grep ${quoted(pattern.source)} matches the id or title of no property`,
    hintFor(pattern.source, ids, 'npx tdicheck list properties'),
  );
}
