/**
 * Known bugs of trusted I/O as faults: what went wrong in kernels, firmware and devices (host-guest 5), put into the
 * rules as somebody might put it into an implementation.
 *
 * `examples/known-bugs` has a short run for each: on the rules as they are it comes to what it says, and on the rules
 * with the bug the properties named here are violated. What the world cannot express is in docs/known-bugs.md.
 */
import {
  accepted,
  allOf,
  anyOf,
  at,
  type Backend,
  dropped,
  each,
  not,
  PCI_FACETS,
  type Rule,
  refused,
  when,
} from '../model/author.ts';
import { fallIfLocked } from '../model/phrases.ts';
import { W } from '../model/words/index.ts';
import type { Readings } from '../model/world.ts';
import {
  doing,
  type Edit,
  edited,
  first,
  forgetting,
  instead,
  Misfit,
  unasked,
  without,
} from './edit.ts';

export interface KnownBug {
  /** The number in the catalogue, with a letter where one number stands for several. */
  readonly id: string;
  /** What is wrong, as one would say it of an implementation. */
  readonly title: string;
  /** The id of the backend in whose rules it is put. */
  readonly backend: string;
  /** Readings without which it cannot show; the others do not matter. */
  readonly readings: Partial<Readings>;
  /** The properties that name it: each must. */
  readonly properties: readonly string[];
  /** The given rules with the bug in them; throws `Misfit` if they have not what it changes. */
  readonly rules: (base: readonly Rule[]) => readonly Rule[];
}
/** What a backend lacks so that a bug can show in its rules; undefined: nothing. */
export function lackedBy(
  { facets = PCI_FACETS }: Pick<Backend, 'facets'>,
  rules: readonly Rule[],
  bug: Pick<KnownBug, 'rules'>,
): string | undefined {
  try {
    const changed = bug.rules(rules).filter((r, i) => r !== rules[i]);
    const needed = changed.flatMap((r) => (r.facets.length === 0 ? ['core' as const] : r.facets));
    const off = needed.find((f) => !facets.includes(f));
    return off === undefined ? undefined : `its world has not the facet ${off}`;
  } catch (error) {
    if (error instanceof Misfit) return error.message;
    throw error;
  }
}
type Body = Pick<KnownBug, 'title' | 'properties'> &
  Partial<Pick<KnownBug, 'backend' | 'readings'>> & { readonly edits: readonly Edit[] };
const bug = (id: string, { edits, ...body }: Body): KnownBug =>
  Object.freeze({
    backend: 'base',
    readings: {},
    ...body,
    id,
    rules: (base: readonly Rule[]) => edited(base, edits),
  });

/** The TDI that the carried exchange is about. */
const heard = { tdi: W.relayTdi };

const HOST_KERNEL: readonly KnownBug[] = [
  bug('B1', {
    title: 'A bind takes a lock of its VF and not of the DSM: it does not wait for other commands',
    backend: 'amd-sev-tio',
    properties: ['tio-one-exchange-per-device'],
    edits: [without('tsm.tio-tdi-bind', 'another command is not finished')],
  }),
  bug('B2', {
    title: 'A bind counts as done, whichever VM the TDI was bound to',
    properties: ['bind-result-complete'],
    edits: [unasked('vfio.bind.end', 'bound', 'boundToOpener')],
  }),
  bug('B4', {
    title: 'What the kernel keeps of all devices goes with the unbind of one',
    properties: ['bar-revoked-while-bound'],
    edits: [
      doing(
        'vfio.unbind',
        'unbound',
        each({ tdi: 'Tdi' }, [not(W.hostSays('no'))], [W.hostNotes('no')]),
      ),
    ],
  }),
  bug('B5', {
    title: 'VFIO resets a function, and so zaps its BARs, under a bound TDI',
    properties: ['unbind-before-revoke'],
    edits: [without('vfio.reset', 'the TDI is bound')],
  }),
  bug('B6', {
    title: 'Private MMIO is zapped, and the idevice goes, before vdevice and binding',
    properties: ['unbind-before-revoke', 'teardown-order'],
    edits: [
      without('vfio.zap', 'unbind comes first'),
      without('vfio.detach', 'it has a vdevice', 'the TDI is bound'),
    ],
  }),
  bug('B7', {
    title: 'A second vdevice is made for one idevice',
    properties: ['single-binding'],
    edits: [without('vfio.vdevice', 'it has one')],
  }),
  bug('B8', {
    title: 'A page that the host unmaps under one TDI costs every guest with DMA under way',
    backend: 'amd-sev-tio',
    properties: ['fault-blast-radius'],
    edits: [
      doing(
        'fabric.deliver',
        'no translation in the table of the host',
        each({ slot: 'Slot' }, [W.inFlight], [W.fenceSender]),
      ),
    ],
  }),
  bug('B9', {
    title: 'A fault on a page that the host withdrew is silenced',
    backend: 'amd-sev-tio',
    properties: ['no-silent-dma-drop'],
    edits: [forgetting('fabric.deliver', 'no translation in the table of the host', 'fenceSender')],
  }),
  bug('B10', {
    title: 'Private memory is mapped for a device before the launch of its VM is finished',
    properties: ['no-private-map-before-launch-done'],
    edits: [without('ioas.map', 'the launch is not finished')],
  }),
  bug('B14', {
    title: 'A private fault is given a slice of the BAR that the TSM has not mapped',
    properties: ['private-bar-needs-tsm-mapping'],
    edits: [without('vfio.fault', 'the TSM has not mapped it')],
  }),
  bug('B22', {
    title: 'Nobody looks whether enabling the streams has worked',
    properties: ['connected-implies-stream-secure'],
    edits: [without('dsm.connect', 'the stream is not Secure')],
  }),
  bug('B23', {
    title: 'The error of an exchange is overwritten by what comes after it, and passes for success',
    properties: ['tsm-cache-is-what-was-heard'],
    edits: [without('tsm.return', 'error')],
  }),
  bug('B24', {
    title: 'A VF that appeared after connect is bound, and the stream does not cover it',
    readings: { streamRange: 'presentVfs' },
    properties: ['stream-covers-bound-rid'],
    edits: [without('vfio.bind.begin', 'outside the range of the stream')],
  }),
  bug('B25', {
    title: 'A TDI is locked to a stream while another one answers to its id',
    properties: ['tdi-lock-default-unique'],
    edits: [without('tdisp.lock', 'stream id mismatch', 'two default streams')],
  }),
  bug('B32', {
    title: 'A link that went down for a reset is taken for a removal',
    properties: ['reset-is-not-removal'],
    edits: [without('hotplug.gone', 'a reset is no removal')],
  }),
  bug('B33', {
    title: 'A driver uses the device after a reset, before it was authenticated again',
    properties: ['reauth-before-use'],
    edits: [without('driver.use', 'recovery is under way')],
  }),
  bug('B37', {
    title: 'A page changes its kind, and the I/O address spaces that map it are not told',
    properties: ['conversion-invalidates-iommu'],
    edits: [forgetting('ioas.convert', 'to private', 'ioasUnmap')],
  }),
  bug('B39', {
    title: 'A VF is removed while its TDI is bound; only the context is freed',
    properties: ['remove-implies-unbind'],
    edits: [without('fn.remove', 'the TDI is bound', 'a VM has it open')],
  }),
  bug('B42', {
    title: 'Pages of a device context are used again while a bind that failed still has its own',
    backend: 'amd-sev-tio',
    properties: ['tio-no-reuse-of-unreclaimed-pages'],
    edits: [without('tsm.tio-dev-reclaim', 'TDI contexts are left')],
  }),
  bug('B45', {
    title: 'Closing a function clears its BME before the TSM has unbound it',
    properties: ['host-keeps-command-register'],
    edits: [doing('vfio.close', 'the TDI is bound', W.putCommand(0, 1), fallIfLocked)],
  }),
];

const GUEST_KERNEL: readonly KnownBug[] = [
  bug('B11', {
    title: 'A driver sets MSE by a write with BME 0, under lock as ever',
    properties: ['command-reg-stable-while-locked'],
    edits: [
      first(
        'os.enable',
        accepted('BME goes', [W.stepIs('mse')], [W.putCommand(0, 1), fallIfLocked]),
      ),
    ],
  }),
  bug('B12', {
    title: 'Removing a driver clears BME of an accepted device',
    properties: ['command-reg-stable-while-locked'],
    edits: [without('os.driver.remove', 'Command register kept')],
  }),
  bug('B13', {
    title: 'Accepting marks the whole BAR as encrypted, with the MSI-X table in it',
    properties: ['mmio-kind-matches-report'],
    edits: [
      forgetting('os.accept.mmio', 'validated', 'rangesTo'),
      doing('os.accept.mmio', 'validated', W.rangesTo('encrypted', 'encrypted')),
    ],
  }),
  bug('B15', {
    title: 'A device is accepted while a DMA mapping of its driver is alive',
    properties: ['accept-requires-idle'],
    edits: [without('os.accept', 'a mapping is alive')],
  }),
  bug('B16', {
    title: 'A device is accepted with evidence of the lock session before',
    properties: ['evidence-matches-lock-session'],
    edits: [
      without(
        'os.accept',
        'the verdict is of an earlier lock session',
        'the evidence is of an earlier lock session',
      ),
    ],
  }),
  bug('B17', {
    title: 'A range that cannot be validated is passed over, and the last result counts',
    properties: ['accept-all-or-nothing'],
    edits: [
      without(
        'os.accept.mmio',
        'rolled back: a range is not mapped',
        'rolled back: a range is not what the report says',
      ),
    ],
  }),
  bug('B18', {
    title: 'A report that is missing is taken for one that is right',
    properties: ['accept-requires-report'],
    edits: [without('os.evidence', 'the TSM has no report')],
  }),
  bug('B19', {
    title: 'A revocation loses its device id, and closes the first device',
    backend: 'amd-sev-tio',
    properties: ['revoke-targets-same-tdi'],
    edits: [
      forgetting('tsm.tio-msg-sdte-close', 'closed', 'blockDma'),
      doing('tsm.tio-msg-sdte-close', 'closed', at({ tdi: W.pf }, W.blockDma)),
    ],
  }),
  bug('B20', {
    title: 'Blobs are not compared with digests, and RUN is believed from the host',
    properties: ['digest-checked', 'state-only-from-tsm'],
    edits: [
      without('os.evidence', 'not what the TSM has digests of'),
      without('os.accept.dma', 'only the host says that it runs'),
    ],
  }),
  bug('B38', {
    title: 'A driver binds to a shared device before the policy was loaded',
    properties: ['no-driver-before-policy'],
    edits: [without('os.driver.probe', 'no policy is loaded')],
  }),
  bug('B40', {
    title: 'Unlock returns nothing, and so seems to have worked while the device stays bound',
    properties: ['unlock-failure-visible'],
    edits: [without('os.unlock', 'the host has not unbound it')],
  }),
];

const FIRMWARE: readonly KnownBug[] = [
  bug('B26', {
    title: 'A TDI is locked whose MMIO range overlaps that of another',
    properties: ['tdi-lock-rejects-bad-config'],
    edits: [without('tdisp.lock', 'BARs overlap')],
  }),
  bug('B27a', {
    title: 'An answer is taken in after the lock was let go, whoever the TDI belongs to now',
    properties: ['tsm-unbound-has-nothing'],
    edits: [without('tsm.return', 'unbound since the request')],
  }),
  bug('B27c', {
    title: 'A create that fails changes the state of the pages all the same',
    backend: 'amd-sev-tio',
    properties: ['tio-device-life-cycle'],
    edits: [doing('tsm.tio-dev-create', 'TIO_INIT comes first', W.tioDeviceTo('created'))],
  }),
  bug('B28a', {
    title: 'DMA is opened by a guest that the TDI does not belong to any more when it comes back',
    properties: ['tsm-request-scope'],
    edits: [without('os.accept.dma', 'rolled back: the lock session is over')],
  }),
  bug('B28b', {
    title: 'Once the session is dead no command of the TSM gives the TDI back',
    properties: ['unbind-always-terminates', 'live-unbind-terminates'],
    edits: [
      first('tsm.unbind.force', refused('NO_SESSION', 'it is dead', [not(W.tsmSessionLive)])),
    ],
  }),
  bug('B29', {
    title: 'A state that was asked for counts as the answer to STOP',
    properties: ['tsm-no-stale-device-state'],
    edits: [doing('tsm.return', 'state', at(heard, when([W.unbinding], [W.noteStopAnswered])))].map(
      (e) => e,
    ),
  }),
  bug('B31a', {
    title: 'A state that cannot be decoded is passed over, and the cache stays as it was',
    properties: ['tsm-cache-is-what-was-heard'],
    edits: [forgetting('tsm.return', 'state', 'tsmHearsState')],
  }),
  bug('B31c', {
    title: 'A write that disables MMIO of a bound TDI is dropped, and nothing is unbound',
    readings: { mseClearPolicy: 'unbindFirst' },
    properties: ['mse-clear-policy-holds'],
    edits: [
      instead(
        'vmm.command',
        'clears under a bind: unbind comes first',
        accepted('swallowed', [
          W.bound,
          W.readingIs('mseClearPolicy', 'unbindFirst'),
          W.writesMseZero,
        ]),
      ),
    ],
  }),
  bug('B31d', {
    title: 'A report outlives the unbind, and unbind succeeds whatever the state',
    properties: ['tsm-unbound-has-nothing', 'tsm-unbind-ends-clean-or-lost'],
    edits: [
      forgetting('tsm.unbind.end', 'unbound', 'forgetEvidence'),
      without('tsm.unbind.end', 'the STOP is not answered'),
    ],
  }),
  bug('B31e', {
    title: 'A range is validated by its index where its id is meant',
    properties: ['mmio-matches-report'],
    edits: [without('mmio.accept', 'the mapping is not what the report says')],
  }),
  bug('B31f', {
    title: 'DMA is opened into another layer of the guest than the one that asks',
    backend: 'amd-sev-tio',
    properties: ['dma-targets-intended-layer'],
    edits: [without('tsm.tio-msg-sdte-write', 'another VMPL is for the SVSM to ask')],
  }),
  bug('B31g', {
    title: 'vTOM is shifted by the wrong amount: private memory passes for shared',
    backend: 'amd-sev-tio',
    properties: ['vtom-consistent'],
    edits: [
      instead(
        'fabric.deliver',
        'fails the RMP check after translation',
        dropped(
          'RMP_VIOLATION',
          'vTOM aside',
          [
            W.readingIs('translationTables', 'host'),
            anyOf(
              W.tableMisleads,
              W.copyMisleads,
              allOf(anyOf(W.copyGrants, W.tableGrants), not(W.pageReachable)),
            ),
          ],
          [W.fenceSender, W.freeSlot],
        ),
      ),
    ],
  }),
  bug('B31h', {
    title: 'A page is taken for converted that the host has not converted',
    properties: ['mem-private-needs-accept'],
    edits: [without('page.accept', 'not its page')],
  }),
  bug('B36', {
    title: 'A queue is found usable, and the index of its secret is guessed',
    backend: 'ibm-se-ap',
    readings: { bindSurvivesReset: 'yes' },
    properties: ['ap-assoc-index-matches-bs'],
    edits: [without('tsm.ap-show', 'associated, with an index that nobody knows')],
  }),
  bug('B41', {
    title: 'An error of a DMA map is passed over: the buffer is used, whatever its kind',
    properties: ['secure-dma-only-when-accepted'],
    edits: [
      instead('os.buffer.map', 'a page of the wrong kind', accepted('used', [], [W.mapBuffer])),
    ],
  }),
  bug('B43', {
    title: 'A TDI is locked by an interface id that lies outside of its device',
    properties: ['tdi-unknown-interface-rejected'],
    edits: [without('tdisp.lock', 'foreign interface')],
  }),
  bug('B44', {
    title: 'A range is mapped and validated for whom it was asked for, whoever has the TDI by then',
    properties: ['mmio-one-mapping', 'tsm-request-scope'],
    edits: [
      without('mmio.map', 'not its TDI'),
      without('os.accept.mmio', 'rolled back: the lock session is over'),
    ],
  }),
];

const DEVICE: readonly KnownBug[] = [
  bug('B34a', {
    title: 'The function that a reply is about is taken from the buffer of the reply',
    properties: ['tdi-state-query-truthful'],
    edits: [
      forgetting('tdisp.state', 'answered', 'answerState'),
      doing('tdisp.state', 'answered', at({ tdi: W.pf }, W.answerState)),
    ],
  }),
  bug('B35a', {
    title: 'The nonce of a lock survives STOP and ERROR',
    properties: ['tdi-nonce-dies-on-leave'],
    edits: [
      forgetting('tdisp.stop.end', 'stopped', 'dropNonce'),
      forgetting('command.write', 'clears under lock', 'dropNonce'),
    ],
  }),
  bug('B35b', {
    title: 'LOCK is accepted in every state, because a callback should have looked',
    properties: ['tdi-locked-only-by-lock'],
    edits: [without('tdisp.lock', 'not unlocked')],
  }),
  bug('B35c', {
    title: 'A reset does not reach the state of the TDIs',
    properties: ['rst-conventional-unlocks-clean'],
    edits: [forgetting('reset.conventional', 'reset', 'resetDevice')],
  }),
];

export const KNOWN_BUGS: readonly KnownBug[] = [
  ...HOST_KERNEL,
  ...GUEST_KERNEL,
  ...FIRMWARE,
  ...DEVICE,
];
