/** What of the model the stack can carry out, and what can be seen of it; everything else with its reason. */
import { commonIdOf } from '../../model/author.ts';
import type { Attempt } from '../../model/step.ts';
import { type FieldName, PRESETS, type Preset } from '../../model/world.ts';
import type { Property } from '../../properties/property.ts';
import { isLive } from '../../properties/property.ts';
import type { Setup } from '../setup.ts';
import { REGISTER_BITS } from './operations/config.ts';
import { OPERATIONS } from './operations/index.ts';
import { INSECURE } from './operations/session.ts';

const small = PRESETS.find((p) => p.id === 'small') as Preset;
/** The facets that the stack has, with sizes of its platform. */
export const STACK_PRESET: Preset = Object.freeze({
  ...small,
  id: 'stack',
  says: 'The implementation with real bytes: a PF and two VFs, two guests, two pages, three TLPs in flight.',
  sizes: { ...small.sizes, Tdi: 3, Guest: 2, Page: 2, Slot: 3, KeySet: 2, Queue: 1, Secret: 1 },
  facets: [
    'core',
    'detours',
    'force',
    'mse',
    'bar',
    'mmio',
    'registers',
    'reads',
    'legacy',
    'gaps',
    'refresh',
    'tamper',
    'removal',
    'secrets',
  ] as const,
});

const WRITABLE = [
  ...Object.keys(REGISTER_BITS),
  'sriov',
  'ideStreamControl',
  'ideRidAssociation',
  'ideAddressAssociation',
];
const { tdi, literal } = {
  tdi: ({ args }: Attempt): number => Number(args.tdi),
  literal: ({ args }: Attempt, role: string): string => String(args[role]),
};
/** Attempts that the stack cannot carry out. */
export const LEFT_OUT: readonly {
  readonly what: string;
  readonly why: string;
  readonly is: (a: Attempt) => boolean;
}[] = [
  {
    what: 'config.set other than supported and phantomFunctions',
    why: 'one register for all functions (system page size), or a capability that the device has not',
    is: (a) =>
      a.rule.id === 'config.set' &&
      !['supported', 'phantomFunctions'].includes(literal(a, 'config')),
  },
  {
    what: 'config.write of registers that the device has not, or that have effects of their own',
    why: 'no such capability in its configuration space',
    is: (a) => a.rule.id === 'config.write' && !WRITABLE.includes(literal(a, 'register')),
  },
  {
    what: 'ide.setup idMismatch',
    why: 'a register block that is given another stream id no longer enables the stream',
    is: (a) => a.rule.id === 'ide.setup' && a.args.setup === 'idMismatch',
  },
  {
    what: 'bar.write of a VF',
    why: 'a VF has no BAR; VF BARs are in the SR-IOV capability of the PF',
    is: (a) => a.rule.id === 'bar.write' && tdi(a) !== 0,
  },
  {
    what: 'command.write of a VF with mse 0; guest.enable of a VF',
    why: 'Memory Space Enable of a VF is hardwired to 0; that of its PF decides',
    is: (a) =>
      (a.rule.id === 'command.write' && tdi(a) !== 0 && a.args.mse === 0) ||
      (a.rule.id === 'guest.enable' && tdi(a) !== 0),
  },
  {
    what: 'mmio.private and mmio.legacy of a VF',
    why: 'the same',
    is: (a) => ['mmio.private', 'mmio.legacy'].includes(a.rule.id) && tdi(a) !== 0,
  },
  {
    what: 'tdisp.insecure-message of optional requests',
    why: 'the device has not the optional requests',
    is: (a) => a.rule.id === 'tdisp.insecure-message' && !(literal(a, 'request') in INSECURE),
  },
  {
    what: 'power.write',
    why: 'D3 is tracked by the device; the way back out of it is not in the platform',
    is: (a) => a.rule.id === 'power.write',
  },
  {
    what: 'requester.change',
    why: 'the requester ids of the device are fixed',
    is: (a) => a.rule.id === 'requester.change',
  },
];

/** Fields that cannot be seen of the stack. */
export const NOT_OBSERVABLE: Readonly<Partial<Record<FieldName, string>>> = {
  'gap.PR': 'a counter inside an IDE key; seen when the next TLP fails its check',
  'gap.NPR': 'the same',
  'gap.CPL': 'the same',
  'keySet.session': 'inside the device; LOCK checks it',
  'relay.session': 'the host cannot tell under which keys a record is sealed',
  'relay.foreign': 'sealed',
  'relay.ok': 'sealed',
  'relay.episode': 'sealed',
  'relay.state': 'sealed',
  'relay.place': 'sealed',
  'tlp.key': 'whether key material is current shows only when the TLP is checked',
  'tlp.run': 'a TLP carries no run episode',
  'tlp.ownership': 'a TLP carries no ownership episode',
  'tlp.tenant': 'ghost: nothing in a TLP says it',
  'tlp.data': 'ghost: encrypted while in flight',
};

/**
 * Numbers of episodes that are the model's own. They are names: whether a reference is to the current episode is seen, or
 * the reference is in the list above.
 */
export const NUMBERED: readonly FieldName[] = [
  'session.generation',
  'keySet.generation',
  'page.ownership',
];

/** Why a property is not judged on the stack, which makes these attempts; undefined: it is. */
function whyNot(p: Property, attempts: readonly Attempt[]): string | undefined {
  if (isLive(p)) return 'what can still be done is not tried on the stack';
  const named = p.kind === 'invariant' ? [] : p.rules;
  const isMade = (id: string): boolean => attempts.some(({ rule }) => commonIdOf(rule) === id);
  if (named.length > 0 && !named.some(isMade)) return `the stack has no ${named.join(', ')}`;
  const hidden = p.reads.filter((field) => field in NOT_OBSERVABLE);
  return hidden.length === 0 ? undefined : `not observable: ${hidden.join(', ')}`;
}

/** A setup with the attempts that the stack can carry out and the properties that it can be judged by. */
export function stackSetup(setup: Setup): Setup {
  const attempts = setup.attempts.filter(
    (a) => a.rule.id in OPERATIONS && !LEFT_OUT.some(({ is }) => is(a)),
  );
  const hidden = setup.properties.flatMap((p) => {
    const why = whyNot(p, attempts);
    return why === undefined ? [] : [[p, why] as const];
  });
  const unseen = new Map(hidden);
  return {
    ...setup,
    attempts,
    properties: setup.properties.filter((p) => !unseen.has(p)),
    notApplicable: new Map([...setup.notApplicable, ...hidden]),
  };
}
