/**
 * The orderly host: what kernel, VFIO and VMM do, and refuse to do (host-guest 2.1, 2.2, 2.4).
 *
 * These are the host's own books. A hostile host skips them and calls the TSM as it likes; that is what
 * the other rules by the host are. A verb that needs the TSM is split around the TSM's own commands:
 * begin, what the TSM does, end.
 */
import {
  accepted,
  allOf,
  anyOf,
  dropped,
  each,
  idle,
  not,
  type Rule,
  refused,
  rule,
  when,
} from '../author.ts';
import { functionReset } from '../phrases.ts';
import { W } from '../words/index.ts';

const tdi = { tdi: 'Tdi' } as const;
const facets = ['vfio'] as const;
const mapping = { guest: 'Guest', page: 'Page' } as const;
const tdiIsBound = refused('EBUSY', 'the TDI is bound', [anyOf(W.bound, not(W.hostSays('no')))]);
const notOpen = refused('EBADF', 'no VM has it open', [not(W.fnOpen)]);
/** The FLR of a PF takes its VFs along, whoever has them. */
const othersBound = refused('EBUSY', 'a TDI of the PF is bound', [W.isPf, W.someTdiBound]);
const clears = anyOf(allOf(W.writesBmeZero, W.bmeSet), allOf(W.writesMseZero, W.mseSet));

/** A plain VM has no private page. */
const ofPlainVm = 'decides only where a VM may be plain';
const noPrivatePage = idle(ofPlainVm, refused('EOPNOTSUPP', 'a plain VM', [W.vmPlain]));
const plainConverts = idle(
  ofPlainVm,
  refused('EOPNOTSUPP', 'a plain VM', [W.vmPlain, W.pageShared]),
);

export const VFIO_RULES: readonly Rule[] = [
  rule('dsm.register', {
    by: 'host',
    role: 'progress',
    says: 'H2: a TSM registers with the host kernel.',
    over: {},
    clauses: ['host-register'],
    facets,
    cases: [
      refused('EBUSY', 'there is one', [W.tsmRegistered]),
      accepted('registered', [], [W.registerTsm]),
    ],
  }),
  rule('dsm.unregister', {
    by: 'host',
    role: 'hostile',
    says: 'H8: the TSM unregisters, as when its module is unloaded.',
    over: {},
    clauses: ['host-register'],
    facets,
    cases: [
      refused('ENXIO', 'there is none', [not(W.tsmRegistered)]),
      refused('EBUSY', 'the device is connected', [not(W.contextIs('absent'))]),
      accepted('unregistered', [], [W.unregisterTsm]),
    ],
  }),
  rule('dsm.connect', {
    by: 'host',
    role: 'progress',
    says: 'H3: the administrator connects; the kernel reads back that the stream is Secure.',
    over: {},
    clauses: ['host-connect', 'stream-range', 'host-kexec'],
    facets,
    cases: [
      refused('EBUSY', 'connected already', [not(W.contextIs('absent'))]),
      refused('ENXIO', 'no TSM, or no function 0', [anyOf(not(W.tsmRegistered), not(W.pfPresent))]),
      refused('ESTALE', 'an earlier kernel left TSM state', [W.staleState]),
      refused('ENXIO', 'the TSM has no session', [not(W.tsmSessionLive)]),
      refused('EIO', 'the stream is not Secure', [not(W.streamSecure)]),
      idle(
        'decides only where a command of the host connects',
        refused('EIO', 'the TSM’s driver has not finished', [
          W.readingIs('connectBy', 'command'),
          not(W.tioReported),
        ]),
      ),
      accepted(
        'connected',
        [],
        [W.contextTo('connected'), each({ tdi: 'Tdi' }, [W.fnPresent], [W.coverFn])],
      ),
    ],
  }),
  rule('dsm.disconnect', {
    by: 'host',
    role: 'hostile',
    says: 'H7: the kernel lets go of the context once no TDI is bound and the TSM holds no session.',
    over: {},
    clauses: ['host-disconnect'],
    facets,
    cases: [
      refused('ENXIO', 'not connected', [W.contextIs('absent')]),
      refused('EBUSY', 'a TDI is bound', [anyOf(W.someTdiBound, W.hostCountsBound)]),
      refused('EAGAIN', 'the TSM holds a session', [W.tsmHasSession]),
      accepted(
        'disconnected',
        [],
        [W.contextTo('absent'), each({ tdi: 'Tdi' }, [], [W.uncoverFn])],
      ),
    ],
  }),
  rule('fn.enumerate', {
    by: 'host',
    role: 'progress',
    says: 'H1, H4: the kernel finds a function; a VF may appear after connect.',
    over: tdi,
    clauses: ['host-functions', 'stream-range'],
    facets,
    cases: [
      dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]),
      refused('EEXIST', 'it is known', [W.fnPresent]),
      refused('ENODEV', 'no PF to enable VFs', [not(W.isPf), not(W.pfPresent)]),
      accepted('before connect', [W.contextIs('absent')], [W.fnAppears]),
      accepted(
        'after connect, in the range of the stream',
        [W.readingIs('streamRange', 'allVfs')],
        [W.fnAppears, W.coverFn],
      ),
      accepted('after connect, outside of it', [], [W.fnAppears]),
    ],
  }),
  rule('fn.remove', {
    by: 'host',
    role: 'neutral',
    says: 'The kernel removes a function: VFs disabled, or taken off by the administrator.',
    over: tdi,
    clauses: ['host-functions'],
    facets,
    cases: [
      refused('ENODEV', 'it is not known', [not(W.fnPresent)]),
      tdiIsBound,
      refused('EBUSY', 'a VM has it open', [W.fnOpen]),
      refused('EBUSY', 'it has VFs', [W.isPf, W.someVfPresent]),
      refused('EBUSY', 'function 0 holds the context', [W.isPf, not(W.contextIs('absent'))]),
      accepted('removed', [], [W.fnVanishes]),
    ],
  }),

  rule('vfio.driver', {
    by: 'host',
    role: 'hostile',
    leanings: [{ when: { driver: 'vfio' }, role: 'progress' }],
    says: 'V1: the administrator binds a driver to a function, or takes it off.',
    over: { tdi: 'Tdi', driver: 'HostDriver' },
    clauses: ['vfio-assign'],
    facets,
    cases: [
      refused('ENODEV', 'it is not known', [not(W.fnPresent)]),
      refused('EBUSY', 'a VM has it open', [W.fnOpen]),
      accepted('no change', [W.hostDriverIsAlready], []),
      refused('EBUSY', 'another driver is bound', [
        not(W.hostDriverIs('none')),
        not(W.wantsNoDriver),
      ]),
      accepted('bound', [], [W.setHostDriver]),
    ],
  }),
  rule('vfio.open', {
    by: 'host',
    role: 'progress',
    says: 'V2: a VM opens a function.',
    over: { tdi: 'Tdi', guest: 'Guest' },
    clauses: ['vfio-assign'],
    facets,
    cases: [
      refused('ENODEV', 'no vfio driver', [not(W.hostDriverIs('vfio'))]),
      refused('EBUSY', 'open already', [W.fnOpen]),
      refused('EINVAL', 'the VM is gone or going', [W.vmIs('gone', 'terminating')]),
      accepted('opened', [], [W.openFor]),
    ],
  }),
  rule('vfio.attach', {
    by: 'host',
    role: 'progress',
    says: 'V3: the function is attached to the I/O address space; its table entry is written.',
    over: tdi,
    clauses: ['vfio-assign', 'private-map-after-launch'],
    facets,
    cases: [
      notOpen,
      refused('EBUSY', 'attached already', [not(W.iommufdIs('unattached'))]),
      accepted(
        'neutral entry',
        [W.readingIs('initialAssignMode', 'sharedBindCapable')],
        [W.iommufdTo('attached'), W.dteTo('shared')],
      ),
      refused('EINVAL', 'only by hotplug, once the VM runs', [
        W.readingIs('initialAssignMode', 'hotplugPrivate'),
        not(W.openerIs('running')),
      ]),
      accepted('secure entry', [], [W.iommufdTo('attached'), W.dteTo('secure')]),
    ],
  }),
  rule('ioas.map', {
    by: 'host',
    role: 'optional',
    says: 'V4: guest memory is mapped for the devices of a VM; privately, it becomes the guest’s.',
    over: { guest: 'Guest', page: 'Page', space: 'Space' },
    clauses: ['private-map-after-launch', 'page-owner', 'ioas-conversion', 'plain-vm-unbound'],
    facets,
    cases: [
      refused('EINVAL', 'nothing is attached', [not(W.attachedFor)]),
      refused('EINVAL', 'the VM is gone or going', [W.vmIs('gone', 'terminating')]),
      refused('EEXIST', 'mapped before', [not(W.ioasIs('unmapped'))]),
      refused('EFAULT', 'a private page as shared', [not(W.spaceIsPrivate), not(W.pageShared)]),
      accepted('shared', [not(W.spaceIsPrivate)], [W.ioasMap]),
      refused('EINVAL', 'the launch is not finished', [
        not(W.readingIs('initialAssignMode', 'coldPrivate')),
        W.vmIs('created', 'launching'),
      ]),
      accepted('private page', [W.pageOf], [W.ioasMap]),
      noPrivatePage,
      refused('EPERM', 'private to another guest', [not(W.pageShared)]),
      refused('EBUSY', 'something still translates to it', [
        not(allOf(W.pageUnmapped, W.pageFlushClean)),
      ]),
      accepted('made private', [], [W.scrubPage, W.givePage, W.newOwnership, W.ioasMap]),
    ],
  }),
  rule('ioas.unmap', {
    by: 'host',
    role: 'hostile',
    says: 'Guest memory is unmapped from the I/O address space of a VM.',
    over: mapping,
    clauses: ['vfio-teardown'],
    facets,
    cases: [
      refused('ENOENT', 'not mapped', [W.ioasIs('unmapped')]),
      refused('EBUSY', 'unbind comes first', [W.ioasIs('private'), W.vmHasTdi]),
      accepted('unmapped', [], [W.ioasUnmap]),
    ],
  }),
  rule('ioas.convert', {
    by: 'host',
    role: 'hostile',
    says: 'A page of a VM becomes private or shared; what mapped the old kind goes first.',
    over: mapping,
    clauses: ['ioas-conversion', 'page-conversion', 'page-scrub', 'plain-vm-unbound'],
    facets,
    cases: [
      refused('EINVAL', 'the VM does not run', [not(W.vmIs('running'))]),
      refused('EPERM', 'private to another guest', [not(W.pageShared), not(W.pageOf)]),
      refused('EBUSY', 'something still translates to it', [
        not(allOf(W.pageUnmapped, W.pageFlushClean)),
      ]),
      plainConverts,
      accepted(
        'to private',
        [W.pageShared],
        [each({ guest: 'Guest' }, [], [W.ioasUnmap]), W.scrubPage, W.givePage, W.newOwnership],
      ),
      accepted(
        'to shared',
        [],
        [each({ guest: 'Guest' }, [], [W.ioasUnmap]), W.scrubPage, W.sharePage, W.newOwnership],
      ),
    ],
  }),
  rule('vfio.vdevice', {
    by: 'host',
    role: 'progress',
    says: 'V5: the VM allocates the virtual device by which the TSM layer knows the function.',
    over: tdi,
    clauses: ['vfio-assign'],
    facets,
    cases: [
      refused('ENOENT', 'not attached', [W.iommufdIs('unattached')]),
      refused('EEXIST', 'it has one', [W.iommufdIs('vdevice')]),
      accepted('allocated', [], [W.iommufdTo('vdevice')]),
    ],
  }),
  rule('vfio.bind.begin', {
    by: 'host',
    role: 'progress',
    says: 'V9, V10: the kernel prepares a bind: secure table entry, no CPU mapping of the BAR.',
    over: tdi,
    clauses: ['vfio-bind', 'stream-range', 'recover-reset'],
    facets,
    cases: [
      refused('EINVAL', 'no vdevice', [not(W.iommufdIs('vdevice'))]),
      refused('ENXIO', 'not connected, or the session is lost', [not(W.contextIs('connected'))]),
      refused('EBUSY', 'bound or being bound', [not(W.hostSays('no'))]),
      refused('EINVAL', 'the VM does not run', [not(W.openerIs('running'))]),
      refused('ERANGE', 'outside the range of the stream', [not(W.inStream)]),
      accepted('prepared', [], [W.hostNotes('binding'), W.dteTo('secure'), W.hostBarTo('revoked')]),
    ],
  }),
  rule('vfio.bind.end', {
    by: 'host',
    role: 'progress',
    says: 'The kernel takes the TSM’s result of a bind in; a failed one is unwound.',
    over: tdi,
    clauses: ['vfio-bind', 'host-connect'],
    facets,
    cases: [
      refused('EINVAL', 'no bind is under way', [not(W.hostSays('binding'))]),
      refused('EAGAIN', 'the TSM is at it', [
        W.bound,
        W.boundToOpener,
        anyOf(not(W.tsmHasNonce), W.unbinding),
      ]),
      accepted('bound', [W.boundToOpener, W.contextIs('connected')], [W.hostNotes('yes')]),
      refused('EBUSY', 'bound to another VM, or over a lost session', [W.bound]),
      accepted('failed', [], [W.hostNotes('no'), W.dteTo('shared'), W.hostBarTo('mappable')]),
    ],
  }),
  rule('vfio.fault', {
    by: 'host',
    role: 'optional',
    says: 'V11: the guest touches private MMIO; KVM maps the slice of the BAR that was exported.',
    over: tdi,
    clauses: ['vfio-bind', 'mmio-accept'],
    facets: ['vfio', 'mmio'],
    cases: [
      refused('EFAULT', 'not bound', [not(W.hostSays('yes'))]),
      refused('EAGAIN', 'the TSM has not mapped it', [not(allOf(W.bound, W.mmioMapped))]),
      accepted('mapped', [W.hostBarIs('revoked')], [W.hostBarTo('private')]),
      accepted('mapped before', [], []),
    ],
  }),
  rule('vfio.access', {
    by: 'host',
    observed: true,
    says: 'The VMM reads or writes the BAR through its own mapping: T=0.',
    over: tdi,
    clauses: ['vfio-bind'],
    facets,
    cases: [
      notOpen,
      refused('SIGBUS', 'the mapping is revoked', [not(W.hostBarIs('mappable'))]),
      dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]),
      accepted('done', [], []),
    ],
  }),
  rule('vfio.zap', {
    by: 'host',
    role: 'optional',
    sensible: [not(W.bound)],
    says: 'KVM drops the private mapping of the BAR, in the order that the platform asks for.',
    over: tdi,
    clauses: ['vfio-teardown', 'mmio-unmap-order'],
    facets: ['vfio', 'mmio'],
    cases: [
      refused('ENOENT', 'no private mapping', [not(W.hostBarIs('private'))]),
      refused('EBUSY', 'unbind comes first', [W.bound, not(W.unbinding)]),
      refused('EBUSY', 'the STOP comes first', [
        W.readingIs('mmioUnmapVsStop', 'after'),
        W.bound,
        not(W.stopAnswered),
      ]),
      accepted('dropped', [], [W.hostBarTo('revoked')]),
    ],
  }),
  rule('vfio.unbind', {
    by: 'host',
    role: 'progress',
    sensible: [not(W.bound)],
    says: 'V12: the kernel counts a TDI as unbound, once the TSM is done with it.',
    over: tdi,
    clauses: ['vfio-teardown', 'mmio-unmap-order'],
    facets,
    cases: [
      refused('ENXIO', 'not bound', [not(W.hostSays('yes'))]),
      refused('EBUSY', 'the TSM is not done', [W.bound]),
      refused('EBUSY', 'private MMIO is mapped', [W.hostBarIs('private')]),
      accepted('unbound', [], [W.hostNotes('no'), W.dteTo('shared'), W.hostBarTo('mappable')]),
    ],
  }),
  rule('vfio.reset', {
    by: 'host',
    role: 'hostile',
    says: 'R10: the VM asks for a reset of the function; BARs are zapped first, so not while bound.',
    over: tdi,
    clauses: ['vfio-reset', 'rst-flr'],
    facets,
    cases: [
      notOpen,
      tdiIsBound,
      othersBound,
      dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]),
      accepted('reset', [], [...functionReset]),
    ],
  }),
  rule('vfio.vdevice.destroy', {
    by: 'host',
    role: 'neutral',
    says: 'The virtual device goes, after the unbind.',
    over: tdi,
    clauses: ['vfio-teardown'],
    facets,
    cases: [
      refused('ENOENT', 'there is none', [not(W.iommufdIs('vdevice'))]),
      tdiIsBound,
      accepted('destroyed', [], [W.iommufdTo('attached')]),
    ],
  }),
  rule('vfio.detach', {
    by: 'host',
    role: 'neutral',
    says: 'The function leaves the I/O address space, after its virtual device is gone.',
    over: tdi,
    clauses: ['vfio-teardown'],
    facets,
    cases: [
      refused('ENOENT', 'not attached', [W.iommufdIs('unattached')]),
      refused('EBUSY', 'it has a vdevice', [W.iommufdIs('vdevice')]),
      tdiIsBound,
      accepted('detached', [], [W.iommufdTo('unattached'), W.dteTo('off')]),
    ],
  }),
  rule('vfio.close', {
    by: 'host',
    role: 'neutral',
    says: 'V13: the VM closes the function, which is reset, after everything else was taken down.',
    over: tdi,
    clauses: ['vfio-teardown', 'rst-flr'],
    facets,
    cases: [
      notOpen,
      tdiIsBound,
      othersBound,
      refused('EBUSY', 'attached', [not(W.iommufdIs('unattached'))]),
      accepted('closed', [], [when([W.devicePresent], [...functionReset]), W.closeFn]),
    ],
  }),
  rule('vmm.command', {
    by: 'guest',
    role: 'hostile',
    leanings: [{ when: { bme: 1, mse: 1 }, role: 'optional' }],
    says: 'R11: the guest writes the Command register, which the VMM traps.',
    over: { tdi: 'Tdi', bme: 'Level', mse: 'Level' },
    clauses: ['mse-clear-policy', 'cfg-command'],
    facets,
    cases: [
      notOpen,
      refused('EPERM', 'clears under a bind: not let through', [
        W.bound,
        W.readingIs('mseClearPolicy', 'refuse'),
        clears,
      ]),
      refused('EAGAIN', 'clears under a bind: unbind comes first', [
        W.bound,
        W.readingIs('mseClearPolicy', 'unbindFirst'),
        clears,
      ]),
      dropped('NO_DEVICE', 'nobody answers', [not(W.devicePresent)]),
      accepted(
        'clears under lock',
        [
          W.tdiIs('CONFIG_LOCKED', 'RUN'),
          anyOf(
            clears,
            allOf(W.readingIs('commandClear', 'level'), anyOf(W.writesBmeZero, W.writesMseZero)),
          ),
        ],
        [W.setCommand, W.tdiTo('ERROR'), W.dropNonce],
      ),
      accepted('plain write', [], [W.setCommand]),
    ],
  }),
];
