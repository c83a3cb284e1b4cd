/**
 * Slices: presets of which every state can be visited, each with facets that are switched on together on purpose.
 *
 * A sort of which there is no member takes all that is about it out of the world: without pages there is no memory
 * to translate, without slots nothing is in flight. What is covered is what happens between the facets of one slice
 * (docs/slices.md says which interplay that is, and which no slice has).
 */
import type { Facet } from './fields.ts';
import type { IndexSort } from './sorts.ts';

/** A preset without its readings. */
export interface Slice {
  /** Kebab-case. */
  readonly id: string;
  readonly says: string;
  readonly sizes: Readonly<Record<IndexSort, number>>;
  readonly facets: readonly Facet[];
}
/** One TDI, one guest, one key set; neither pages nor TLPs. */
const BARE: Slice['sizes'] = { Tdi: 1, Guest: 1, Page: 0, Slot: 0, KeySet: 1, Queue: 0, Secret: 0 };
const slice = (
  id: string,
  says: string,
  facets: readonly Facet[],
  sizes: Partial<Slice['sizes']> = {},
): Slice => Object.freeze({ id, says, facets, sizes: Object.freeze({ ...BARE, ...sizes }) });

export const SLICES: readonly Slice[] = [
  slice('lifecycle', 'The life of one TDI with all that can befall it, and no memory.', [
    'core',
    'detours',
    'force',
    'removal',
    'events',
  ]),
  slice(
    'teardown',
    'Everything of one TDI is taken back: a page, a private mapping, a TLP in flight.',
    ['core', 'force', 'reads', 'mmio'],
    { Page: 1, Slot: 1 },
  ),
  slice(
    'relay',
    'One TDI, and a relay that corrupts and replays what it carries, reports in parts.',
    ['core', 'tamper', 'reports'],
  ),
  slice('reset', 'A PF and a VF, whose resets reach one or both.', ['core'], { Tdi: 2 }),
  slice(
    'two-tenants',
    'One TDI and one page that two guests want, a TLP in flight, ghost labels.',
    ['core', 'secrets', 'reads'],
    { Guest: 2, Page: 1, Slot: 1 },
  ),
  slice(
    'memory',
    'Two pages behind one TDI that has a TLP in flight: ownership, translation, invalidation.',
    ['core'],
    { Page: 2, Slot: 1 },
  ),
  slice(
    'fabric',
    'One TLP of every kind in flight, which may be lost, with ghost labels.',
    ['core', 'reads', 'legacy', 'gaps', 'secrets'],
    { Page: 1, Slot: 1 },
  ),
  slice(
    'order',
    'Two TLPs in flight that overtake each other or are lost.',
    ['core', 'reads', 'gaps'],
    { Page: 1, Slot: 2 },
  ),
  slice('rekey', 'Two key sets, and a TLP in flight under either.', ['core', 'refresh'], {
    Page: 1,
    Slot: 1,
    KeySet: 2,
  }),
  slice('window', 'The BAR moves under a private MMIO mapping, with both enables.', [
    'core',
    'mse',
    'bar',
    'mmio',
  ]),
  slice('registers', 'Every tracked configuration register, and every setup that LOCK refuses.', [
    'core',
    'registers',
    'events',
  ]),
  slice(
    'root-port',
    'The root port apart from the device: enables, routing, its end of the stream.',
    ['core', 'mse', 'rootport'],
  ),
  slice('reports', 'A report in parts, a range whose attribute changes, and private MMIO.', [
    'core',
    'mmio',
    'reports',
    'attributes',
  ]),
  slice('firmware', 'Firmware updates and debug mode, and reports in parts.', [
    'core',
    'firmware',
    'reports',
  ]),
  slice('interrupts', 'MSI and MSI-X, with the table locked or not, and what else befalls a TDI.', [
    'core',
    'mse',
    'interrupts',
    'events',
  ]),
  slice('guest-kernel', 'The kernel of a guest with its driver, and private MMIO.', [
    'core',
    'mse',
    'mmio',
    'os',
    'force',
  ]),
  slice(
    'launch',
    'The life of a VM around its TDI, a page of its launch image, and a TLP in flight.',
    ['core', 'launch'],
    { Page: 1, Slot: 1 },
  ),
  slice('books', 'The host kernel’s books beside the truth, while VMs come and go.', [
    'core',
    'launch',
    'vfio',
  ]),
  slice(
    'recovery',
    'Resets, power, pulled devices and new kernels, and what the host does after them.',
    ['core', 'removal', 'vfio', 'recovery'],
  ),
  slice('sev-tio', 'The contexts and commands of SEV-TIO firmware around one TDI.', [
    'core',
    'tio',
  ]),
  slice('ap-queues', 'Two guests and an AP queue with two secrets.', ['ap'], {
    Guest: 2,
    Queue: 1,
    Secret: 2,
  }),
  slice('td-launch', 'A VM under KVM, TD or normal, with two pages.', ['tdx'], { Page: 2 }),
];
