/**
 * For tests: sequences written by hand, for what random ones come upon too seldom.
 */
type Move = readonly [rule: string, args: Readonly<Record<string, number | string>>];
/** From power-on to VF1 in RUN for G1, with P1 its private page and P2 shared. */
const ROAD: readonly Move[] = [
  ['spdm.connect.begin', {}],
  ['spdm.connect.end', { reply: 'arrives' }],
  ['ide.key-prog', { keySet: 0, sub: 'PR' }],
  ['ide.key-prog', { keySet: 0, sub: 'NPR' }],
  ['ide.key-prog', { keySet: 0, sub: 'CPL' }],
  ['ide.enable', { level: 1 }],
  ['ide.set-go', { keySet: 0 }],
  ['command.write', { tdi: 1, bme: 1, mse: 1 }],
  ['tsm.bind', { tdi: 1, guest: 0, id: 'hosted' }],
  ['tdisp.lock', { tdi: 1, entropy: 'enough' }],
  ['tsm.return', {}],
  ['tsm.report', { tdi: 1 }],
  ['tdisp.report', { tdi: 1 }],
  ['tsm.return', {}],
  ['guest.evidence', { guest: 0, tdi: 1 }],
  ['guest.accept', { guest: 0, tdi: 1 }],
  ['mmio.map', { guest: 0, tdi: 1 }],
  ['tsm.start', { tdi: 1 }],
  ['tdisp.start', { tdi: 1 }],
  ['tsm.return', {}],
  ['mmio.accept', { guest: 0, tdi: 1 }],
  ['guest.enable-dma', { guest: 0, tdi: 1 }],
  ['page.give', { page: 0, guest: 0 }],
  ['page.accept', { page: 0, guest: 0 }],
  ['iommu.map', { tdi: 1, page: 0, space: 'private' }],
];
const WRITE: Move = ['dma.issue', { tdi: 1, page: 0, access: 'write', traffic: 'private' }];
const ARRIVES: Move = ['fabric.deliver', { slot: 0 }];
/** What random sequences come upon too seldom for a test. */
const SCENARIOS: Readonly<Record<string, readonly Move[]>> = {
  'shared memory in RUN': [
    ...ROAD,
    ['iommu.map', { tdi: 1, page: 1, space: 'shared' }],
    ['dma.issue', { tdi: 1, page: 1, access: 'write', traffic: 'shared' }],
    ARRIVES,
  ],
  'a loss is noticed at the next write': [
    ...ROAD,
    WRITE,
    WRITE,
    ['fabric.lose', { slot: 0 }],
    ARRIVES,
  ],
  'a read overtakes a write': [
    ...ROAD,
    WRITE,
    ['dma.issue', { tdi: 1, page: 0, access: 'read', traffic: 'private' }],
    ['fabric.deliver', { slot: 1 }],
  ],
  'SR-IOV of the PF in RUN': [...ROAD, ['config.write', { tdi: 0, register: 'sriov' }]],
  'harmless and tracked registers in RUN': [
    ...ROAD,
    ['config.write', { tdi: 1, register: 'aerStatus' }],
    ['config.write', { tdi: 1, register: 'pageRequest' }],
  ],
  'the state is asked for in RUN': [
    ...ROAD,
    ['tsm.poll', { tdi: 1 }],
    ['tdisp.state', { tdi: 1 }],
    ['tsm.return', {}],
  ],
};

interface Attempt {
  readonly rule: { readonly id: string };
  readonly args: Readonly<Record<string, number | string>>;
}
/** The scenarios as indices into a list of attempts. */
export function scripted(attempts: readonly Attempt[]): readonly (readonly number[])[] {
  const key = (rule: string, args: Attempt['args']): string => `${rule} ${JSON.stringify(args)}`;
  const known = new Map(attempts.map(({ rule, args }, n) => [key(rule.id, args), n]));
  return Object.values(SCENARIOS).map((moves) =>
    moves.map(([rule, args]) => {
      const n = known.get(key(rule, args));
      if (n === undefined) throw new Error(`scripted: no attempt ${key(rule, args)}`);
      return n;
    }),
  );
}
