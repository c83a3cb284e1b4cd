/**
 * The kernel of a guest (host-guest 3): from enumeration to acceptance and back.
 *
 * A kernel that has enumerated a TDI deals with it by these rules; before, or where a paravisor acts for it, the
 * rules of rules/guest.ts are what the guest does. Those that end in the same call of the TSM are known by the
 * id of that rule.
 */
import {
  accepted,
  allOf,
  anyOf,
  dropped,
  each,
  not,
  type Rule,
  refused,
  rule,
  when,
} from '../author.ts';
import {
  dmaAcceptChecks,
  fall,
  kernelGivesUp,
  kernelRollsBack,
  kernelUnaware,
  lockSessionOver,
} from '../phrases.ts';
import { W } from '../words/index.ts';

const pair = { guest: 'Guest', tdi: 'Tdi' } as const;
const buffer = { guest: 'Guest', tdi: 'Tdi', page: 'Page' } as const;
const paravisor = W.readingIs('policyHook', 'paravisor');
const noHook = W.readingIs('policyHook', 'none');
const absent = refused('ENODEV', 'not enumerated', [W.osModeIs('absent')]);
const attached = refused('EBUSY', 'a driver is attached', [not(W.osDriverIs('none'))]);
const inUse = refused('EBUSY', 'a mapping is alive', [anyOf(W.hasBuffer, W.rangesMapped)]);
const notBound = refused('ENXIO', 'not bound to this guest', [anyOf(not(W.boundTo), W.unbinding)]);
const notAllowed = refused('EPERM', 'the policy does not accept devices', [
  not(noHook),
  not(W.policyIs('accept')),
]);
/** Where START is the host’s word, it may be sent before the guest has asked for anything. */
const noTsmLock = refused('ENXIO', 'not locked as far as the TSM knows', [
  not(W.tsmBelieves('CONFIG_LOCKED')),
  not(allOf(W.readingIs('startAuthoriser', 'host'), W.tsmBelieves('RUN'))),
]);
const held = W.osModeIs('locked', 'evidenced', 'accepting', 'accepted', 'broken');
const locked = W.tdiIs('CONFIG_LOCKED', 'RUN');
const level = W.readingIs('commandClear', 'level');

export const OS_RULES: readonly Rule[] = [
  rule('os.enumerate', {
    by: 'guest',
    role: 'optional',
    says: 'The kernel of a guest finds a device.',
    over: pair,
    clauses: ['os-enumerate'],
    facets: ['os'],
    cases: [
      refused('EEXIST', 'found before', [not(W.osModeIs('absent'))]),
      dropped('ENODEV', 'nobody answers', [not(W.devicePresent)]),
      accepted(
        'inherited: attested before',
        [W.hasEvidence, not(paravisor)],
        [W.osModeTo('broken')],
      ),
      accepted('found shared', [], [W.osModeTo('shared')]),
    ],
  }),
  rule('os.policy', {
    by: 'guest',
    role: 'progress',
    leanings: [
      { when: { policy: 'deny' }, role: 'hostile' },
      { when: { policy: 'sharedOnly' }, role: 'neutral' },
    ],
    says: 'The policy of a guest is loaded: by initrd, kernel, SVSM or a remote verifier.',
    over: { guest: 'Guest', policy: 'Policy' },
    sensible: [not(W.policyIs('accept'))],
    clauses: ['os-policy'],
    facets: ['os'],
    cases: [accepted('loaded', [], [W.loadPolicy])],
  }),
  rule('os.driver.prep', {
    by: 'guest',
    says: 'A driver binds to prepare the device, or to look at its report, and for nothing else.',
    over: pair,
    clauses: ['os-prep', 'os-policy'],
    facets: ['os'],
    cases: [
      absent,
      attached,
      accepted('prepares', [W.osModeIs('shared')], [W.osDriverTo('prep')]),
      accepted(
        'looks at the report',
        [W.osModeIs('evidenced'), W.readingIs('policyHook', 'driver')],
        [W.osDriverTo('prep')],
      ),
      refused('EINVAL', 'not in this mode', []),
    ],
  }),
  rule('os.driver.probe', {
    by: 'guest',
    role: 'optional',
    says: 'The driver of the device binds.',
    over: pair,
    clauses: ['os-policy', 'os-mode', 'os-mmio'],
    facets: ['os'],
    sensible: [anyOf(W.osModeIs('accepted'), W.policyIs('notLoaded', 'sharedOnly'))],
    cases: [
      absent,
      attached,
      refused('EINVAL', 'neither shared nor accepted', [not(W.osModeIs('shared', 'accepted'))]),
      refused('EPROBE_DEFER', 'no policy is loaded', [
        not(anyOf(noHook, paravisor)),
        W.policyIs('notLoaded'),
      ]),
      refused('EPERM', 'the policy denies it', [W.policyIs('deny')]),
      accepted(
        'shared',
        [W.osModeIs('shared')],
        [W.osDriverTo('real'), W.rangesTo('shared', 'shared')],
      ),
      accepted('accepted', [], [W.osDriverTo('real')]),
    ],
  }),
  rule('os.driver.remove', {
    by: 'guest',
    role: 'progress',
    sensible: [W.osModeIs('shared', 'evidenced', 'broken')],
    says: 'The driver lets go of the device.',
    over: pair,
    clauses: ['os-command', 'cfg-command'],
    facets: ['os', 'mse'],
    cases: [
      refused('ENODEV', 'no driver', [W.osDriverIs('none')]),
      accepted('Command register kept', [held], [W.osDriverTo('none')]),
      accepted(
        'bus mastering off, locked behind its back',
        [W.osDriverIs('real'), locked, anyOf(W.bmeSet, level)],
        [
          W.osDriverTo('none'),
          W.rangesTo('unmapped', 'unmapped'),
          when([W.mseSet], [W.putCommand(0, 1)]),
          when([not(W.mseSet)], [W.putCommand(0, 0)]),
          ...fall,
        ],
      ),
      accepted(
        'bus mastering off',
        [W.osDriverIs('real'), W.devicePresent],
        [
          W.osDriverTo('none'),
          W.rangesTo('unmapped', 'unmapped'),
          when([W.mseSet], [W.putCommand(0, 1)]),
          when([not(W.mseSet)], [W.putCommand(0, 0)]),
        ],
      ),
      accepted('let go', [], [W.osDriverTo('none'), W.rangesTo('unmapped', 'unmapped')]),
    ],
  }),
  rule('os.enable', {
    by: 'guest',
    leanings: [{ when: { step: 'both' }, role: 'optional' }],
    says: 'A bound driver sets MSE and BME by reading, changing and writing the Command register.',
    over: { guest: 'Guest', tdi: 'Tdi', step: 'EnableStep' },
    clauses: ['os-command', 'enable-style', 'cfg-command-level'],
    facets: ['os', 'mse'],
    cases: [
      refused('ENODEV', 'no driver', [W.osDriverIs('none')]),
      dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]),
      refused('OTHER_STYLE', 'the driver sets one bit after the other', [
        W.stepIs('both'),
        W.readingIs('enableStyle', 'mseThenBme'),
      ]),
      refused('OTHER_STYLE', 'the driver sets both bits at once', [
        not(W.stepIs('both')),
        not(W.readingIs('enableStyle', 'mseThenBme')),
      ]),
      refused('OTHER_STYLE', 'the bits were set before LOCK', [
        W.readingIs('enableStyle', 'prebound'),
        held,
      ]),
      accepted(
        'MSE alone writes BME 0 over 0 under lock',
        [W.stepIs('mse'), not(W.bmeSet), locked, level],
        [W.putCommand(0, 1), ...fall],
      ),
      accepted('MSE before BME', [W.stepIs('mse'), not(W.bmeSet)], [W.putCommand(0, 1)]),
      accepted('enabled', [], [W.putCommand(1, 1)]),
    ],
  }),
  rule('os.buffer.map', {
    by: 'guest',
    role: 'optional',
    says: 'A driver maps a buffer for DMA: a bounce buffer, or a private page of an accepted device.',
    over: buffer,
    clauses: ['os-bounce', 'os-mode'],
    facets: ['os'],
    cases: [
      refused('ENODEV', 'no driver', [not(W.osDriverIs('real'))]),
      refused('EIO', 'broken', [W.osModeIs('broken')]),
      refused('EBUSY', 'one is mapped', [W.hasBuffer]),
      accepted(
        'bounce buffer',
        [not(W.dmaDirect), W.viewIs('shared'), not(allOf(W.pageOf, W.pageAccepted))],
        [W.mapBuffer],
      ),
      accepted('private page', [W.dmaDirect, W.viewIs('private')], [W.mapBuffer]),
      refused('EFAULT', 'a page of the wrong kind', []),
    ],
  }),
  rule('os.buffer.unmap', {
    by: 'guest',
    role: 'progress',
    sensible: [anyOf(W.osDriverIs('none'), W.osModeIs('broken'))],
    says: 'A DMA mapping is given up; one that a removed driver left behind, too.',
    over: pair,
    clauses: ['os-bounce'],
    facets: ['os'],
    cases: [
      refused('ENOENT', 'none is alive', [not(W.hasBuffer)]),
      accepted('unmapped', [], [W.unmapBuffer]),
    ],
  }),
  rule('os.lock', {
    by: 'guest',
    role: 'progress',
    says: 'A guest asks for LOCK and goes on if the TSM says that the host has had it done.',
    over: pair,
    clauses: ['os-lock', 'os-policy'],
    facets: ['os'],
    cases: [
      kernelUnaware,
      refused('EINVAL', 'not shared', [not(W.osModeIs('shared'))]),
      attached,
      notAllowed,
      notBound,
      noTsmLock,
      accepted('locked', [], [W.osModeTo('locked')]),
    ],
  }),
  rule('os.evidence', {
    by: 'guest',
    as: 'guest.evidence',
    role: 'progress',
    leanings: [
      { when: { blobs: 'substituted' }, role: 'neutral' },
      { when: { blobs: 'staleNonce' }, role: 'neutral' },
    ],
    sensible: [W.osModeIs('locked')],
    says: 'A guest takes evidence from the host and compares it with the digests of the TSM and its own nonce.',
    over: { guest: 'Guest', tdi: 'Tdi', blobs: 'Blobs' },
    clauses: ['os-evidence', 'lock-session'],
    facets: ['os'],
    cases: [
      kernelUnaware,
      refused('EINVAL', 'not locked by this kernel', [
        not(W.osModeIs('locked', 'evidenced', 'accepting', 'accepted')),
      ]),
      notBound,
      refused('ENXIO', 'the TSM has no report', [not(W.tsmHasReport)]),
      refused('EBADMSG', 'not what the TSM has digests of', [W.blobsAre('substituted')]),
      refused('EBADMSG', 'measured for another nonce', [W.blobsAre('staleNonce')]),
      accepted('fresh evidence', [not(W.osModeIs('locked'))], [W.readEvidence]),
      accepted('evidenced', [], [W.readEvidence, W.osModeTo('evidenced')]),
    ],
  }),
  rule('os.verify', {
    by: 'guest',
    role: 'progress',
    leanings: ['measurement', 'rootPort', 'stream', 'barLayout', 'requesterId'].map((finding) => ({
      when: { finding },
      role: 'optional' as const,
    })),
    says: 'A verifier judges evidence and topology; its verdict is about one lock session.',
    over: { guest: 'Guest', tdi: 'Tdi', finding: 'Finding' },
    clauses: ['os-verify', 'os-policy'],
    facets: ['os'],
    sensible: [not(W.verdictCurrent)],
    cases: [
      kernelUnaware,
      refused('EINVAL', 'no evidence', [not(W.osModeIs('evidenced'))]),
      notAllowed,
      refused('ENODEV', 'the driver that judges is not bound', [
        W.readingIs('policyHook', 'driver'),
        not(W.osDriverIs('prep')),
      ]),
      refused('EACCES', 'another measurement', [W.findingIs('measurement')]),
      refused('EACCES', 'another root port', [W.findingIs('rootPort')]),
      refused('EACCES', 'another stream', [W.findingIs('stream')]),
      refused('EACCES', 'another BAR layout', [W.findingIs('barLayout')]),
      refused('EACCES', 'another function', [W.findingIs('requesterId')]),
      accepted('allowed', [], [W.giveVerdict]),
    ],
  }),
  rule('os.accept', {
    by: 'guest',
    as: 'guest.accept',
    role: 'progress',
    says: 'A guest accepts: the TSM is told, and the device may be started.',
    over: pair,
    clauses: ['os-accept', 'os-verify', 'guest-accept', 'lock-session'],
    facets: ['os'],
    cases: [
      kernelUnaware,
      refused('EINVAL', 'no evidence', [not(W.osModeIs('evidenced'))]),
      attached,
      inUse,
      notAllowed,
      refused('EACCES', 'nobody has allowed it', [not(noHook), not(W.verdictGiven)]),
      refused('ESTALE', 'the verdict is of an earlier lock session', [
        not(noHook),
        not(W.verdictCurrent),
      ]),
      refused('ESTALE', 'the evidence is of an earlier lock session', [not(W.evidenceCurrent)]),
      notBound,
      noTsmLock,
      accepted('accepting', [], [W.acceptTdi, W.recordAcceptance, W.osModeTo('accepting')]),
    ],
  }),
  rule('os.accept.mmio', {
    by: 'guest',
    as: 'mmio.accept',
    role: 'progress',
    sensible: [W.mmioMappedFor, W.tsmBelieves('RUN')],
    says: 'Accepting goes on: the MMIO ranges are validated, and mapped by their kinds.',
    over: pair,
    clauses: ['os-accept', 'os-mmio', 'mmio-accept'],
    facets: ['os', 'mmio'],
    cases: [
      refused('EINVAL', 'not accepting', [not(W.osModeIs('accepting'))]),
      refused('EALREADY', 'validated before', [W.teeEncrypted]),
      refused(
        'ESTALE',
        'rolled back: the lock session is over',
        [lockSessionOver],
        [...kernelGivesUp],
      ),
      refused('EAGAIN', 'not in RUN as far as the TSM knows', [not(W.tsmBelieves('RUN'))]),
      refused(
        'EIO',
        'rolled back: a range is not mapped',
        [not(W.mmioMappedFor)],
        [...kernelRollsBack],
      ),
      refused(
        'EIO',
        'rolled back: a range is not what the report says',
        [not(W.mmioMatchesReport)],
        [...kernelRollsBack],
      ),
      accepted('validated', [], [W.acceptMmio, W.rangesTo('encrypted', 'shared')]),
    ],
  }),
  rule('os.accept.dma', {
    by: 'guest',
    as: 'guest.enable-dma',
    role: 'progress',
    leanings: [{ when: { source: 'host' }, role: 'optional' }],
    sensible: [W.teeEncrypted],
    says: 'Accepting ends: the TSM says RUN, private memory is opened, buffers are direct from now on.',
    over: { guest: 'Guest', tdi: 'Tdi', source: 'Source' },
    clauses: ['os-accept', 'os-bounce', 'private-dma'],
    facets: ['os', 'mmio'],
    cases: [
      ...dmaAcceptChecks,
      accepted('accepted', [], [W.openDma, W.osModeTo('accepted'), W.dmaOpsTo('direct')]),
    ],
  }),
  rule('os.unlock', {
    by: 'guest',
    role: 'progress',
    sensible: [W.osModeIs('broken')],
    says: 'A guest gives a device up: flags and evidence go, and the TSM must say that it is unbound.',
    over: pair,
    clauses: ['os-unlock', 'os-recover'],
    facets: ['os'],
    cases: [
      refused('EINVAL', 'not locked by this kernel', [not(held)]),
      attached,
      refused('EBUSY', 'a DMA mapping is alive', [W.hasBuffer]),
      refused('EIO', 'the host has not unbound it', [W.boundTo], [...kernelRollsBack]),
      accepted(
        'unlocked',
        [],
        [
          W.osModeTo('shared'),
          W.rangesTo('unmapped', 'unmapped'),
          W.dmaOpsTo('bounce'),
          W.dropEvidence,
        ],
      ),
    ],
  }),
  rule('os.error', {
    by: 'guest',
    role: 'neutral',
    leanings: [
      { when: { sign: 'poll' }, role: 'optional' },
      { when: { sign: 'allOnes' }, role: 'optional' },
      { when: { sign: 'aer' }, role: 'hostile' },
    ],
    observed: true,
    says: 'A guest looks for an error: it asks the TSM, reads all ones, or is sent an AER.',
    over: { guest: 'Guest', tdi: 'Tdi', sign: 'Sign' },
    clauses: ['os-error', 'tsm-cached'],
    facets: ['os'],
    sensible: [not(W.tdiIs('RUN'))],
    cases: [
      refused('EINVAL', 'not accepted', [not(W.osModeIs('accepted'))]),
      accepted(
        'the TSM says so',
        [W.signIs('poll'), anyOf(lockSessionOver, not(W.tsmBelieves('RUN')))],
        [W.osModeTo('broken')],
      ),
      accepted(
        'all ones',
        [
          W.signIs('allOnes'),
          anyOf(
            not(W.devicePresent),
            not(W.streamSecure),
            not(W.tdiIs('RUN')),
            not(W.mseSet),
            allOf(W.readingIs('hostFaultScope', 'guest'), W.guestFenced),
          ),
        ],
        [W.osModeTo('broken')],
      ),
      accepted('AER', [W.signIs('aer')], [W.osModeTo('broken')]),
      accepted('no sign of one', []),
    ],
  }),
  rule('os.reattest', {
    by: 'guest',
    leanings: [{ when: { measured: 'changed' }, role: 'hostile' }],
    observed: true,
    says: 'A remote verifier has an accepted device measured again.',
    over: { guest: 'Guest', tdi: 'Tdi', measured: 'Remeasured' },
    clauses: ['os-reattest'],
    facets: ['os'],
    cases: [
      refused('EINVAL', 'not accepted', [not(W.osModeIs('accepted'))]),
      accepted('the lock session is over', [lockSessionOver], [W.osModeTo('broken')]),
      accepted('another measurement', [W.remeasuredIs('changed')], [W.osModeTo('broken')]),
      accepted('the same measurement', []),
    ],
  }),
  rule('os.suspend', {
    by: 'guest',
    role: 'hostile',
    says: 'A guest sleeps and wakes: what it had not unlocked is broken.',
    over: { guest: 'Guest' },
    clauses: ['os-suspend'],
    facets: ['os'],
    cases: [accepted('suspended', [], [each({ tdi: 'Tdi' }, [held], [W.osModeTo('broken')])])],
  }),
  rule('os.kexec', {
    by: 'guest',
    role: 'hostile',
    says: 'Another kernel takes over a guest: in order, or after a crash.',
    over: { guest: 'Guest', handover: 'Handover' },
    clauses: ['os-kexec'],
    facets: ['os'],
    cases: [
      refused('EBUSY', 'a device is not unlocked', [W.handoverIs('kexec'), W.osHoldsSome]),
      accepted('a new kernel', [], [each({ tdi: 'Tdi' }, [], [W.osForget]), W.unloadPolicy]),
    ],
  }),
  rule('os.convert.begin', {
    by: 'guest',
    role: 'optional',
    sensible: [W.viewIs('shared')],
    says: 'A kernel asks for a page to be converted and does not use it until then.',
    over: { guest: 'Guest', page: 'Page' },
    clauses: ['os-convert'],
    facets: ['os'],
    cases: [
      refused('EALREADY', 'in flight', [W.viewIs('inFlight')]),
      refused('EBUSY', 'a DMA mapping is in it', [W.someBufferIn]),
      accepted('asked', [], [W.viewTo('inFlight')]),
    ],
  }),
  rule('os.convert.end', {
    by: 'guest',
    role: 'progress',
    says: 'The page that a kernel asked to have shared is shared.',
    over: { guest: 'Guest', page: 'Page' },
    clauses: ['os-convert'],
    facets: ['os'],
    cases: [
      refused('EINVAL', 'not in flight', [not(W.viewIs('inFlight'))]),
      refused('EAGAIN', 'the host has not converted it', [not(W.pageShared)]),
      accepted('shared', [], [W.viewTo('shared')]),
    ],
  }),
];
