/** Page ownership (tdisp-semantics 5.1). */
import { accepted, idle, not, type Rule, refused, rule, when } from '../author.ts';
import { W } from '../words/index.ts';

const page = { page: 'Page' } as const;
const pair = { page: 'Page', guest: 'Guest' } as const;
/** Where the host holds the table, RMPUPDATE takes any page at any time, and the RMP is checked at each use. */
const trusted = W.readingIs('translationTables', 'trusted');
/** No page changes owner while something still translates to it. */
const stillReachable = [
  refused('MAPPED', 'a table entry is left', [trusted, not(W.pageUnmapped)]),
  refused('NOT_FLUSHED', 'an IOTLB copy may be left', [trusted, not(W.pageFlushClean)]),
] as const;

export const MEMORY_RULES: readonly Rule[] = [
  rule('page.give', {
    by: 'host',
    role: 'optional',
    sensible: [W.pageUnmapped],
    says: 'The host converts a shared page into a private page of a guest.',
    over: pair,
    clauses: ['page-owner', 'page-conversion', 'page-scrub', 'tio-rmpupdate', 'plain-vm-unbound'],
    cases: [
      refused('NO_VM', 'the VM is gone or going', [W.vmIs('gone', 'terminating')]),
      idle(
        'decides only where a VM may be plain',
        refused('NOT_CONFIDENTIAL', 'a plain VM has no private page', [W.vmPlain]),
      ),
      refused('NOT_SHARED', 'it is private', [not(W.pageShared)]),
      ...stillReachable,
      accepted('given', [], [W.scrubPage, W.givePage, W.newOwnership]),
    ],
  }),
  rule('page.accept', {
    by: 'guest',
    role: 'progress',
    says: 'A guest accepts a private page of its own.',
    over: pair,
    clauses: ['page-accept'],
    cases: [
      refused('NOT_OWNER', 'not its page', [not(W.pageOf)]),
      refused('ACCEPTED', 'accepted before', [W.pageAccepted]),
      idle(
        'decides only where facet os is on',
        refused('BUFFER', 'a bounce buffer of its kernel is in it', [W.someBufferIn]),
      ),
      accepted('accepted', [], [W.acceptPage, when([W.viewIs('inFlight')], [W.viewTo('private')])]),
    ],
  }),
  rule('page.store', {
    by: 'guest',
    says: 'A guest writes a secret into a private page of its own.',
    over: pair,
    clauses: ['page-accept'],
    facets: ['secrets'],
    cases: [
      refused('NOT_OWNER', 'not its page', [not(W.pageOf)]),
      refused('NOT_ACCEPTED', 'not accepted', [not(W.pageAccepted)]),
      accepted('stored', [], [W.storeSecret]),
    ],
  }),
  rule('page.take', {
    by: 'host',
    role: 'hostile',
    says: 'A private page becomes shared again.',
    over: page,
    clauses: ['page-owner', 'page-conversion', 'page-scrub'],
    cases: [
      refused('NOT_PRIVATE', 'it is shared', [W.pageShared]),
      ...stillReachable,
      accepted('taken', [], [W.scrubPage, W.sharePage, W.newOwnership]),
    ],
  }),
];
