/** Words about the host kernel's books: an orderly host's opinion, not the truth (host-guest 2). */
import { effect, effectOf, guard, guardOf } from '../author.ts';
import type { Literals, VmPhase } from '../sorts.ts';
import type { World } from '../world.ts';

const tdi = { tdi: 'Tdi' } as const;
const guest = { guest: 'Guest' } as const;
const mapping = { guest: 'Guest', page: 'Page' } as const;
type Fn = World['fn'][number];
type Dsm = World['dsm'];

export const HOST = {
  tsmRegistered: guard({}, 'a TSM is registered with the host kernel'),
  registerTsm: effect({}, 'a TSM is registered with the host kernel', 'host-register'),
  unregisterTsm: effect({}, 'no TSM is registered with the host kernel', 'host-register'),
  contextIs: guardOf<[...Dsm['context'][]]>()({}, 'the context of the device is one of {0}…'),
  contextTo: effectOf<[Dsm['context']]>()({}, 'the context of the device is {0}'),
  hostCountsBound: guard({}, 'the host kernel counts some TDI as bound, or as being bound'),

  fnPresent: guard(tdi, 'the host kernel has {tdi} enumerated'),
  pfPresent: guard({}, 'the host kernel has the PF enumerated'),
  someVfPresent: guard({}, 'the host kernel has some VF enumerated'),
  fnAppears: effect(tdi, 'the host kernel has {tdi} enumerated, without a driver'),
  fnVanishes: effect(tdi, 'the host kernel knows nothing of {tdi} any more'),
  inStream: guard(tdi, 'the requester id of {tdi} lies in the range of the stream'),
  coverFn: effect(tdi, 'the range of the stream covers the requester id of {tdi}', 'stream-range'),
  uncoverFn: effect(tdi, 'no range of the stream covers the requester id of {tdi}'),

  hostDriverIs: guardOf<[...Literals['HostDriver'][number][]]>()(
    tdi,
    'the driver of {tdi} at the host is one of {0}…',
  ),
  hostDriverIsAlready: guard(
    { tdi: 'Tdi', driver: 'HostDriver' },
    'the driver of {tdi} is {driver}',
  ),
  wantsNoDriver: guard({ driver: 'HostDriver' }, 'the driver is to be taken off'),
  setHostDriver: effect({ tdi: 'Tdi', driver: 'HostDriver' }, 'the driver of {tdi} is {driver}'),
  fnOpen: guard(tdi, 'some VM has {tdi} open'),
  openFor: effect({ tdi: 'Tdi', guest: 'Guest' }, 'the VM of {guest} has {tdi} open'),
  closeFn: effect(tdi, 'no VM has {tdi} open; its device table entry is off, its BAR mappable'),
  openerIs: guardOf<[...VmPhase[]]>()(
    tdi,
    'the VM that has {tdi} open is in one of the phases {0}…',
  ),
  boundToOpener: guard(tdi, '{tdi} is bound to the guest whose VM has it open'),
  attachedFor: guard(guest, 'some function that the VM of {guest} has open is attached'),
  iommufdIs: guardOf<[...Fn['iommufd'][]]>()(tdi, 'the iommufd object of {tdi} is one of {0}…'),
  iommufdTo: effectOf<[Fn['iommufd']]>()(tdi, 'the iommufd object of {tdi} is {0}'),
  dteTo: effectOf<[Fn['dte']]>()(tdi, 'the device table entry of {tdi} is {0}'),
  hostBarIs: guardOf<[...Fn['bar'][]]>()(tdi, 'the BAR of {tdi} is one of {0}… at the host'),
  hostBarTo: effectOf<[Fn['bar']]>()(tdi, 'the BAR of {tdi} is {0} at the host'),
  hostSays: guardOf<[...Fn['bound'][]]>()(tdi, 'the host counts {tdi} as bound: one of {0}…'),
  hostNotes: effectOf<[Fn['bound']]>()(tdi, 'the host counts {tdi} as bound: {0}'),

  ioasIs: guardOf<[...World['ioas'][number][number]['kind'][]]>()(
    mapping,
    'in the I/O address space of {guest}, {page} is one of {0}…',
  ),
  ioasMap: effect(
    { guest: 'Guest', page: 'Page', space: 'Space' },
    'the I/O address space of {guest} maps {page} as {space}',
  ),
  ioasUnmap: effect(mapping, 'the I/O address space of {guest} does not map {page}'),

  recoveryIs: guardOf<[...Dsm['recovery'][]]>()({}, 'recovery of the device is one of {0}…'),
  recoveryTo: effectOf<[Dsm['recovery']]>()({}, 'recovery of the device is {0}'),
  staleState: guard({}, 'an earlier kernel left TSM state that is not cleaned up'),
  markStale: effect({}, 'an earlier kernel left TSM state that is not cleaned up', 'host-kexec'),
  clearStale: effect({}, 'nothing of an earlier kernel is left', 'host-kexec'),
} as const;
