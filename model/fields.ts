/**
 * How a field of the world is declared: its kind, its value at power-on, its facet, one sentence.
 *
 * The declaration is plain data. From it come the type of `World`, its value at power-on, the packed layout
 * and the accessor view of the engine; nothing about a field is written twice.
 */
import type { Id, IndexSort } from './sorts.ts';

/** Facets switch parts of the world off together; a field whose facet is off keeps its initial value for ever. */
export const FACETS = {
  core: 'device, session, stream, TSM, pages and writes in flight; always on',
  ap: 'crypto AP queues of Secure Execution guests, and the Ultravisor’s secret stores',
  tdx: 'launch of a TD under KVM, its private memory, and a normal VM beside it',
  detours:
    'ways off the road: polls, exchanges given up, sessions that die, internal errors of the device',
  force:
    'a TSM that goes on without the device: it notices that a session is dead, and unbinds by force',
  mse: 'Memory Space Enable beside Bus Master Enable',
  bar: 'the BAR can be moved, and the report says where it is',
  mmio: 'private MMIO: mapping, acceptance and access of one range',
  registers: 'named configuration registers, and configurations that LOCK must refuse',
  reads: 'DMA reads and their completions, so that all three sub-streams carry traffic',
  legacy: 'T=0 DMA by an unlocked TDI',
  gaps: 'the fabric loses TLPs, and the sub-stream counters notice',
  refresh: 'the second key set: key refresh while RUN',
  tamper: 'the relay corrupts and replays what it carries',
  removal: 'surprise removal and re-insertion of the device',
  secrets: 'ghost labels: whose data is where',
  events: 'what else befalls a locked TDI: bad data, administration, link down, power, DOE errors',
  rootport: 'the root port apart from the device: its enables, its routing, its end of the stream',
  reports: 'the interface report is read in parts',
  firmware: 'firmware update of the device, and its debug mode',
  attributes: 'SET_MMIO_ATTRIBUTE: a range whose IS_NON_TEE_MEM changes in RUN',
  interrupts: 'MSI and MSI-X, with the table locked or not',
  os: 'the kernel of a guest: its mode for each device, drivers, buffers, policy and page views',
  launch: 'the life of a VM: launch, run, pause, reboot, destroy',
  vfio: 'the host kernel’s books: connect, assignment to a VM, bind, teardown',
  recovery: 'resets, power, restart of firmware or host kernel, and what the host does after them',
  tio: 'firmware of SEV-TIO: contexts of device and TDIs, loops, secure device table, evidence',
  fence: 'the ASID fence: what a fault that the host causes costs its guest',
  peer: 'a second device below the same root complex',
  p2p: 'peer-to-peer between two devices, on a stream of their own or by way of the root complex',
  plainVm: 'a VM that is not confidential, beside the others',
} as const;
export type Facet = keyof typeof FACETS;
/** Facets that are on only where a backend asks for them: the rest is the world of a PCIe device behind a TSM. */
const OF_SOME_BACKENDS: readonly Facet[] = ['tio', 'fence', 'ap', 'tdx'];
/** The facets of a PCIe device behind a TSM. */
export const PCI_FACETS: readonly Facet[] = Object.freeze(
  (Object.keys(FACETS) as Facet[]).filter((f) => !OF_SOME_BACKENDS.includes(f)),
);

interface Common<K extends string, T> {
  readonly kind: K;
  /** The value at power-on, and the constant while the facet is off. */
  readonly init: T;
  readonly facet: Facet;
  /** One sentence for the pages. */
  readonly says: string;
}
export type BoolField = Common<'bool', boolean>;
export interface EnumField<V extends string> extends Common<'oneOf', V> {
  readonly values: readonly V[];
}
/** A member of a sort, or nobody (null). */
export interface RefField<S extends IndexSort> extends Common<'ref', null> {
  readonly sort: S;
}
/**
 * A counter of episodes. The model counts; the engine keeps only, in every reference to it, whether the
 * reference is to the current episode. Sound because no meaning compares two references with each other.
 */
export type EpochField = Common<'epoch', number>;
/** Which episode somebody holds, or none (null). `of` is "group.field" of an epoch. */
export interface EpochRefField extends Common<'epochRef', null> {
  readonly of: string;
  /** The field of the same row that says whose epoch is meant; without it the row's own indices say it. */
  readonly by: string | undefined;
}
export type Field =
  | BoolField
  | EnumField<string>
  | RefField<IndexSort>
  | EpochField
  | EpochRefField;
export type Fields = Readonly<Record<string, Field>>;
export interface Group<
  D extends readonly IndexSort[] = readonly IndexSort[],
  F extends Fields = Fields,
> {
  readonly dims: D;
  readonly says: string;
  readonly fields: F;
}
export type Schema = Readonly<Record<string, Group>>;

interface Options {
  readonly facet?: Facet;
}
/** A yes or no, false at power-on unless `init` says otherwise. */
export const bool = (says: string, o: Options & { readonly init?: boolean } = {}): BoolField => ({
  kind: 'bool',
  init: o.init ?? false,
  facet: o.facet ?? 'core',
  says,
});
/** One of a closed list; the first is the value at power-on. */
export const oneOf = <const V extends readonly [string, ...string[]]>(
  values: V,
  says: string,
  o: Options = {},
): EnumField<V[number]> => ({
  kind: 'oneOf',
  values,
  init: values[0],
  facet: o.facet ?? 'core',
  says,
});
/** A member of a sort, nobody at power-on. */
export const ref = <const S extends IndexSort>(
  sort: S,
  says: string,
  o: Options = {},
): RefField<S> => ({
  kind: 'ref',
  sort,
  init: null,
  facet: o.facet ?? 'core',
  says,
});
/** A counter of episodes, 0 at power-on. */
export const epoch = (says: string, o: Options = {}): EpochField => ({
  kind: 'epoch',
  init: 0,
  facet: o.facet ?? 'core',
  says,
});
/** A reference to an episode, none at power-on. */
export const epochRef = (
  of: string,
  says: string,
  o: Options & { readonly by?: string } = {},
): EpochRefField => ({
  kind: 'epochRef',
  of,
  by: o.by,
  init: null,
  facet: o.facet ?? 'core',
  says,
});

/** One record. */
export const one = <F extends Fields>(says: string, fields: F): Group<readonly [], F> => ({
  dims: [],
  says,
  fields,
});
/** A record for every member of a sort, or of a pair of sorts. */
export const per = <const D extends readonly IndexSort[], F extends Fields>(
  dims: D,
  says: string,
  fields: F,
): Group<D, F> => ({ dims, says, fields });

/** The value a field holds in a readable world. */
type ValueOf<F> =
  F extends EnumField<infer V>
    ? V
    : F extends RefField<infer S>
      ? Id<S> | null
      : F extends BoolField
        ? boolean
        : F extends EpochField
          ? number
          : F extends EpochRefField
            ? number | null
            : never;
type Row<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };
type Nest<D extends readonly IndexSort[], T> = D extends readonly [
  IndexSort,
  ...infer R extends readonly IndexSort[],
]
  ? readonly Nest<R, T>[]
  : T;
/** The readable state that a schema describes. */
export type StateOf<S extends Schema> = {
  readonly [G in keyof S]: Nest<S[G]['dims'], Row<S[G]['fields']>>;
};
