/**
 * For every fault of the stack a sequence in which it shows, and what must name it: a property, or where none is about
 * it, the field or the outcome in which stack and model differ.
 */
import type { AttemptArgs } from '../../model/step.ts';

/** An attempt: its rule, and what it is about. Without more it is about VF1, guest 0, page 0 and key set 0. */
type Move = readonly [rule: string, args?: AttemptArgs];
type Caught = { readonly property: string } | { readonly difference: string };
export interface Attack {
  readonly moves: readonly Move[];
  readonly caught: Caught;
}

const names = (property: string): Caught => ({ property });
const differs = (difference: string): Caught => ({ difference });
/** The stack accepts what must come to something else. */
const accepts = (expected: string): Caught =>
  differs(`outcome: the model says ${expected}, the subject accepted`);
const PF = { tdi: 0 } as const;

const keys = (keySet = 0): readonly Move[] => [
  ...(['PR', 'NPR', 'CPL'] as const).map((sub): Move => ['ide.key-prog', { keySet, sub }]),
  ['ide.set-go', { keySet }],
];
const session: readonly Move[] = [['spdm.connect.begin'], ['spdm.connect.end']];
const connected: readonly Move[] = [...session, ...keys(), ['ide.enable', { level: 1 }]];
const back: Move = ['tsm.return'];
const locked = (of: AttemptArgs = {}): readonly Move[] => [
  ...connected,
  ['tsm.bind', of],
  ['tdisp.lock', of],
  back,
];
const reported: readonly Move[] = [...locked(), ['tsm.report'], ['tdisp.report'], back];
const accepted: readonly Move[] = [...reported, ['guest.evidence'], ['guest.accept']];
const running: readonly Move[] = [
  ['command.write'],
  ...accepted,
  ['tsm.start'],
  ['tdisp.start'],
  back,
];
const page: readonly Move[] = [['page.give'], ['page.accept'], ['page.store']];
/** VF1 in RUN, with a private page of its guest to reach. */
const serving: readonly Move[] = [...running, ...page, ['iommu.map'], ['guest.enable-dma']];
const write: Move = ['dma.issue'];
const read: Move = ['dma.issue', { access: 'read' }];
const deliver = (slot = 0): Move => ['fabric.deliver', { slot }];
const stopAsked: readonly Move[] = [
  ['tsm.unbind.begin'],
  ['tsm.unbind.stop'],
  ['tdisp.stop.begin'],
];
const stopped: readonly Move[] = [...stopAsked, ['tdisp.stop.drain'], ['tdisp.stop.end'], back];
/** The session of the TSM is gone, and there is a new one with new keys. */
const again: readonly Move[] = [['tsm.notice'], ...session, ...keys()];

export const ATTACKS: Readonly<Record<string, Attack>> = {
  'nonce-survives-stop': {
    moves: [...locked(), ...stopped],
    caught: names('tdi-nonce-dies-on-leave'),
  },
  'nonce-survives-start': { moves: running, caught: names('tdi-nonce-dies-on-leave') },
  'nonce-not-compared': {
    moves: [
      ...accepted,
      ['reset.conventional'],
      ...again,
      ['tsm.relock'],
      ['tdisp.lock'],
      ['relay.abort'],
      ['tsm.start'],
      ['tdisp.start'],
    ],
    caught: accepts('refused INVALID_NONCE'),
  },
  'lock-in-run': {
    moves: [...running, ['tsm.relock'], ['tdisp.lock']],
    caught: names('tdi-legal-transitions'),
  },
  'lock-without-keys': {
    moves: [...connected, ['tsm.bind'], ['ide.enable', { level: 0 }], ['tdisp.lock']],
    caught: names('tdi-lock-needs-all-substream-keys'),
  },
  'lock-any-configuration': {
    moves: [['config.set', { config: 'phantomFunctions' }], ...locked()],
    caught: accepts('refused INVALID_DEVICE_CONFIGURATION'),
  },
  'lock-any-stream': {
    moves: [['ide.setup', { setup: 'twoDefaults' }], ...locked()],
    caught: accepts('refused INVALID_REQUEST'),
  },
  'lock-while-in-flight': {
    moves: [
      ['command.write'],
      ...connected,
      ['dma.issue', { traffic: 'legacy' }],
      ['tsm.bind'],
      ['tdisp.lock'],
    ],
    caught: accepts('refused BUSY'),
  },
  'stop-before-drain': {
    moves: [...serving, read, ...stopAsked],
    caught: names('tdi-stop-drains'),
  },
  'stop-does-not-scrub': {
    moves: [...serving, read, deliver(), deliver(), ...stopped],
    caught: names('tdi-unlocked-is-clean'),
  },
  'stop-leads-to-error': {
    moves: [...locked(), ...stopped],
    caught: differs('tdi[1].state is CONFIG_UNLOCKED in the model, ERROR in the subject'),
  },
  'report-unlocked': {
    moves: [...locked(), ['reset.flr'], ['tsm.report'], ['tdisp.report']],
    caught: accepts('refused INVALID_INTERFACE_STATE'),
  },
  'bme-clear-ignored': {
    moves: [['command.write'], ...locked(), ['command.write', { bme: 0 }]],
    caught: names('cfg-bme-clear-forces-error'),
  },
  'bar-move-ignored': {
    moves: [...locked(PF), ['bar.write', { ...PF, place: 'moved' }]],
    caught: names('cfg-bar-change-forces-error'),
  },
  'tracked-register-ignored': {
    moves: [...locked(), ['config.write', { register: 'bist' }]],
    caught: names('cfg-tracked-registers-force-error'),
  },
  'flr-unlocks': { moves: [...locked(), ['reset.flr']], caught: names('rst-flr-is-error') },
  'pf-flr-spares-vfs': {
    moves: [...locked(), ['reset.flr', PF]],
    caught: names('rst-pf-flr-cascades'),
  },
  'session-end-spares-tdis': {
    moves: [...locked(), ['spdm.session.end']],
    caught: names('tdi-locked-in-live-session'),
  },
  'session-end-spares-stream': {
    moves: [...locked(), ['spdm.session.end']],
    caught: names('spdm-end-cascades'),
  },
  'stream-loss-spares-tdis': {
    moves: [...locked(), ['ide.enable', { level: 0 }]],
    caught: names('ide-insecure-kills-tdis'),
  },
  'outside-session': {
    moves: [...session, ['tdisp.insecure-message', { request: 'state' }]],
    caught: accepts('dropped NOT_SECURED'),
  },
  'legacy-dma-while-locked': {
    moves: [['command.write'], ...locked(), ['dma.issue', { traffic: 'legacy' }]],
    caught: names('tlp-requests-need-their-state'),
  },
  'old-completion-taken': {
    moves: [...serving, read, deliver(), ['reset.flr'], deliver()],
    caught: accepts('dropped STALE_EPISODE'),
  },
  'mmio-for-everybody': {
    moves: [['command.write', PF], ...locked(PF), ['mmio.legacy', PF]],
    caught: names('no-t0-to-tee'),
  },
  'link-unchecked': {
    moves: [...serving, write, write, deliver(1)],
    caught: accepts('dropped IDE_CHECK_FAILED'),
  },
  'k-bit-ignored': {
    moves: [...serving, write, ...keys(1), deliver()],
    caught: differs('outcome: the model says accepted, the subject dropped OTHERWISE'),
  },
  'old-keys-kept': {
    moves: [
      ...serving,
      write,
      ...keys(1),
      ['ide.switch', { keySet: 1 }],
      ['ide.set-stop'],
      deliver(),
    ],
    caught: accepts('dropped IDE_CHECK_FAILED'),
  },
  'owner-not-checked': {
    moves: [['command.write'], ...page, ['dma.issue', { traffic: 'legacy' }], deliver()],
    caught: names('no-t0-to-tee'),
  },
  'iotlb-not-flushed': {
    moves: [
      ...serving,
      write,
      deliver(),
      ['iommu.unmap'],
      ['iommu.invalidate.begin'],
      ['iommu.invalidate.end'],
    ],
    caught: names('mmu-no-stale-iotlb'),
  },
  'entry-never-closed': {
    moves: [...serving, ['tsm.unbind.begin']],
    caught: names('tsm-dma-off-before-handover'),
  },
  'unbind-leaves-dma': {
    moves: [...serving, ['tsm.unbind.begin']],
    caught: names('tsm-dma-off-before-handover'),
  },
  'unbind-without-stop': {
    moves: [...locked(), ['tsm.unbind.begin'], ['tsm.unbind.end']],
    caught: names('tsm-unbind-ends-clean-or-lost'),
  },
  'error-taken-for-success': {
    moves: [['config.set', { config: 'phantomFunctions' }], ...locked()],
    caught: differs('tsm[1].cached is CONFIG_UNLOCKED in the model, CONFIG_LOCKED in the subject'),
  },
  'replayed-answer-taken': {
    moves: [...locked(), ['tsm.report'], ['tdisp.report'], ['relay.tamper']],
    caught: accepts('dropped DECRYPT_ERROR'),
  },
  'acceptance-survives-relock': {
    moves: [...accepted, ['reset.conventional'], ...again, ['tsm.relock'], ['tdisp.lock'], back],
    caught: names('tsm-acceptance-is-current'),
  },
  'start-unaccepted': {
    moves: [...reported, ['tsm.start']],
    caught: names('tsm-start-needs-guest-accept'),
  },
  'map-any-owner': {
    moves: [...locked(), ['iommu.map']],
    caught: names('mmu-trusted-entry-matches-owner'),
  },
  'take-mapped-page': {
    moves: [...serving, ['page.take']],
    caught: names('mem-conversion-needs-flush'),
  },
  'verbs-for-anybody': {
    moves: [...reported, ['guest.evidence', { guest: 1 }]],
    caught: names('tsm-request-scope'),
  },
};

const times = (n: number, moves: (round: number) => readonly Move[]): readonly Move[] =>
  Array.from({ length: n }, (_, round) => moves(round)).flat();
/**
 * Hostile bytes, again and again: messages on their way to the device and back, and TLPs. What is done to them goes by
 * lot; rounds enough for every harm.
 */
export const HOSTILE: readonly Pick<Attack, 'moves'>[] = [
  {
    moves: times(16, (round) => [
      ...session,
      ['tsm.poll'],
      ...(round % 2 === 0 ? [] : [['tdisp.state'] as const]),
      ['relay.tamper', { tamper: round % 4 < 2 ? 'corrupt' : 'replay' }],
      ['tsm.notice'],
    ]),
  },
  {
    moves: [...serving, write, deliver(), ...times(12, () => [['fabric.inject'], ...keys()])],
  },
  { moves: [...serving, write, write, deliver(1)] },
];

/** What an attempt is about where a move does not say. */
const USUAL: AttemptArgs = {
  tdi: 1,
  guest: 0,
  page: 0,
  keySet: 0,
  slot: 0,
  id: 'hosted',
  entropy: 'enough',
  reply: 'arrives',
  space: 'private',
  access: 'write',
  traffic: 'private',
  range: 'tee',
  bme: 1,
  mse: 1,
  cause: 'heartbeatExpiry',
  tamper: 'corrupt',
};
/** The steps of an attack, by their places among the attempts of a setup. */
export function stepsOf(
  attempts: readonly { readonly rule: { readonly id: string }; readonly args: AttemptArgs }[],
  { moves }: Pick<Attack, 'moves'>,
): readonly number[] {
  return moves.map(([rule, args]) => {
    const wanted = { ...USUAL, ...args };
    const n = attempts.findIndex(
      (a) => a.rule.id === rule && Object.entries(a.args).every(([role, x]) => wanted[role] === x),
    );
    if (n < 0) throw new Error(`stepsOf: no attempt ${rule} ${JSON.stringify(args)}`);
    return n;
  });
}
