/**
 * Faults that are planted to see that the properties name them: a check that finds nothing has
 * looked.
 *
 * Each is one mutant or several at once, where one alone would be caught by a second check in the
 * rules.
 */
import type { Rule } from '../model/author.ts';
import type { Facet } from '../model/fields.ts';
import type { IndexSort } from '../model/sorts.ts';
import { isOn, type Preset } from '../model/world.ts';
import { mutantsOf } from './mutate.ts';

export interface PlantedFault {
  /** Kebab-case. */
  readonly id: string;
  /** What is wrong, as one would say it of an implementation. */
  readonly title: string;
  /** The id of the backend in whose rules it is planted. */
  readonly backend: string;
  /** The mutants that together make it. */
  readonly mutants: readonly string[];
  /** The properties that may name it; one of them must. */
  readonly properties: readonly string[];
  /** Without these it cannot be seen. */
  readonly facets: readonly Facet[];
  /** With fewer members it cannot be seen. */
  readonly sizes: Readonly<Partial<Record<IndexSort, number>>>;
  /** With fewer members random sequences hardly ever come to it: its stored trace is replayed, and it is not hunted. */
  readonly huntSizes: Readonly<Partial<Record<IndexSort, number>>>;
  /** The given rules with the fault in them. */
  readonly rules: (base: readonly Rule[]) => readonly Rule[];
}

type Body = Pick<PlantedFault, 'title' | 'mutants' | 'properties'> &
  Partial<Pick<PlantedFault, 'backend' | 'facets' | 'sizes' | 'huntSizes'>>;
const fault = (id: string, body: Body): PlantedFault =>
  Object.freeze({
    backend: 'base',
    facets: [],
    sizes: {},
    huntSizes: {},
    ...body,
    id,
    rules: (base: readonly Rule[]) => body.mutants.reduce((rules, m) => mutated(rules, m), base),
  });
/** The rules with a mutant in them; the next one is derived from the result. */
function mutated(rules: readonly Rule[], id: string): readonly Rule[] {
  const found = mutantsOf(rules).find((m) => m.id === id);
  if (found === undefined) throw new Error(`mutated: these rules have no mutant ${id}`);
  return found.rules();
}

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  fault('bme-clear-leaves-the-state', {
    title: 'Clearing BME of a locked TDI leaves its state',
    mutants: ['command.write:clears-under-lock-allOf'],
    properties: ['cfg-bme-clear-forces-error'],
  }),
  fault('stop-keeps-the-iotlb', {
    title: 'A TDI is given back while the IOTLB still translates for it',
    mutants: ['tsm.unbind.end:NOT_FLUSHED'],
    properties: ['tsm-unbind-ends-clean-or-lost'],
  }),
  fault('start-ignores-the-nonce', {
    title: 'START is accepted without the live nonce',
    mutants: ['tdisp.start:INVALID_NONCE'],
    properties: ['tdi-run-only-by-start'],
  }),
  fault('pf-flr-forgets-one-vf', {
    title: 'FLR of the PF leaves the last VF locked',
    mutants: ['reset.flr:PF:each-forgets-VF2'],
    properties: ['rst-pf-flr-cascades'],
    sizes: { Tdi: 3 },
  }),
  fault('unbind-does-not-drain', {
    title: 'A TDI is given back while its writes are in flight',
    mutants: ['tsm.unbind.end:DRAINING'],
    properties: ['tsm-unbind-ends-clean-or-lost'],
  }),
  fault('old-key-write-lands', {
    title: 'A TLP under old keys is taken in',
    mutants: ['fabric.deliver:old-key'],
    properties: ['ide-old-keyset-retired'],
    // In `tiny` 45 to 5,300 sequences over six seeds, in `two-tenants` up to 9,200; with two slots 600.
    huntSizes: { Slot: 2 },
  }),
  fault('acceptance-survives-a-relock', {
    title: 'What a guest accepted still counts after the TDI was locked anew',
    mutants: ['tsm.return:locked-voidAcceptance'],
    properties: ['tsm-acceptance-is-current'],
  }),
  fault('session-end-spares-the-stream', {
    title: 'The end of the SPDM session does not reach the IDE stream',
    mutants: ['spdm.session.end:ended-insecure'],
    properties: ['spdm-end-cascades'],
  }),
  fault('fence-lifted-under-its-cause', {
    title: 'The ASID fence is cleared while the TDI that faulted is still bound',
    backend: 'amd-sev-tio',
    mutants: ['tsm.tio-asid-fence-clear:BOUND'],
    properties: ['fence-clear-needs-unbind'],
    facets: ['fence'],
  }),
  fault('entry-written-before-consent', {
    title: 'The secure device table entry is written for a guest that has accepted nothing',
    backend: 'amd-sev-tio',
    mutants: ['tsm.tio-msg-sdte-write:NOT_ACCEPTED'],
    properties: ['tsm-dma-needs-acceptance'],
    facets: ['tio'],
  }),
  fault('rmp-not-checked', {
    title: 'A trusted request goes where the table of the host leads, whatever the RMP says',
    backend: 'amd-sev-tio',
    mutants: ['fabric.deliver:RMP_VIOLATION'],
    properties: ['rmp-check-after-translation'],
    facets: ['tio'],
  }),
  fault('stream-not-read-back', {
    title: 'The host driver reports the device as connected without reading the stream back',
    backend: 'amd-sev-tio',
    mutants: ['tsm.tio-connect-report:EIO'],
    properties: ['tio-connected-implies-stream-secure'],
    facets: ['tio'],
  }),
  fault('kexec-keeps-the-index', {
    title: 'The next kernel of a guest assumes the association of the one before',
    backend: 'ibm-se-ap',
    mutants: ['tsm.ap-kexec:new-kernel-forgetIndex'],
    properties: ['ap-kexec-forgets-indices'],
    facets: ['ap'],
  }),
  fault('secret-of-another-image', {
    title: 'The Ultravisor takes a secret that was made for another image',
    backend: 'ibm-se-ap',
    mutants: ['tsm.ap-add-secret:WRONG_IMAGE'],
    properties: ['ap-secrets-only-by-request', 'ap-session-stays-with-its-image'],
    facets: ['ap'],
    sizes: { Guest: 2 },
  }),
  fault('reset-keeps-the-reply', {
    title: 'A reset of a queue leaves its message and its reply to whoever has the queue next',
    backend: 'ibm-se-ap',
    mutants: ['tsm.ap-host-reset:with-F-flushQueue'],
    properties: ['ap-reset-flushes-messages'],
    facets: ['ap'],
  }),
  fault('td-runs-before-finalize', {
    title: 'A TD runs before its measurement is complete',
    backend: 'kvm-tdx',
    mutants: ['tsm.tdx-run:not-finalised'],
    properties: ['tdx-run-needs-finalize'],
    facets: ['tdx'],
  }),
  fault('frame-goes-back-unwiped', {
    title: 'A page that is converted to shared goes back to the host with what the TD wrote',
    backend: 'kvm-tdx',
    mutants: ['tsm.tdx-set-attribute:converted-wipeFrame'],
    properties: ['tdx-no-residue', 'tdx-not-added-is-zero'],
    facets: ['tdx'],
  }),
];
/** The faults that are planted in the rules of a backend. */
export const faultsOf = (backend: { readonly id: string }): readonly PlantedFault[] =>
  PLANTED_FAULTS.filter((f) => f.backend === backend.id);

/** Whether a fault can be seen in a preset at all. */
export const isPlantable = ({ facets, sizes }: PlantedFault, preset: Preset): boolean =>
  facets.every((f) => isOn(preset, f)) && hasAll(sizes, preset);
/** Whether random sequences of a preset hardly ever come to a fault. */
export const isRare = ({ huntSizes }: PlantedFault, preset: Preset): boolean =>
  !hasAll(huntSizes, preset);
const hasAll = (sizes: PlantedFault['sizes'], preset: Preset): boolean =>
  (Object.keys(sizes) as IndexSort[]).every((s) => preset.sizes[s] >= (sizes[s] ?? 0));
/** Whether rules, which may be those of another backend, have the mutants that make a fault. */
export function isMadeOf({ mutants }: PlantedFault, rules: readonly Rule[]): boolean {
  const ids = new Set(mutantsOf(rules).map((m) => m.id));
  return mutants.every((id) => ids.has(id));
}
