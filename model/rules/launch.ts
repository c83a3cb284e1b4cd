/** The life of a VM (backends 10, SNP rows; host-guest 2.2 V6, V7, V15 and 2.5 R8). */
import { accepted, each, not, type Rule, refused, rule, when } from '../author.ts';
import { W } from '../words/index.ts';

const guest = { guest: 'Guest' } as const;
const facets = ['launch'] as const;
/** Where the table is the host’s, nobody looks into it (rules/memory.ts). */
const trustedTable = W.readingIs('translationTables', 'trusted');
/** A launch command out of its place. */
const outOfOrder = (...phases: Parameters<typeof W.vmIs>) =>
  refused('EINVAL', 'out of order', [not(W.vmIs(...phases))]);
/** Nothing of a VM is given up while a TDI may still reach it, or while a page is still its own. */
const inUse = [
  refused('EBUSY', 'a TDI is bound to it', [W.vmHasTdi]),
  refused('EBUSY', 'a private page is not reclaimed', [W.vmHasPage]),
] as const;
/** A new kernel will run, and knows nothing of what the one before had. */
export const guestForgets = [
  W.forgetAllEvidence,
  each({ tdi: 'Tdi' }, [], [W.osForget]),
  each({ page: 'Page' }, [], [W.viewTo('shared')]),
  W.unloadPolicy,
] as const;

export const LAUNCH_RULES: readonly Rule[] = [
  rule('vm.create', {
    by: 'host',
    role: 'progress',
    says: 'The host creates a VM that can be launched.',
    over: guest,
    clauses: ['vm-launch'],
    facets,
    cases: [
      refused('EEXIST', 'there is one', [not(W.vmIs('gone'))]),
      accepted('created', [], [W.vmTo('created')]),
    ],
  }),
  rule('vm.launch.start', {
    by: 'host',
    role: 'progress',
    says: 'SNP_LAUNCH_START: the launch image begins.',
    over: guest,
    clauses: ['vm-launch'],
    facets,
    cases: [
      outOfOrder('created'),
      accepted('started', [], [W.vmTo('launching'), W.makeConfidential]),
    ],
  }),
  rule('vm.launch.update', {
    by: 'host',
    role: 'optional',
    says: 'SNP_LAUNCH_UPDATE: a page of the hypervisor becomes part of the launch image.',
    over: { guest: 'Guest', page: 'Page', contents: 'Contents' },
    clauses: ['vm-launch-update', 'page-owner', 'page-scrub'],
    facets,
    cases: [
      outOfOrder('launching'),
      refused('INVALID_PAGE_STATE', 'a guest owns it already', [not(W.pageShared)]),
      refused('MAPPED', 'a table entry is left', [trustedTable, not(W.pageUnmapped)]),
      refused('NOT_FLUSHED', 'an IOTLB copy may be left', [trustedTable, not(W.pageFlushClean)]),
      accepted(
        'added',
        [],
        [
          W.scrubPage,
          W.givePage,
          W.newOwnership,
          W.acceptPage,
          W.viewTo('private'),
          when([W.contentsAre('normal', 'zero')], [W.measurePage]),
        ],
      ),
    ],
  }),
  rule('vm.launch.finish', {
    by: 'host',
    role: 'progress',
    says: 'SNP_LAUNCH_FINISH: the image and its measurement are final.',
    over: guest,
    clauses: ['vm-launch'],
    facets,
    cases: [outOfOrder('launching'), accepted('finished', [], [W.vmTo('finalized')])],
  }),
  rule('vm.run', {
    by: 'host',
    role: 'progress',
    says: 'The host runs a VM that is launched or paused.',
    over: guest,
    clauses: ['vm-launch'],
    facets,
    cases: [outOfOrder('finalized', 'paused'), accepted('runs', [], [W.vmTo('running')])],
  }),
  rule('vm.pause', {
    by: 'host',
    role: 'hostile',
    says: 'The host stops running a VM; what is bound to it stays so.',
    over: guest,
    clauses: ['vm-launch'],
    facets,
    cases: [outOfOrder('running'), accepted('paused', [], [W.vmTo('paused')])],
  }),
  rule('vm.reboot', {
    by: 'host',
    role: 'hostile',
    says: 'A VM is rebooted without its devices: launched anew, from shared memory.',
    over: guest,
    clauses: ['vm-reboot'],
    facets,
    cases: [
      outOfOrder('running', 'paused'),
      ...inUse,
      accepted('to be launched again', [], [...guestForgets, W.vmTo('created')]),
    ],
  }),
  rule('vm.destroy.begin', {
    by: 'host',
    role: 'hostile',
    says: 'A VM dies: it runs no more, and its TDIs are to be unbound.',
    over: guest,
    clauses: ['vm-destroy'],
    facets,
    cases: [
      refused('EINVAL', 'gone or going', [W.vmIs('gone', 'terminating')]),
      accepted('dying', [], [W.vmTo('terminating')]),
    ],
  }),
  rule('vm.destroy.end', {
    by: 'host',
    role: 'progress',
    says: 'A dying VM is gone once nothing is bound to it and no page is private to it.',
    over: guest,
    clauses: ['vm-destroy'],
    facets,
    cases: [
      outOfOrder('terminating'),
      ...inUse,
      accepted(
        'gone',
        [],
        [...guestForgets, each({ page: 'Page' }, [], [W.ioasUnmap]), W.vmTo('gone')],
      ),
    ],
  }),
];
