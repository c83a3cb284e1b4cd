/** Words about the firmware of SEV-TIO: contexts, loops, secure device table, evidence, ASID fence (SEV-TIO firmware interface). */
import { effect, effectOf, guard, guardOf, term } from '../author.ts';
import type { Literals } from '../sorts.ts';

const tdi = { tdi: 'Tdi' } as const;
const guest = { guest: 'Guest' } as const;
const slot = { slot: 'Slot' } as const;
type Feature = 'notEnabled' | 'enabled' | 'initDone';
type DeviceContext = 'none' | 'created' | 'connected' | 'disconnected' | 'reclaimed';
type TdiContext = 'none' | 'created' | 'bound' | 'unbound' | 'reclaimed';
type Pending = 'none' | 'connect' | 'rollKey';
type Measured = 'none' | 'valid' | 'fresh';
type Vtom = 'split' | 'allPrivate' | 'allShared';

export const TIO = {
  tioFeatureIs: guardOf<[...Feature[]]>()({}, 'the TIO feature is one of {0}…', 'tio-init'),
  tioFeatureTo: effectOf<[Feature]>()({}, 'the TIO feature becomes {0}', 'tio-init'),
  tioDeviceIs: guardOf<[...DeviceContext[]]>()(
    {},
    'the device context is one of {0}…',
    'tio-device-context',
  ),
  tioDeviceTo: effectOf<[DeviceContext]>()(
    {},
    'the device context becomes {0}',
    'tio-device-context',
  ),
  tioPendingIs: guardOf<[...Pending[]]>()(
    {},
    'the command that the firmware has not finished for the device is one of {0}…',
    'tio-one-pending',
  ),
  tioPend: effectOf<[Pending]>()(
    {},
    'the command that the firmware has not finished for the device is {0}',
    'tio-one-pending',
  ),
  tioNoteOldKeys: effect({}, 'the firmware remembers under which key set TLPs are sent now'),
  someTdiRuns: guard({}, 'some TDI is in RUN', 'tdisp-states'),
  tioOldKeysAre: guard({ keySet: 'KeySet' }, 'the firmware remembers {keySet}', 'tio-roll-key'),
  tioForgetOldKeys: effect({}, 'the firmware remembers no key set'),
  tioKeysRolled: guard(
    {},
    'TLPs are sent under some key set, and it is not the one that the firmware remembers',
    'tio-roll-key',
  ),
  tioReported: guard({}, 'the host driver has reported the device as connected', 'tio-stream'),
  tioReport: effect({}, 'the host driver reports the device as connected', 'tio-stream'),
  tioUnreport: effect({}, 'the host driver does not count the device as connected'),
  tioBuffersSmall: guard({}, 'the buffers that the host gave are too small', 'tio-expand-buffer'),
  tioExpandBuffers: effect({}, 'the buffers that the host gave are large', 'tio-expand-buffer'),
  tioMeasuredIs: guardOf<[...Measured[]]>()(
    {},
    'the digest of the measurements is one of {0}…',
    'tio-digests',
  ),
  tioMeasured: effectOf<[Measured]>()({}, 'the digest of the measurements is {0}', 'tio-digests'),
  pf: term({}, 'Tdi', 'the PF, which speaks for the device'),
  streamEnabled: guard({}, 'Stream Enable is set', 'ide-secure'),
  tioConnectIs: guardOf<[...Literals['TioConnect'][number][]]>()(
    { connect: 'TioConnect' },
    'DEV_CONNECT is asked for in one of the ways {0}…',
  ),

  tioTdiIs: guardOf<[...TdiContext[]]>()(
    tdi,
    'the context of {tdi} is one of {0}…',
    'tio-tdi-context',
  ),
  tioTdiTo: effectOf<[TdiContext]>()(tdi, 'the context of {tdi} becomes {0}', 'tio-tdi-context'),
  tioSomeTdiContext: guard({}, 'some TDI has a context', 'tio-tdi-context'),
  tioLockIs: guardOf<[...Literals['TioLock'][number][]]>()(
    { lock: 'TioLock' },
    'the lock flags are one of {0}…',
    'tio-lock-flags',
  ),

  tioShowBlobs: effect(
    { tdi: 'Tdi', blobs: 'Blobs' },
    'in the table that the host shares with the guest lie {blobs} blobs of the present lock session of {tdi}',
    'tio-evidence',
  ),
  tioBlobsShown: guard(tdi, 'blobs of {tdi} lie in the shared table', 'tio-evidence'),
  tioBlobsMatch: guard(
    tdi,
    'the blobs of {tdi} are genuine and of the present lock session',
    'tio-evidence',
  ),
  tioClaimRun: effect(
    tdi,
    'the register that nothing authenticates says that {tdi} is in RUN',
    'tio-state-asserted',
  ),
  tioDropHostTables: effect(
    tdi,
    'no blobs of {tdi} lie in the shared table, and no register says that it is in RUN',
  ),

  tioSdteIs: guardOf<[...Literals['Sdte'][number][]]>()(
    { sdte: 'Sdte' },
    'the template of the secure device table entry is one of {0}…',
    'tio-sdte',
  ),
  tioWriteVtom: effect(
    { tdi: 'Tdi', sdte: 'Sdte' },
    'vTOM in the entry of {tdi}: allPrivate and allShared as the template says, otherwise split',
    'tio-vtom',
  ),
  tioVtomTo: effectOf<[Vtom]>()(tdi, 'vTOM in the entry of {tdi} becomes {0}', 'tio-vtom'),
  tioVtomAgrees: guard(
    slot,
    'vTOM of the sender puts the address in the half that the T=1 TLP in {slot} asks for: split agrees with either, allPrivate with private, allShared with shared',
    'tio-vtom',
  ),
  mapElsewhere: effect(
    { tdi: 'Tdi', page: 'Page' },
    'the table of the host leads the private address of {page} to another page for {tdi}',
    'tio-host-table',
  ),
  tableMisleads: guard(
    slot,
    'the TLP in {slot} is private, no IOTLB copy grants its page, and the table leads its address to another page',
    'tio-host-table',
  ),
  copyMisleads: guard(
    slot,
    'the TLP in {slot} is private, and the IOTLB copy for its sender leads its address to another page',
    'tio-host-table',
  ),
  mmioMessageIs: guardOf<[...Literals['MmioMessage'][number][]]>()(
    { message: 'MmioMessage' },
    'the message names one of {0}…',
    'tio-mmio-validate',
  ),
  unvalidateMmio: effect(tdi, 'the private mapping of {tdi} is not validated', 'tio-mmio-validate'),

  guestFenced: guard(guest, 'the address space of {guest} is fenced after an error', 'tio-fence'),
  fencedByDefault: guard(
    guest,
    'the address space of {guest} is fenced by default',
    'tio-fence-default',
  ),
  senderFenced: guard(
    slot,
    'the sender of the TLP in {slot} is bound to a guest whose address space is fenced, after an error or by default',
    'tio-fence',
  ),
  fenceSender: effect(
    slot,
    'the address space of the guest that the sender of the TLP in {slot} is bound to, if any, is fenced after an error, and the sender is what caused it',
    'tio-fence',
  ),
  fenceByDefault: effect(
    guest,
    'the address space of {guest} is fenced by default, unless it is fenced after an error, or some TDI bound to it is in RUN as far as the TSM knows, or the second device is',
    'tio-fence-default',
  ),
  liftDefaultFence: effect(
    tdi,
    'the address space of the guest that {tdi} is bound to, if any, is not fenced by default; a fence after an error stays',
    'tio-fence-default',
  ),
  fenceCauseBound: guard(
    guest,
    'what caused the fence of {guest}, a TDI or the second device, is still bound to it',
    'tio-fence-clear',
  ),
  fenceCauseLeaves: effect(
    tdi,
    'of no fence does anybody remember that {tdi} caused it',
    'tio-fence-clear',
  ),
  clearFence: effect(guest, 'the address space of {guest} is not fenced', 'tio-fence-clear'),
} as const;
