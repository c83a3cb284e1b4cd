/**
 * For tests: views that notice every field that is looked at, and refuse those that were not declared.
 */
import { SCHEMA, type World, type WorldView } from '../model/world.ts';
import type { Property, Step } from './property.ts';

/** Whose reads are being watched: what it may look at, and what it has looked at. */
const watch = { who: '', may: new Set<string>(), seen: new Set<string>() };

type Raw = Readonly<Record<string, unknown>>;
type RowView = new (raw: Raw) => object;
function rowView(group: string, fields: readonly string[]): RowView {
  class Row {
    readonly raw: Raw;
    constructor(raw: Raw) {
      this.raw = raw;
    }
  }
  for (const field of fields) {
    const name = `${group}.${field}`;
    Object.defineProperty(Row.prototype, field, {
      get(this: Row): unknown {
        if (!watch.may.has(name)) throw new Error(`${watch.who} looks at ${name}, not declared`);
        watch.seen.add(name);
        return this.raw[field];
      },
    });
  }
  return Row;
}
const VIEWS = Object.entries(SCHEMA).map(
  ([group, { fields }]) => [group, rowView(group, Object.keys(fields))] as const,
);
const wrap = (rows: unknown, View: RowView): unknown =>
  Array.isArray(rows) ? rows.map((r) => wrap(r, View)) : new View(rows as Raw);
const wrapped = new WeakMap<World, WorldView>();
/** The same world, watched. */
export function guarded(world: World): WorldView {
  const known = wrapped.get(world);
  if (known !== undefined) return known;
  const groups = VIEWS.map(([group, View]) => [group, wrap(world[group as 'tdi'], View)]);
  const view = { ...Object.fromEntries(groups), readings: world.readings } as WorldView;
  wrapped.set(world, view);
  return view;
}
/** The same step, watched. */
export const guardedStep = (s: Step): Step => ({
  ...s,
  before: guarded(s.before),
  after: guarded(s.after),
});

/** Judges a property with its reads watched; every field looked at goes to `seen`. */
export function watching<T>(p: Property, seen: Set<string>, judge: () => T): T {
  watch.who = p.id;
  watch.may = new Set(p.reads);
  watch.seen = seen;
  return judge();
}
/** Whether the property holds of the step. */
export function judged(p: Property, s: Step): boolean {
  switch (p.kind) {
    case 'invariant':
      return p.holds(s.after);
    case 'step':
      return p.holds(s);
    case 'reach':
      return true;
    default: {
      const never: never = p;
      throw new Error(`judged: unknown kind ${String(never)}`);
    }
  }
}
/** What must have been seen of a property, by name. */
export const sightings = (p: Property): readonly (readonly [string, (s: Step) => boolean])[] =>
  p.kind === 'reach' ? [['reached', p.reached]] : Object.entries(p.witnesses);
