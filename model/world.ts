/**
 * The combined state of TSM, host, guests, device and fabric.
 *
 * One record per party. Truth and belief are different fields: `tdi` is what the device is in, `tsm` what
 * the TSM believes, `guest` what each guest has read and accepted. The host has no record: it is the
 * adversary and may attempt anything at any time. Everything that can be renewed has an episode number
 * (an epoch), so that "right object, wrong episode" can be told.
 *
 * Simplifications of this slice, each to be lifted by a later facet: both ends of the IDE stream are one
 * record, beside the root port's own Stream Enable; both directions of a sub-stream share a key; an MMIO access is one step; conventional reset and FLR
 * are one step.
 */
import {
  bool,
  epoch,
  epochRef,
  FACETS,
  type Facet,
  one,
  oneOf,
  PCI_FACETS,
  per,
  ref,
  type StateOf,
} from './fields.ts';
import { SLICES } from './slices.ts';
import {
  CARRIED,
  type IndexSort,
  isLiteral,
  LITERALS,
  type LiteralSort,
  type Sort,
  TDI_STATES,
  VM_PHASES,
} from './sorts.ts';

const PEER = { facet: 'peer' } as const;
const P2P = { facet: 'p2p' } as const;

export const SCHEMA = {
  device: one('The device as a whole.', {
    present: bool('The device is in its slot.', { facet: 'removal', init: true }),
    svn: oneOf(LITERALS.Svn, 'The security version of the firmware that runs.', {
      facet: 'firmware',
    }),
  }),
  rootPort: one(
    'The root port above the device, as far as it may differ from what the TSM set up.',
    {
      bme: bool('Its Bus Master Enable: requests of the device go up.', {
        facet: 'rootport',
        init: true,
      }),
      mse: bool('Its Memory Space Enable: MMIO goes down.', { facet: 'rootport', init: true }),
      routing: oneOf(LITERALS.Routing, 'Where its numbers and windows lead.', {
        facet: 'rootport',
      }),
      disabled: bool('Stream Enable is cleared at the root port alone.', { facet: 'rootport' }),
    },
  ),
  session: one('The SPDM session as the device holds it.', {
    phase: oneOf(['none', 'handshaking', 'established'], 'How far the session is (SPDM phases).'),
    generation: epoch('Counts sessions; a session that ends makes every reference to it stale.'),
  }),
  stream: one('The selective IDE stream between root port and device.', {
    enabled: bool('Stream Enable is set in the register blocks.'),
    secure: bool('The stream is Secure; otherwise it is Insecure.'),
    sending: ref('KeySet', 'The key set under which TLPs are sent (the K bit).'),
    setup: oneOf(LITERALS.StreamSetup, 'How the stream registers are set up.', {
      facet: 'registers',
    }),
  }),
  keySet: per(['KeySet'], 'A key set of the stream, one key for each sub-stream.', {
    PR: bool('The key for posted requests is programmed.'),
    NPR: bool('The key for non-posted requests is programmed.'),
    CPL: bool('The key for completions is programmed.'),
    go: bool('K_SET_GO was given: TLPs under this set are accepted.'),
    session: epochRef('session.generation', 'The session over which the keys were programmed.'),
    generation: epoch('Counts the key material of this set.'),
  }),
  gap: per(
    ['KeySet'],
    'TLPs lost under a key set; the next one of the sub-stream fails its check.',
    {
      PR: bool('A posted request was lost.', { facet: 'gaps' }),
      NPR: bool('A non-posted request was lost.', { facet: 'gaps' }),
      CPL: bool('A completion was lost.', { facet: 'gaps' }),
    },
  ),
  tdi: per(['Tdi'], 'A TDI as the device knows it: the truth.', {
    state: oneOf(TDI_STATES, 'The TDI state (TDISP 11.2).'),
    lock: epoch('Counts lock episodes.'),
    nonce: epochRef('tdi.lock', 'The live nonce: the lock episode that it stands for.'),
    run: epoch('Counts episodes: each START, and each reset of the device, begins one.'),
    session: epochRef('session.generation', 'The session that carried the LOCK request.'),
    stop: oneOf(['idle', 'draining', 'drained'], 'How far a STOP that was begun has come.'),
    bme: bool('Bus Master Enable.'),
    mse: bool('Memory Space Enable.', { facet: 'mse' }),
    bar: oneOf(LITERALS.Place, 'Where the BAR decodes.', { facet: 'bar' }),
    config: oneOf(LITERALS.Config, 'The configuration that LOCK looks at.', { facet: 'registers' }),
    holds: ref('Guest', 'Ghost: whose data the TDI holds.', { facet: 'secrets' }),
    noUpdate: bool('It was locked with NO_FW_UPDATE.', { facet: 'firmware' }),
    msixLocked: bool('It was locked with LOCK_MSIX: the MSI-X table is locked and reported.', {
      facet: 'interrupts',
    }),
    nonTee: bool('The updatable range has IS_NON_TEE_MEM set.', { facet: 'attributes' }),
    reading: bool('The first part of a report was served, the last one not yet.', {
      facet: 'reports',
    }),
  }),
  link: one('What the TSM believes of its connection to the device.', {
    session: epochRef('session.generation', 'The session whose keys the TSM holds.'),
  }),
  tsm: per(['Tdi'], 'What the TSM believes of a TDI, and what it has decided.', {
    boundTo: ref('Guest', 'The guest that the TDI is bound to.'),
    lockSession: epoch('Counts binds; evidence and acceptance are for one of them.'),
    teardown: oneOf(['none', 'blocked', 'stopped'], 'How far an unbind that was begun has come.'),
    cached: oneOf(TDI_STATES, 'The TDI state as last heard; a hint, never the truth.'),
    nonce: epochRef('tdi.lock', 'The nonce that the LOCK response brought.'),
    report: epochRef('tdi.lock', 'The lock episode that the report on hand describes.'),
    reportPlace: oneOf(LITERALS.Place, 'Where the report says that the BAR decodes.', {
      facet: 'bar',
    }),
    accepted: bool('The bound guest has accepted this lock session.'),
    dma: bool('The trusted DMA entry is open for the bound guest.'),
    lost: bool('Unbound by force; no new bind before a STOP is answered.'),
    noUpdate: bool('The next LOCK is to carry NO_FW_UPDATE.', { facet: 'firmware' }),
    lockMsix: bool('The next LOCK is to carry LOCK_MSIX.', { facet: 'interrupts' }),
    part: epochRef('tdi.lock', 'The lock episode whose report it has the first part of.', {
      facet: 'reports',
    }),
  }),
  relay: one('The one exchange that the host carries between TSM and device.', {
    stage: oneOf(
      ['idle', 'request', 'working', 'response'],
      'Nothing; a request on its way; the device at work on it; a response on its way.',
    ),
    request: oneOf(CARRIED, 'What the exchange asks for.'),
    tdi: ref('Tdi', 'The TDI that it is about.'),
    session: epochRef('session.generation', 'The session under whose keys it is sealed.'),
    foreign: bool('Its INTERFACE_ID names no TDI of this device.', { facet: 'registers' }),
    ok: bool('The response is no error.'),
    episode: epochRef('tdi.lock', 'The lock episode that the message speaks of.', { by: 'tdi' }),
    state: oneOf(TDI_STATES, 'The state that a GET_STATE response carries.'),
    place: oneOf(LITERALS.Place, 'The BAR that a report carries.', { facet: 'bar' }),
    offset: oneOf(LITERALS.Offset, 'The part of the report that is asked for.', {
      facet: 'reports',
    }),
    attribute: oneOf(LITERALS.Attribute, 'What SET_MMIO_ATTRIBUTE asks for.', {
      facet: 'attributes',
    }),
  }),
  guest: per(['Guest', 'Tdi'], 'What a guest has done about a TDI.', {
    evidence: epochRef('tsm.lockSession', 'The lock session whose evidence it has read.'),
    accepted: epochRef('tsm.lockSession', 'The lock session that it has accepted.'),
    interrupt: oneOf(
      ['none', 'untrusted', 'trusted'],
      'The last interrupt of the TDI that it has not taken yet, and what it was told of it.',
      { facet: 'interrupts' },
    ),
  }),
  mmio: per(['Tdi'], 'The private mapping of the TDI’s MMIO range.', {
    guest: ref('Guest', 'The guest in whose private addresses the range is mapped.', {
      facet: 'mmio',
    }),
    place: oneOf(LITERALS.Place, 'The BAR place that the mapping points at.', { facet: 'mmio' }),
    accepted: bool('That guest has accepted the mapping.', { facet: 'mmio' }),
  }),
  os: per(['Guest', 'Tdi'], 'What the kernel of a guest does with a TDI: its own opinion.', {
    mode: oneOf(
      ['absent', 'shared', 'locked', 'evidenced', 'accepting', 'accepted', 'broken'],
      'How the kernel has the TDI; absent: not enumerated.',
      { facet: 'os' },
    ),
    driver: oneOf(['none', 'prep', 'real'], 'What is bound to it.', { facet: 'os' }),
    dmaops: oneOf(['bounce', 'direct'], 'How buffers for it are made.', { facet: 'os' }),
    tee: oneOf(['unmapped', 'shared', 'encrypted'], 'How its TEE ranges are mapped.', {
      facet: 'os',
    }),
    nonTee: oneOf(['unmapped', 'shared', 'encrypted'], 'How its other ranges are mapped.', {
      facet: 'os',
    }),
    verdict: epochRef('tsm.lockSession', 'The lock session that a verifier allowed.', {
      facet: 'os',
    }),
    buffer: ref('Page', 'The page in which a DMA mapping of its driver is alive.', {
      facet: 'os',
    }),
  }),
  kernel: per(['Guest'], 'The kernel of a guest.', {
    policy: oneOf(['notLoaded', ...LITERALS.Policy], 'What it may do with devices.', {
      facet: 'os',
    }),
  }),
  view: per(['Guest', 'Page'], 'What the kernel of a guest takes a page for.', {
    now: oneOf(
      ['shared', 'private', 'inFlight'],
      'Shared, private, or asked to be the other and not to be used.',
      { facet: 'os' },
    ),
  }),
  queue: per(['Queue'], 'An AP queue as the machine has it: the truth.', {
    assigned: ref('Guest', 'The guest that the host has assigned it to.', { facet: 'ap' }),
    holder: ref('Guest', 'The guest that has bound it.', { facet: 'ap' }),
    secret: ref('Secret', 'The secret that it is associated with, or is about to be.', {
      facet: 'ap',
    }),
    association: oneOf(
      ['settled', 'pending', 'failed'],
      'Whether an association runs, or has ended in an error that no reset has cleared.',
      { facet: 'ap' },
    ),
    resetting: bool('A reset runs.', { facet: 'ap' }),
    message: oneOf(
      ['none', ...LITERALS.QueueWork, 'use'],
      'The one message that it has room for.',
      {
        facet: 'ap',
      },
    ),
    sender: ref('Guest', 'The guest that sent the message.', { facet: 'ap' }),
    key: ref('Secret', 'The secret whose session the key in the message belongs to.', {
      facet: 'ap',
    }),
    reply: oneOf(['none', 'done', 'failed'], 'What the message came to.', { facet: 'ap' }),
  }),
  driver: per(['Guest', 'Queue'], 'What the AP driver of a guest believes of a queue.', {
    device: oneOf(['uninitiated', 'operating', 'error'], 'The state of the device.', {
      facet: 'ap',
    }),
    state: oneOf(
      ['resetStart', 'resetWait', 'setIrqWait', 'idle', 'working', 'assocWait'],
      'The state of the queue; with room for one message, working is full.',
      { facet: 'ap' },
    ),
    index: ref('Secret', 'The association index; none: invalid.', { facet: 'ap' }),
  }),
  seGuest: per(['Guest'], 'A Secure Execution guest as the Ultravisor has it.', {
    up: bool('It runs.', { facet: 'ap' }),
    locked: bool('Its secret store is locked.', { facet: 'ap' }),
    instance: epoch('Counts its starts.', { facet: 'ap' }),
  }),
  store: per(['Guest', 'Secret'], 'The secret store of a guest.', {
    held: bool('The secret is in it.', { facet: 'ap' }),
  }),
  secret: per(['Secret'], 'An association secret, and the session that it defines.', {
    image: ref('Guest', 'The guest for whose image requests that carry it are made.', {
      facet: 'ap',
    }),
    keys: epochRef('seGuest.instance', 'The start of that guest in which a key was last made.', {
      facet: 'ap',
      by: 'image',
    }),
  }),
  platform: one('The platform that TDs run on.', {
    tdx: bool('The TDX module is initialised.', { facet: 'tdx' }),
  }),
  td: per(['Guest'], 'A VM under KVM, TD or normal, as KVM and the TDX module have it.', {
    kind: oneOf(['none', ...LITERALS.VmKind], 'Its type; none: it does not exist.', {
      facet: 'tdx',
    }),
    stage: oneOf(
      ['created', 'initialised', 'finalised', 'terminated'],
      'How far the launch of a TD is.',
      { facet: 'tdx' },
    ),
    vcpu: oneOf(['none', 'created', 'initialised'], 'Its vCPU.', { facet: 'tdx' }),
    cpuid: bool('CPUID of its vCPU is set.', { facet: 'tdx' }),
    running: bool('Its vCPU has been run.', { facet: 'tdx' }),
    hwError: bool('hw_error of its last sub-command is not zero.', { facet: 'tdx' }),
  }),
  gpa: per(['Guest', 'Page'], 'A page of a VM’s guest-physical addresses.', {
    slot: bool('A memory slot covers it.', { facet: 'tdx' }),
    attribute: oneOf(LITERALS.Space, 'Its memory attribute at KVM.', { facet: 'tdx' }),
    sept: oneOf(
      ['absent', 'pending', 'accepted'],
      'Its entry in the secure EPT; pending: the TD has not accepted it.',
      { facet: 'tdx' },
    ),
    frame: oneOf(['zero', 'image', 'secret'], 'Ghost: what is in the frame behind it.', {
      facet: 'tdx',
    }),
    measured: bool('The launch measurement covers what was added here.', { facet: 'tdx' }),
  }),
  page: per(['Page'], 'A page of host memory.', {
    owner: ref('Guest', 'The guest whose private page it is; nobody: shared with the host.'),
    accepted: bool('The owner has accepted it.'),
    ownership: epoch('Counts changes of owner.'),
    data: ref('Guest', 'Ghost: whose secret is in it.', { facet: 'secrets' }),
  }),
  dma: per(['Tdi', 'Page'], 'Translation of one page for one TDI.', {
    table: oneOf(
      ['none', 'shared', 'private', 'elsewhere'],
      'The entry in the table; elsewhere: the private address leads to another page.',
    ),
    iotlb: oneOf(
      ['none', 'shared', 'private', 'elsewhere'],
      'The copy in the IOTLB, which may outlive the entry.',
    ),
    flush: oneOf(
      ['clean', 'needed', 'pending'],
      'What the TSM knows of the copy: none can be left; one may; an invalidation that covers it runs.',
    ),
  }),
  tlp: per(['Slot'], 'A TLP in flight. Slot 0 is the oldest; slots close up when one leaves.', {
    kind: oneOf(['none', 'write', 'read', 'completion'], 'What it is; none: the slot is free.'),
    traffic: oneOf(LITERALS.Traffic, 'T bit and half of the address space.'),
    tdi: ref('Tdi', 'The TDI that sent it, or for a completion receives it.'),
    page: ref('Page', 'The page that it is about.'),
    keySet: ref('KeySet', 'The key set that protects it; none: no IDE.'),
    key: epochRef('keySet.generation', 'The key material that protects it.', { by: 'keySet' }),
    run: epochRef('tdi.run', 'The episode of its TDI in which it was sent.', { by: 'tdi' }),
    ownership: epochRef('page.ownership', 'The ownership of the page when it was sent.', {
      by: 'page',
    }),
    tenant: ref('Guest', 'Ghost: the guest that the TDI was bound to when it was sent.'),
    data: ref('Guest', 'Ghost: whose secret it carries.', { facet: 'secrets' }),
  }),
  vm: per(['Guest'], 'The VM of a guest, as the host has it.', {
    phase: oneOf(VM_PHASES, 'How far its life is; at power-on every VM runs already.', {
      facet: 'launch',
    }),
  }),
  image: per(['Page'], 'What the launch measurement of a VM says of a page.', {
    measured: epochRef('page.ownership', 'The ownership under which its contents were measured.', {
      facet: 'launch',
    }),
  }),
  ioas: per(['Guest', 'Page'], 'The host’s own I/O address space of a VM.', {
    kind: oneOf(['unmapped', 'shared', 'private'], 'How the page is mapped in it.', {
      facet: 'vfio',
    }),
  }),
  dsm: one('What the host kernel counts the device as a whole for.', {
    registered: bool('A TSM is registered.', { facet: 'vfio', init: true }),
    context: oneOf(
      ['absent', 'connected', 'lost'],
      'The context; lost: a reset took the session while it said connected.',
      { facet: 'vfio' },
    ),
    recovery: oneOf(
      ['none', 'contained', 'reset', 'restored'],
      'How far recovery is: link contained; reset; configuration restored.',
      { facet: 'recovery' },
    ),
    stale: bool('Another kernel left TSM state behind, and this one has not cleaned it up.', {
      facet: 'recovery',
    }),
  }),
  fn: per(['Tdi'], 'A function as the host kernel has it: its opinion, not the truth.', {
    present: bool('It is enumerated.', { facet: 'vfio', init: true }),
    inStream: bool('Its requester id lies in the range of the stream.', { facet: 'vfio' }),
    driver: oneOf(LITERALS.HostDriver, 'The driver bound to it.', { facet: 'vfio' }),
    opener: ref('Guest', 'The guest whose VM has it open.', { facet: 'vfio' }),
    iommufd: oneOf(['unattached', 'attached', 'vdevice'], 'Its object in iommufd.', {
      facet: 'vfio',
    }),
    dte: oneOf(['off', 'shared', 'secure'], 'The kind of its device table entry.', {
      facet: 'vfio',
    }),
    bar: oneOf(['mappable', 'revoked', 'private'], 'What the host’s CPUs may do with its BAR.', {
      facet: 'vfio',
    }),
    bound: oneOf(['no', 'binding', 'yes'], 'Whether the kernel counts its TDI as bound.', {
      facet: 'vfio',
    }),
  }),
  tio: one('What the firmware of SEV-TIO keeps of the device, and what the host gave it.', {
    feature: oneOf(['notEnabled', 'enabled', 'initDone'], 'How far TIO is set up.', {
      facet: 'tio',
    }),
    context: oneOf(
      ['none', 'created', 'connected', 'disconnected', 'reclaimed'],
      'The device context; reclaimed: its pages are not yet the host’s again.',
      { facet: 'tio' },
    ),
    pending: oneOf(['none', 'connect', 'rollKey'], 'The command that is not finished.', {
      facet: 'tio',
    }),
    oldKeys: ref('KeySet', 'The key set in use when ROLL_KEY began.', { facet: 'tio' }),
    reported: bool('The host driver has reported the device as connected.', { facet: 'tio' }),
    largeBuffers: bool('The host has expanded the buffers.', { facet: 'tio' }),
    measured: oneOf(['none', 'valid', 'fresh'], 'The digest of the measurements.', {
      facet: 'tio',
    }),
  }),
  tioTdi: per(
    ['Tdi'],
    'What the firmware of SEV-TIO keeps of a TDI, and what the host shows of it.',
    {
      context: oneOf(
        ['none', 'created', 'bound', 'unbound', 'reclaimed'],
        'The TDI context; reclaimed: its pages are not yet the host’s again.',
        { facet: 'tio' },
      ),
      vtom: oneOf(
        ['split', 'allPrivate', 'allShared'],
        'vTOM in the secure device table entry: private below and shared above it, or one kind only.',
        { facet: 'tio' },
      ),
      blobs: epochRef('tsm.lockSession', 'The lock session of the blobs that the host shows.', {
        facet: 'tio',
      }),
      forged: bool('Those blobs are not what the firmware has the digests of.', { facet: 'tio' }),
      claimsRun: bool('The host says that the TDI is in RUN.', { facet: 'tio' }),
    },
  ),
  fence: per(['Guest'], 'The fence of the address space of a guest at the root complex.', {
    now: oneOf(['none', 'default', 'error'], 'Not fenced; before the first RUN; after an error.', {
      facet: 'fence',
    }),
    by: ref('Tdi', 'The TDI at whose request the fault was, while it stays bound.', {
      facet: 'fence',
    }),
    byPeer: bool('The fault was at a request of the second device, which is still bound.', PEER),
  }),
  peer: one('A second device with one TDI, and what the TSM believes and has decided of it.', {
    open: bool('It has an SPDM session with the TSM.', PEER),
    generation: epoch('Counts its sessions.', PEER),
    secure: bool('Its own selective IDE stream to its root port is Secure.', PEER),
    state: oneOf(TDI_STATES, 'The state of its TDI.', PEER),
    lock: epoch('Counts its lock episodes.', PEER),
    run: epoch('Counts its episodes of RUN.', PEER),
    flags: oneOf(LITERALS.P2pLock, 'What its LOCK carried for peer-to-peer.', P2P),
    holds: ref('Guest', 'Ghost: whose data its TDI holds.', PEER),
    boundTo: ref('Guest', 'The guest that its TDI is bound to.', PEER),
    teardown: bool('An unbind of it has begun.', PEER),
    lost: bool('Unbound while no STOP could be sent; no new bind before one is answered.', PEER),
    evidence: epochRef('peer.lock', 'The lock episode whose evidence its guest has read.', PEER),
    foreign: bool('Ghost: what that guest read was evidence of the first device.', PEER),
    accepted: epochRef('peer.lock', 'The lock episode that its guest has accepted.', PEER),
    dma: bool('Its trusted DMA entry is open for the bound guest.', PEER),
  }),
  peerDma: per(['Page'], 'Translation of one page for the second device.', {
    table: oneOf(['none', 'shared', 'private'], 'The entry in the table.', PEER),
    iotlb: oneOf(['none', 'shared', 'private'], 'The copy in the IOTLB.', PEER),
    dirty: bool('The TSM knows that a copy may be left that the table has no more.', PEER),
  }),
  peerTlp: one('A memory request of the second device, in flight.', {
    kind: oneOf(['none', 'write', 'read'], 'What it is; none: there is none.', PEER),
    traffic: oneOf(LITERALS.Traffic, 'T bit and half of the address space.', PEER),
    spoofs: ref('Tdi', 'The TDI of the first device whose requester ID it carries.', PEER),
    page: ref('Page', 'The page that it is about.', PEER),
    run: epochRef('peer.run', 'The RUN episode in which it was sent.', PEER),
    tenant: ref('Guest', 'Ghost: the guest that the sender was bound to.', PEER),
    data: ref('Guest', 'Ghost: whose secret it carries.', PEER),
  }),
  p2p: one('The selective IDE stream between the two devices, with an end at each.', {
    setup: oneOf(LITERALS.P2pSetup, 'How its registers are set up.', P2P),
    keys: epoch('Counts its key material.', P2P),
    whole: bool('All three sub-streams have keys.', P2P),
    first: epochRef(
      'session.generation',
      'The session that keyed the end at the first device.',
      P2P,
    ),
    peer: epochRef('peer.generation', 'The session that keyed the end at the second device.', P2P),
    bound: epochRef('peer.run', 'The RUN episode of the second device that it was bound in.', P2P),
  }),
  p2pTdi: per(['Tdi'], 'A TDI of the first device, as far as peer-to-peer goes.', {
    wants: oneOf(LITERALS.P2pLock, 'What the next LOCK is to carry for it.', P2P),
    flags: oneOf(LITERALS.P2pLock, 'What its LOCK carried for it.', P2P),
    bound: epochRef('tdi.run', 'The RUN episode in which the stream was bound to it.', P2P),
    draining: bool('That binding is being taken off: nothing new goes to the stream.', P2P),
    toPeer: epochRef(
      'tdi.run',
      'The RUN episode in which it got a translation to the second device.',
      P2P,
    ),
    fromPeer: epochRef(
      'peer.run',
      'The RUN episode in which the second device got one to it.',
      P2P,
    ),
  }),
  p2pTlp: one('A request from one device to the other, in flight.', {
    way: oneOf(['none', ...LITERALS.P2pWay], 'Who sent it; none: there is none.', P2P),
    access: oneOf(LITERALS.Access, 'What it asks for.', P2P),
    path: oneOf(
      ['legacy', 'up', 'direct'],
      'T=0; T=1 by way of the root complex, or on the stream between.',
      P2P,
    ),
    tdi: ref('Tdi', 'The TDI of the first device that sends or receives it.', P2P),
    key: epochRef('p2p.keys', 'The key material that protects it, if it goes directly.', P2P),
    run: epochRef('tdi.run', 'The RUN episode of its sender, if that is the first device.', {
      ...P2P,
      by: 'tdi',
    }),
    peerRun: epochRef(
      'peer.run',
      'The RUN episode of its sender, if that is the second device.',
      P2P,
    ),
    tenant: ref('Guest', 'Ghost: the guest that the sender was bound to.', P2P),
  }),
  shown: per(['Guest', 'Tdi'], 'Whose evidence a guest was shown for a TDI of the first device.', {
    foreign: bool('Ghost: that of the second device.', PEER),
  }),
  plain: per(['Guest'], 'Whether a VM is protected at all.', {
    now: bool('It is a plain VM: no confidential one.', { facet: 'plainVm' }),
  }),
} as const;
export type Schema = typeof SCHEMA;

/** Disputed readings and device or guest choices; every safety property must hold under each. */
export const READINGS = {
  /** tdisp-semantics 2.5: is writing 0 over 0 a clearing? */
  commandClear: ['edge', 'level'],
  /** tdisp-semantics 2.1: is writing a BAR with its own value a modification? */
  sameValueBarWrite: ['harmless', 'error'],
  /** tdisp-semantics 1.1: may a TDI leave ERROR by itself once it is clean? */
  autoErrorExit: ['no', 'yes'],
  /** tdisp-semantics 2.2: whether the PF has the IDE capability, so that its FLR drops the stream. */
  ideCapability: ['otherFunction', 'pf'],
  /** backends 10: which address bit means shared, by the width of guest-physical addresses. */
  sharedBit: ['bit51', 'bit47'],
  /** backends 13: does the binding of an AP queue survive a reset without the F bit? */
  bindSurvivesReset: ['no', 'yes'],
  /** host-guest 3.4: how the guest enables the device. */
  enableStyle: ['mseThenBme', 'coalesced', 'prebound'],
  /** tdisp-semantics 2.1: is a write of the ATS capability of a locked TDI an error? */
  atsCapWriteIsError: ['no', 'yes'],
  /** tdisp-semantics 2.1: what the vendor makes of writes of TPH, vendor specific and DVSEC registers. */
  vendorCapWrite: ['error', 'harmless'],
  /** tdisp-semantics 2.2: where a conventional reset takes a locked TDI. */
  conventionalResetTarget: ['unlocked', 'error'],
  /** tdisp-semantics 1.1: does a failure of the device take an unlocked TDI to ERROR? */
  unlockedMayEnterError: ['no', 'yes'],
  /** tdisp-semantics 2.2: does a control that touches a locked TDI end it, or does the DSM refuse it? */
  deviceControl: ['error', 'refused'],
  /** tdisp-semantics 1.8: an update at run time, one that ends trust for a downgrade, none at run time. */
  firmwareUpdate: ['live', 'downgradeEndsTrust', 'notAtRunTime'],
  /** tdisp-semantics 1.8: does an update end the session (SPDM TerminationPolicy)? */
  terminationPolicy: ['sessionSurvives', 'sessionEnds'],
  /** host-guest 3.3: who decides in a guest whether a device is accepted. */
  policyHook: ['userspace', 'core', 'driver', 'none', 'paravisor'],
  /** host-guest 2.3: when private memory is mapped for a device. */
  initialAssignMode: ['sharedBindCapable', 'hotplugPrivate', 'coldPrivate'],
  /** host-guest 2.5 R11: what the VMM does where a guest clears MSE or BME of a bound TDI. */
  mseClearPolicy: ['refuse', 'unbindFirst', 'passThrough'],
  /** host-guest 2.4: does private MMIO go after the STOP, before it, or does the TSM not mind? */
  mmioUnmapVsStop: ['either', 'after', 'before'],
  /** host-guest B24: which VFs the requester ids of the stream cover. */
  streamRange: ['allVfs', 'presentVfs'],
  /** backends 11: who holds the table that translates for a device, and so who checks it. */
  translationTables: ['trusted', 'host'],
  /** backends 11: what a fault that the host causes costs: the request, or the guest at that root complex. */
  hostFaultScope: ['none', 'guest'],
  /** backends 11: on whose word START is sent. */
  startAuthoriser: ['guest', 'host'],
  /** backends 2.2: whether sessions are begun and keys programmed only inside a command of the host. */
  connectBy: ['tsm', 'command'],
  /** backends 2.5: is a guest fenced before its first RUN? */
  fenceBeforeRun: ['no', 'yes'],
} as const;
export type Readings = { readonly [K in keyof typeof READINGS]: (typeof READINGS)[K][number] };
/** The first value of every reading. */
export const DEFAULT_READINGS: Readings = Object.freeze({
  commandClear: 'edge',
  sameValueBarWrite: 'harmless',
  autoErrorExit: 'no',
  ideCapability: 'otherFunction',
  sharedBit: 'bit51',
  bindSurvivesReset: 'no',
  enableStyle: 'mseThenBme',
  atsCapWriteIsError: 'no',
  vendorCapWrite: 'error',
  conventionalResetTarget: 'unlocked',
  unlockedMayEnterError: 'no',
  deviceControl: 'error',
  firmwareUpdate: 'live',
  terminationPolicy: 'sessionSurvives',
  policyHook: 'userspace',
  initialAssignMode: 'sharedBindCapable',
  mseClearPolicy: 'refuse',
  mmioUnmapVsStop: 'either',
  streamRange: 'allVfs',
  translationTables: 'trusted',
  hostFaultScope: 'none',
  startAuthoriser: 'guest',
  connectBy: 'tsm',
  fenceBeforeRun: 'no',
});

/** The combined state: one record per party, and the readings under which it evolves. */
export interface World extends StateOf<Schema> {
  readonly readings: Readings;
}
/**
 * What a property may look at: the same shape, read only. The engine supplies accessors over packed words
 * in which an episode number is 1 when current and 0 when past; so compare an episode with its own counter
 * in the same world, and with nothing else.
 */
export type WorldView = World;
/** "group.field", as properties declare what they read. */
export type FieldName = {
  [G in keyof Schema & string]: `${G}.${keyof Schema[G]['fields'] & string}`;
}[keyof Schema & string];

/** A preset: how large the world is, which facets are on, how the documents are read. */
export interface Preset {
  readonly id: string;
  readonly says: string;
  readonly sizes: Readonly<Record<IndexSort, number>>;
  readonly facets: readonly Facet[];
  readonly readings: Readings;
}
const preset = (
  id: string,
  says: string,
  sizes: Readonly<Record<IndexSort, number>>,
  facets: readonly Facet[],
): Preset =>
  Object.freeze({ id, says, sizes: Object.freeze(sizes), facets, readings: DEFAULT_READINGS });
const ALL_FACETS = Object.keys(FACETS) as Facet[];
/** Facets of a world so large that only preset `full` has them. */
const OF_FULL: readonly Facet[] = ['peer', 'p2p', 'plainVm'];
export const PRESETS: readonly Preset[] = [
  preset(
    'tiny',
    'One function, one page, one TLP in flight, one guest: small enough to compare every step.',
    { Tdi: 1, Guest: 1, Page: 1, Slot: 1, KeySet: 1, Queue: 1, Secret: 1 },
    ['core', 'ap', 'tdx'],
  ),
  preset(
    'small',
    'A PF and two VFs, two guests, three pages, two TLPs in flight, every facet of one device.',
    { Tdi: 3, Guest: 2, Page: 3, Slot: 2, KeySet: 2, Queue: 2, Secret: 3 },
    ALL_FACETS.filter((f) => !OF_FULL.includes(f)),
  ),
  preset(
    'full',
    'Two devices with a stream between them, three guests of which any may be a plain VM, four pages, three TLPs in flight, every facet.',
    { Tdi: 3, Guest: 3, Page: 4, Slot: 3, KeySet: 2, Queue: 2, Secret: 3 },
    ALL_FACETS,
  ),
  ...SLICES.map((s) => preset(s.id, s.says, s.sizes, s.facets)),
];
/** The preset with other readings. */
export const withReadings = (p: Preset, readings: Partial<Readings>): Preset =>
  Object.freeze({ ...p, readings: Object.freeze({ ...p.readings, ...readings }) });

/** Whether a facet is on in a preset. */
export const isOn = (p: Preset, facet: Facet): boolean => p.facets.includes(facet);

/** Whether all these facets are on; what names none is about the core. */
export const areOn = (p: Preset, facets: readonly Facet[]): boolean =>
  (facets.length === 0 ? (['core'] as const) : facets).every((f) => isOn(p, f));

/** The preset as it is for a backend: without the facets that its world has not, with the readings that it fixes. */
export const presetFor = (
  { facets = PCI_FACETS, fixes = {} }: { facets?: readonly Facet[]; fixes?: Partial<Readings> },
  p: Preset,
): Preset =>
  Object.freeze({
    ...withReadings(p, fixes),
    facets: p.facets.filter((f) => facets.includes(f)),
  });

/** Facets that only preset `full` has, and that a preset has in vain for a backend. */
export const lackedBy = (of: { facets?: readonly Facet[] }, p: Preset): readonly Facet[] => {
  const { facets } = presetFor(of, p);
  return OF_FULL.filter((f) => p.facets.includes(f) && !facets.includes(f));
};

/** Choices that make no sense while a facet is off. */
const NEEDS_FACET: { readonly [S in LiteralSort]?: Readonly<Record<string, Facet>> } = {
  Access: { read: 'reads' },
  Traffic: { legacy: 'legacy' },
  Interface: { foreign: 'registers' },
  Entropy: { none: 'registers' },
  Range: { updatable: 'attributes' },
  P2pLock: { bindP2p: 'p2p', withoutAts: 'p2p' },
};
/** The members or values of a sort in a preset, in a fixed order. */
export function membersOf(p: Preset, sort: Sort): readonly (number | string)[] {
  if (!isLiteral(sort)) return Array.from({ length: p.sizes[sort] }, (_, i) => i);
  const needs = NEEDS_FACET[sort];
  const values: readonly (number | string)[] = LITERALS[sort];
  return needs === undefined
    ? values
    : values.filter((v) => {
        const facet = needs[String(v)];
        return facet === undefined || isOn(p, facet);
      });
}

/** The world at power-on. */
export function boot(p: Preset): World {
  const rows = (
    dims: readonly IndexSort[],
    fields: Readonly<Record<string, { init: unknown }>>,
  ): unknown => {
    const [first, ...rest] = dims;
    if (first === undefined)
      return Object.freeze(
        Object.fromEntries(Object.entries(fields).map(([name, f]) => [name, f.init])),
      );
    return Object.freeze(Array.from({ length: p.sizes[first] }, () => rows(rest, fields)));
  };
  const groups = Object.entries(SCHEMA).map(([name, g]) => [name, rows(g.dims, g.fields)]);
  return Object.freeze({ ...Object.fromEntries(groups), readings: p.readings }) as World;
}

/** How people call a member: PF, VF1, G1, P1, S1, K0, Q1, X1. */
export function nameOf(sort: IndexSort, i: number): string {
  switch (sort) {
    case 'Tdi':
      return i === 0 ? 'PF' : `VF${i}`;
    case 'Guest':
      return `G${i + 1}`;
    case 'Page':
      return `P${i + 1}`;
    case 'Slot':
      return `S${i + 1}`;
    case 'KeySet':
      return `K${i}`;
    case 'Queue':
      return `Q${i + 1}`;
    case 'Secret':
      return `X${i + 1}`;
    default: {
      const never: never = sort;
      throw new Error(`nameOf: unknown sort ${String(never)}`);
    }
  }
}
