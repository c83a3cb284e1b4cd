/** DMA as TLPs in flight: the device sends, the fabric delivers, loses, delays, reorders (tdisp-semantics 1.3, 3.6, 3.7, 5.2). */
import {
  accepted,
  allOf,
  anyOf,
  at,
  dropped,
  idle,
  not,
  type Rule,
  refused,
  rule,
  when,
} from '../author.ts';
import { fallIfLocked, fences, hostTable, ofHostTable, streamFalls } from '../phrases.ts';
import { W } from '../words/index.ts';

const slot = { slot: 'Slot' } as const;
const isLegacy = W.tlpTrafficIs('legacy');
const checkFailed = (name: string, guard: typeof W.keyStale) =>
  dropped('IDE_CHECK_FAILED', name, [not(isLegacy), guard], [W.freeSlot, ...streamFalls]);
/**
 * A read that is not served comes back as UR or CA, which takes a locked TDI to ERROR (TDISP 11.4.3). It comes at once:
 * where completions were sent before it, it overtakes them, and fails its check.
 */
const unserved = [
  when([W.answerOutOfOrder], streamFalls),
  when([W.tlpIs('read')], [at({ tdi: W.senderOf }, fallIfLocked)]),
  W.freeSlot,
] as const;

export const FABRIC_RULES: readonly Rule[] = [
  rule('dma.issue', {
    by: 'device',
    role: 'progress',
    leanings: [{ when: { traffic: 'legacy' }, role: 'neutral' }],
    sensible: [anyOf(allOf(W.trafficIs('legacy'), W.pageShared), allOf(W.dmaOpen, W.mappedAs))],
    says: 'A TDI sends a memory request.',
    over: { tdi: 'Tdi', page: 'Page', access: 'Access', traffic: 'Traffic' },
    clauses: ['tdisp-requester', 'tlp-record', 'tdisp-stop'],
    cases: [
      dropped('NO_DEVICE', 'nobody there', [not(W.devicePresent)]),
      refused('STOPPING', 'a STOP is under way', [W.stopping]),
      refused('BME_CLEAR', 'bus mastering is off', [not(W.bmeSet)]),
      refused('NOT_UNLOCKED', 'T=0 from a TDI that is not unlocked', [
        W.trafficIs('legacy'),
        not(W.tdiIs('CONFIG_UNLOCKED')),
      ]),
      refused('NOT_RUN', 'T=1 from a TDI that is not in RUN', [
        not(W.trafficIs('legacy')),
        not(W.tdiIs('RUN')),
      ]),
      idle(
        'a TDI in RUN falls with its stream',
        refused('NOT_SECURE', 'T=1 without a Secure stream', [
          not(W.trafficIs('legacy')),
          not(W.streamSecure),
        ]),
      ),
      refused('NO_SLOT', 'the model has no free slot', [not(W.slotFree)]),
      accepted('sent', [], [W.send]),
    ],
  }),
  rule('fabric.deliver', {
    by: 'fabric',
    role: 'progress',
    leanings: [{ when: { slot: 1 }, role: 'neutral' }],
    sensible: [W.inFlight, not(W.overtakesOwn), not(W.overtakesPosted)],
    says: 'A TLP arrives: a request at the root port and IOMMU, a completion at the device.',
    over: slot,
    clauses: [
      'ide-check',
      'ide-ordering',
      'iommu-table',
      'iommu-fill',
      'private-dma',
      'tdisp-run-episode',
      'tio-host-table',
      'tio-vtom',
      'tio-fence',
    ],
    cases: [
      refused('EMPTY', 'the slot is empty', [not(W.inFlight)]),
      dropped(
        'INSECURE',
        'the stream is Insecure',
        [not(isLegacy), not(W.streamSecure)],
        [W.freeSlot],
      ),
      checkFailed('old key', anyOf(W.keyStale, W.setNotStarted)),
      checkFailed('after a loss', W.behindGap),
      checkFailed('out of order', W.overtakesOwn),
      checkFailed('read passes write', W.overtakesPosted),
      dropped(
        'STALE_EPISODE',
        'completion of an earlier RUN, or from before a reset',
        [
          W.tlpIs('completion'),
          anyOf(
            not(W.runEpisodeCurrent),
            allOf(not(isLegacy), not(at({ tdi: W.senderOf }, W.tdiIs('RUN')))),
          ),
        ],
        [W.freeSlot],
      ),
      idle(
        'LOCK waits for earlier work',
        dropped(
          'NOT_UNLOCKED',
          'T=0 completion for a locked TDI',
          [
            W.tlpIs('completion'),
            isLegacy,
            not(at({ tdi: W.senderOf }, W.tdiIs('CONFIG_UNLOCKED'))),
          ],
          [W.freeSlot],
        ),
      ),
      accepted('completion', [W.tlpIs('completion')], [W.deviceReceives, W.freeSlot]),
      dropped(
        'NOT_FORWARDED',
        'the root port does not pass it on',
        [not(W.portMasters)],
        [...unserved],
      ),
      dropped(
        'OWNERSHIP_FAULT',
        'T=0 to a private page',
        [isLegacy, not(W.pageReachable)],
        [W.freeSlot],
      ),
      accepted('legacy write', [isLegacy, W.tlpIs('write')], [W.writeLands, W.freeSlot]),
      accepted('legacy read', [isLegacy], [W.answer]),
      ofHostTable(
        dropped('FENCED', 'the guest is fenced', [fences, W.senderFenced], [...unserved]),
      ),
      dropped(
        'BLOCKED',
        'trusted entry blocked',
        [not(at({ tdi: W.senderOf }, W.dmaOpen))],
        [...unserved],
      ),
      ofHostTable(
        dropped(
          'RMP_VIOLATION',
          'fails the RMP check after translation',
          [
            hostTable,
            anyOf(
              W.tableMisleads,
              W.copyMisleads,
              allOf(
                anyOf(W.copyGrants, W.tableGrants),
                not(allOf(W.tioVtomAgrees, W.pageReachable)),
              ),
            ),
          ],
          [when([W.tableMisleads], [W.fillCopy]), when([fences], [W.fenceSender]), ...unserved],
        ),
      ),
      ofHostTable(
        dropped(
          'IOMMU_FAULT',
          'no translation in the table of the host',
          [fences, not(W.copyGrants), not(W.tableGrants)],
          [W.fenceSender, ...unserved],
        ),
      ),
      dropped(
        'IOMMU_FAULT',
        'no translation',
        [not(W.copyGrants), not(W.tableGrants)],
        [...unserved],
      ),
      idle(
        'a page changes owner only once nothing maps it',
        dropped(
          'OWNERSHIP_FAULT',
          'not the page that the entry stands for',
          [not(W.copyGrants), not(W.pageReachable)],
          [...unserved],
        ),
      ),
      accepted(
        'write',
        [W.tlpIs('write')],
        [when([not(W.copyGrants)], [W.fillCopy]), W.writeLands, W.freeSlot],
      ),
      accepted('read', [], [when([not(W.copyGrants)], [W.fillCopy]), W.answer]),
    ],
  }),
  rule('fabric.lose', {
    by: 'fabric',
    role: 'hostile',
    says: 'A TLP is lost on the way.',
    over: slot,
    clauses: ['ide-check'],
    facets: ['gaps'],
    cases: [
      refused('EMPTY', 'the slot is empty', [not(W.inFlight)]),
      dropped('LOST', 'T=0 TLP', [isLegacy], [W.freeSlot]),
      // What was sent before a loss is not behind it: it leaves first, or is lost first.
      refused('NOT_OLDEST', 'an older T=1 TLP is still on its way', [W.olderInFlight]),
      dropped('LOST', 'T=1 TLP', [], [W.noteGap, W.freeSlot]),
    ],
  }),
  rule('fabric.inject', {
    by: 'fabric',
    role: 'hostile',
    says: 'A forged or repeated TLP arrives on the stream.',
    over: {},
    clauses: ['ide-check', 'tdisp-stream-loss'],
    cases: [
      dropped('INSECURE', 'the stream is Insecure', [not(W.streamSecure)]),
      dropped('IDE_CHECK_FAILED', 'the check fails', [], [...streamFalls]),
    ],
  }),
];
