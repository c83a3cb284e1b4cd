/** What a host may try on a kernel that attests its devices (host-guest C3, C8, C11, C12, C17, B16 to B20). */
import {
  device,
  fabric,
  guest,
  host,
  type Scenario,
  scenario,
  tsm,
} from '../../harness/scenario.ts';
import { attest, bind, connected, enable, report, start, unbind } from '../phrases.ts';
import { accept, accepting, allowed, evidence, found, inUse, lock } from './phrases.ts';

const own = { guest: 'G1', tdi: 'VF1' } as const;
const row = 'os.G1.VF1' as const;
const readies = [connected, found('VF1', 'G1'), lock('VF1', 'G1')] as const;

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'C3: unbound and bound again between verdict and accept',
    {
      says: 'The verdict is about the lock session before; accept fails and the mode stays.',
      clauses: ['os-verify', 'lock-session'],
    },
    [
      ...readies,
      allowed('VF1', 'G1'),
      unbind('VF1'),
      host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).accepted(),
      tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' }).accepted('locked'),
      host('tsm.return').accepted('locked'),
      guest('os.accept', own)
        .refused('ESTALE', 'the verdict is of an earlier lock session')
        .leaving(row, { mode: 'evidenced', verdict: 'past' })
        .leaving('tsm.VF1', { accepted: false }),
    ],
  ),

  scenario(
    'evidence that the host made up',
    {
      says: 'Blobs are compared with the digests of the TSM, and a measurement with the guest’s nonce.',
      clauses: ['os-evidence', 'os-verify'],
    },
    [
      ...readies,
      guest('os.evidence', { ...own, blobs: 'genuine' }).refused('ENXIO'),
      report('VF1'),
      guest('os.evidence', { ...own, blobs: 'substituted' })
        .refused('EBADMSG')
        .keeping(row),
      guest('os.evidence', { ...own, blobs: 'staleNonce' })
        .refused('EBADMSG')
        .keeping(row),
      evidence('VF1', 'G1'),
      guest('os.verify', { ...own, finding: 'measurement' }).refused('EACCES'),
      guest('os.verify', { ...own, finding: 'rootPort' }).refused('EACCES'),
      guest('os.verify', { ...own, finding: 'stream' }).refused('EACCES'),
      guest('os.verify', { ...own, finding: 'barLayout' }).refused('EACCES'),
      guest('os.verify', { ...own, finding: 'requesterId' })
        .refused('EACCES')
        .keeping(row),
      guest('os.accept', own).refused('EACCES', 'nobody has allowed it').keeping('tsm.VF1'),
    ],
  ),

  scenario(
    'accepting fails in the middle: no range is mapped',
    {
      says: 'What was granted is taken back, at the TSM as well; the device must be unlocked.',
      clauses: ['os-accept'],
    },
    [
      ...readies,
      allowed('VF1', 'G1'),
      accepting('VF1', 'G1'),
      guest('os.accept.dma', { ...own, source: 'tsm' })
        .refused('EAGAIN')
        .keeping(row),
      guest('os.accept.mmio', own)
        .refused('EIO', 'rolled back: a range is not mapped')
        .leaving(row, { mode: 'broken', tee: 'unmapped', dmaops: 'bounce', verdict: 'none' })
        .leaving('tsm.VF1', { accepted: false, dma: false })
        .leaving('guest.G1.VF1', { evidence: 'none', accepted: 'none' }),
    ],
  ),

  scenario(
    'C12: the BAR is elsewhere when the range is mapped',
    {
      says: 'The mapping is not what the report says: accepting fails, and nothing of it is left.',
      clauses: ['os-accept', 'mmio-accept'],
    },
    [
      ...readies,
      allowed('VF1', 'G1'),
      accepting('VF1', 'G1'),
      host('bar.write', { tdi: 'VF1', place: 'moved' }).accepted('moved under lock'),
      host('mmio.map', own).accepted('mapped').leaving('mmio.VF1', { place: 'moved' }),
      guest('os.accept.mmio', own)
        .refused('EIO', 'rolled back: a range is not what the report says')
        .leaving(row, { mode: 'broken', tee: 'unmapped' })
        .leaving('mmio.VF1', { accepted: false }),
    ],
  ),

  scenario(
    'the host says that the device runs',
    {
      says: 'Only the TSM’s word counts.',
      clauses: ['os-accept', 'tsm-cached'],
    },
    [
      ...readies,
      allowed('VF1', 'G1'),
      accepting('VF1', 'G1'),
      host('mmio.map', own).accepted('mapped'),
      guest('os.accept.mmio', own).accepted('validated'),
      guest('os.accept.dma', { ...own, source: 'host' })
        .refused('EBADMSG')
        .keeping(row),
      guest('os.accept.dma', { ...own, source: 'tsm' }).accepted('accepted'),
    ],
  ),

  scenario(
    'C11: keys are refreshed while a request of the guest is under way',
    {
      says: 'The exchange waits for the host and completes once; the device goes on under the new keys.',
      clauses: ['ide-refresh', 'relay-loop'],
    },
    [
      connected,
      enable('VF1'),
      inUse('VF1', 'G1'),
      host('tsm.report', { tdi: 'VF1' }).accepted('request made'),
      tsm('ide.key-prog', { keySet: 'K1', sub: 'PR' }).accepted('programmed'),
      tsm('ide.key-prog', { keySet: 'K1', sub: 'NPR' }).accepted('programmed'),
      tsm('ide.key-prog', { keySet: 'K1', sub: 'CPL' }).accepted('programmed'),
      tsm('ide.set-go', { keySet: 'K1' }).accepted('started'),
      host('tsm.report', { tdi: 'VF1' }).refused('BUSY'),
      tsm('tdisp.report', { tdi: 'VF1' }).accepted('served'),
      host('tsm.return').accepted('report'),
      host('tsm.return').refused('NO_RESPONSE'),
      guest('os.evidence', { ...own, blobs: 'genuine' })
        .accepted('fresh evidence')
        .keeping(row),
    ],
  ),

  scenario(
    'C8: a page is private, shared and private again with a write in flight',
    {
      says: 'The device sees the page only as the kind that it is at that time.',
      clauses: ['os-convert', 'page-conversion', 'drain-before-reuse'],
    },
    [
      connected,
      enable('VF1'),
      inUse('VF1', 'G1'),
      guest('os.convert.begin', { guest: 'G1', page: 'P1' }).accepted('asked'),
      host('page.give', { page: 'P1', guest: 'G1' }).accepted('given'),
      guest('page.accept', { page: 'P1', guest: 'G1' })
        .accepted()
        .leaving('view.G1.P1', { now: 'private' }),
      host('iommu.map', { tdi: 'VF1', page: 'P1', space: 'private' }).accepted('mapped'),
      device('dma.issue', {
        tdi: 'VF1',
        page: 'P1',
        access: 'write',
        traffic: 'private',
      }).accepted(),
      guest('os.convert.begin', { guest: 'G1', page: 'P1' })
        .accepted('asked')
        .leaving('view.G1.P1', { now: 'inFlight' }),
      guest('os.convert.end', { guest: 'G1', page: 'P1' }).refused('EAGAIN'),
      host('page.take', { page: 'P1' }).refused('MAPPED'),
      host('iommu.unmap', { tdi: 'VF1', page: 'P1' }).accepted('unmapped'),
      host('iommu.invalidate.begin', { tdi: 'VF1' }).accepted('begun'),
      fabric('iommu.invalidate.end', { tdi: 'VF1' }).accepted('completed'),
      host('page.take', { page: 'P1' }).accepted('taken'),
      guest('os.convert.end', { guest: 'G1', page: 'P1' })
        .accepted('shared')
        .leaving('view.G1.P1', { now: 'shared' }),
      fabric('fabric.deliver', { slot: 'S1' })
        .dropped('IOMMU_FAULT')
        .leaving('page.P1', { data: 'nobody' }),
      guest('os.convert.begin', { guest: 'G1', page: 'P1' }).accepted('asked'),
      host('page.give', { page: 'P1', guest: 'G1' }).accepted('given'),
      guest('page.accept', { page: 'P1', guest: 'G1' })
        .accepted()
        .leaving('view.G1.P1', { now: 'private' }),
    ],
  ),

  scenario(
    'the host binds unasked, and the kernel has it locked on its own grounds',
    {
      says: 'Nothing is the kernel’s before it asked the TSM; its accept goes as always.',
      clauses: ['os-lock', 'tsm-cached'],
    },
    [connected, found('VF1', 'G1'), lock('VF1', 'G1'), allowed('VF1', 'G1'), accept('VF1', 'G1')],
  ),

  scenario(
    'C17: a validation that was asked for is completed after the TDI went to another guest',
    {
      says: `The first guest waits for its range. The host unlocks the TDI, gives it up, binds and locks it for the
        second guest, and only then does what the first had asked for: it is refused, and the first guest has nothing.`,
      clauses: ['mmio-accept', 'lock-session', 'os-accept'],
    },
    [
      ...readies,
      allowed('VF1', 'G1'),
      accepting('VF1', 'G1'),
      guest('os.accept.mmio', { guest: 'G2', tdi: 'VF1' }).refused('EINVAL').keeping('mmio.VF1'),
      unbind('VF1'),
      bind('VF1', 'G2'),
      host('mmio.map', own).refused('NOT_BOUND_TO_CALLER').keeping('mmio.VF1'),
      host('mmio.map', { guest: 'G2', tdi: 'VF1' })
        .accepted('mapped')
        .leaving('mmio.VF1', { guest: 'G2', accepted: false }),
      guest('os.accept.mmio', own)
        .refused('ESTALE', 'rolled back: the lock session is over')
        .leaving(row, { mode: 'broken', tee: 'unmapped', dmaops: 'bounce', verdict: 'none' })
        .leaving('guest.G1.VF1', { evidence: 'none', accepted: 'none' })
        .keeping('mmio.VF1', 'tsm.VF1', 'tdi.VF1'),
      guest('os.accept.dma', { ...own, source: 'tsm' })
        .refused('EINVAL')
        .keeping('tsm.VF1'),
      attest('VF1', 'G2'),
      start('VF1'),
      guest('mmio.accept', { guest: 'G2', tdi: 'VF1' }).accepted('accepted'),
      guest('mmio.private', { ...own, range: 'tee' }).refused('NOT_FLAGGED'),
      guest('mmio.private', { ...own, range: 'nonTee' }).refused('NOT_MAPPED'),
      guest('mmio.private', { guest: 'G2', tdi: 'VF1', range: 'nonTee' }).dropped('MSE_CLEAR'),
    ],
  ),
];
