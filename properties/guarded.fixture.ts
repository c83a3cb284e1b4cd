/**
 * For tests: views that notice every field that is looked at.
 */
import { SCHEMA, type World, type WorldView } from '../model/world.ts';
import type { Property, Step } from './property.ts';

/** Where the fields that are looked at are noted. */
let watch = new Set<string>();

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
        watch.add(name);
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
function guarded(world: World): WorldView {
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

/** Runs something about watched views; every field looked at goes to `seen`. */
export function watching<T>(seen: Set<string>, judge: () => T): T {
  watch = seen;
  return judge();
}
/** The fields that were seen and are not declared. */
export const undeclared = (p: Property, seen: ReadonlySet<string>): readonly string[] =>
  [...seen].filter((f) => !(p.reads as readonly string[]).includes(f)).map((f) => `${p.id}: ${f}`);
/** Whether the property holds of the step. */
export function judged(p: Property, s: Step): boolean {
  switch (p.kind) {
    case 'invariant':
      return p.holds(s.after);
    case 'step':
      return p.holds(s);
    case 'reach':
    case 'recover':
    case 'bounded':
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
