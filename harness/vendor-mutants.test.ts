/**
 * Goal: every property of a backend's own world is there for something: at least one mutant of that backend's
 * rules is named by it. Method: a table of mutants, each hunted with generated sequences, as planted faults are.
 */
import { describe, expect, it } from 'vitest';
import type { Backend, Rule } from '../model/author.ts';
import { IBM_SE_AP } from '../model/vendors/ibm-se-ap.ts';
import { KVM_TDX } from '../model/vendors/tdx-launch.ts';
import { PRESETS, type Preset, withReadings } from '../model/world.ts';
import { FAMILIES, PROPERTIES } from '../properties/index.ts';
import type { Property } from '../properties/property.ts';
import { campaign } from './campaign.ts';
import { Lockstep } from './lockstep.ts';
import { mutantsOf } from './mutate.ts';
import { setupOf } from './setup.ts';
import { engineSubject } from './subject.ts';

const SMALL = PRESETS.find((p) => p.id === 'small') as Preset;
const SEQUENCES_MAX = 1000;
const SEEDS = [5, 6];

/** The rules with a mutant in them. */
function mutated(rules: readonly Rule[], id: string): readonly Rule[] {
  const found = mutantsOf(rules).find((m) => m.id === id);
  if (found === undefined) throw new Error(`mutated: no mutant ${id}`);
  return found.rules();
}

/** The rule with an effect that no operator adds: what the host does gives as well as takes. */
const generousHost = (rules: readonly Rule[]): readonly Rule[] =>
  rules.map((r) => {
    if (r.id !== 'tsm.ap-assign') return r;
    const bind = { kind: 'word', word: 'bindQueue', params: [] } as const;
    const cases = r.cases.map((c) =>
      c.name === 'assigned' ? { ...c, effects: [...c.effects, bind] } : c,
    );
    return { ...r, cases };
  });

/** Mutants that are made together, or rules made by hand. */
type Wrong = readonly string[] | ((rules: readonly Rule[]) => readonly Rule[]);
/** By property: what is wrong where it must speak up. Several mutants: one alone is caught by another check. */
const AP_MUTANTS: Readonly<Record<string, Wrong>> = {
  'ap-assoc-index-matches-bs': ['tsm.ap-show:EIO'],
  'ap-one-guest-per-queue': ['tsm.ap-assign:EBUSY'],
  'ap-bind-only-free-queue': ['tsm.ap-bind:EINVAL'],
  'ap-bind-only-own-queue': ['tsm.ap-bind:not-its-queue'],
  'ap-bind-waits-for-reset': ['tsm.ap-bind:the-driver-is-not-idle-yet'],
  'ap-bind-invalidates-index': ['tsm.ap-bind:bound-forgetIndex'],
  'ap-associate-needs-bind-and-secret': ['tsm.ap-associate:EIO'],
  'ap-association-ends-with-unbind': ['tsm.ap-unbind:reset-with-F-freeQueue'],
  'ap-plain-reset-as-machine-says': ['tsm.ap-reset:reset-freeQueue'],
  'ap-reset-flushes-messages': ['tsm.ap-host-reset:with-F-flushQueue'],
  'ap-no-message-before-bind': ['tsm.ap-send:not-bound-by-it'],
  'ap-error-takes-no-work': [
    'tsm.ap-use:the-device-does-not-operate',
    'tsm.ap-use:the-driver-is-not-ready',
  ],
  'ap-secure-key-needs-its-secret': ['tsm.ap-process:OTHER_SESSION'],
  'ap-session-stays-with-its-image': ['tsm.ap-add-secret:WRONG_IMAGE'],
  'ap-reply-only-to-sender': ['tsm.ap-receive:not-bound-by-it'],
  'ap-secrets-only-by-request': ['tsm.ap-add-secret:BAD_REQUEST'],
  'ap-listing-secrets-is-harmless': ['tsm.ap-list-secrets:ENODEV'],
  'ap-locked-store-never-grows': ['tsm.ap-add-secret:LOCKED'],
  'ap-lock-lasts': ['tsm.ap-lock-secrets:locked-lockStore'],
  'ap-store-ends-with-guest': ['tsm.ap-guest-end:ended-dropSecret'],
  'ap-host-only-denies': generousHost,
  'ap-association-error-surfaced': ['tsm.ap-poll:the-association-failed-deviceTo'],
  'ap-driver-waits-for-reset': ['tsm.ap-poll:EBUSY'],
  'ap-kexec-forgets-indices': ['tsm.ap-kexec:new-kernel-forgetIndex'],
};
const TDX_MUTANTS: Readonly<Record<string, Wrong>> = {
  'tdx-td-needs-module': ['tsm.tdx-create-vm:EINVAL'],
  'tdx-vcpu-after-init': ['tsm.tdx-create-vcpu:EINVAL'],
  'tdx-order-of-launch': ['tsm.tdx-finalize:not-initialised-or-finalised'],
  'tdx-vcpu-initialised-in-order': ['tsm.tdx-init-vcpu:no-vCPU-that-is-new'],
  'tdx-cpuid-as-initialised': ['tsm.tdx-set-cpuid:other-than-the-TD-has'],
  'tdx-image-only-before-finalize': ['tsm.tdx-add-page:not-between-INIT-VM-and-FINALIZE-VM'],
  'tdx-private-only-where-attributed': ['tsm.tdx-add-page:not-private'],
  'tdx-added-once': ['tsm.tdx-add-page:EEXIST'],
  'tdx-measured-means-added': ['tsm.tdx-add-page:added-and-measured-extendMeasurement'],
  'tdx-not-added-is-zero': [
    'tsm.tdx-set-attribute:converted-wipeFrame',
    'tsm.tdx-augment:pending-wipeFrame',
  ],
  'tdx-accepted-only-by-launch-or-td': ['tsm.tdx-accept:NOT_PENDING'],
  'tdx-run-needs-finalize': ['tsm.tdx-run:not-finalised'],
  'tdx-unused-fields-zero': ['tsm.tdx-init-vm:a-field-that-must-be-zero-is-not'],
  'tdx-hw-error-tells': ['tsm.tdx-finalize:EIO'],
  'tdx-shared-bit-decides': ['tsm.tdx-touch:beyond-the-address-width'],
  'tdx-private-memory-closed': ['tsm.tdx-foreign-read:INTEGRITY'],
  'tdx-no-residue': ['tsm.tdx-terminate:terminated-wipeFrame'],
  'tdx-slot-loses-contents': ['tsm.tdx-set-slot:moved-dropSept'],
  'tdx-conversion-loses-contents': ['tsm.tdx-set-attribute:converted-dropSept'],
  'tdx-normal-vm-has-no-private': ['tsm.tdx-set-attribute:EINVAL'],
  'tdx-terminated-has-nothing': ['tsm.tdx-terminate:terminated-vmStops'],
};

describe.each([
  [IBM_SE_AP, FAMILIES.ap ?? [], AP_MUTANTS],
  [KVM_TDX, FAMILIES.tdx ?? [], TDX_MUTANTS],
] as const)('$id', (of: Backend, family: readonly Property[], table) => {
  // Some mistakes show only where the binding of a queue survives a reset.
  const setups = [{}, { bindSurvivesReset: 'yes' } as const].map((r) =>
    setupOf(of, withReadings(SMALL, r), PROPERTIES),
  );

  it('has a mutant for each property', () => {
    const needed = family.filter((p) => p.kind !== 'reach').map((p) => p.id);
    expect(needed.length).toBeGreaterThan(15);
    expect(Object.keys(table).sort()).toEqual(needed.sort());
  });
  it.each(Object.entries(table))('%s names its mutant', async (id, wrong) => {
    const caught: boolean[] = [];
    // Rare with one seed or another: two guests must come to want the same.
    for (const [setup, seed] of SEEDS.flatMap((seed) => setups.map((x) => [x, seed] as const))) {
      const rules =
        wrong instanceof Function ? wrong(setup.rules) : wrong.reduce(mutated, setup.rules);
      const { failing } = await campaign(setup, new Lockstep(setup, engineSubject(setup, rules)), {
        seed,
        budget: SEQUENCES_MAX,
        fails: (run) => run.violations.some((v) => v.property.id === id),
      });
      caught.push(failing !== undefined);
      if (failing !== undefined) break;
    }
    expect(caught).toContain(true);
  });
});
