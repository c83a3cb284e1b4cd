/**
 * Sorts: what an attempt, a word or a field may speak about.
 *
 * An *index sort* names members of the world (a TDI, a page); how many there are is the preset's
 * choice. A *literal sort* is a closed list of choices that the attempt itself carries (which bit, which
 * kind of access); the compiler folds it.
 */

/** The index sorts. Member 0 of `Tdi` is the PF, the others are its VFs. */
export const INDEX_SORTS = ['Tdi', 'Guest', 'Page', 'Slot', 'KeySet', 'Queue', 'Secret'] as const;
export type IndexSort = (typeof INDEX_SORTS)[number];

/**
 * The sorts whose members are alike, and from which member on: what one can do, another can. The PF is not like its VFs. Slots are
 * a queue, whose order counts.
 */
export const ALIKE: Readonly<Partial<Record<IndexSort, number>>> = {
  Tdi: 1,
  Guest: 0,
  Page: 0,
  KeySet: 0,
  Queue: 0,
  Secret: 0,
};

/** TDISP 11.2: the four states of a TDI, spelled as the document spells them. */
export const TDI_STATES = ['CONFIG_UNLOCKED', 'CONFIG_LOCKED', 'RUN', 'ERROR'] as const;
export type TdiState = (typeof TDI_STATES)[number];

/** The life of a VM as the host has it, and whether it is there at all. */
export const VM_PHASES = [
  'running',
  'paused',
  'terminating',
  'gone',
  'created',
  'launching',
  'finalized',
] as const;
export type VmPhase = (typeof VM_PHASES)[number];

/** The literal sorts and their values. */
export const LITERALS = {
  /** A value written to one bit. */
  Level: [0, 1],
  /** A reset of an AP queue: plain, or with the F bit, which takes the binding along. */
  QueueReset: ['plain', 'flush'],
  /** How an asynchronous association of an AP queue ends. */
  Association: ['done', 'error'],
  /** A request to add a secret, as it reaches the Ultravisor. */
  Blob: ['intact', 'corrupt', 'otherMachine'],
  /** Work for an AP queue that brings no key along. */
  QueueWork: ['clear', 'generate'],
  /** The type of a VM that KVM is asked for. */
  VmKind: ['td', 'legacy'],
  /** Fields of a TDX sub-command that must be zero. */
  Reserved: ['zero', 'stray'],
  /** What the TDX module answers to the SEAMCALL behind a sub-command. */
  Module: ['succeeds', 'fails'],
  /** Whether a page that is added before the launch is measured. */
  Measure: ['measured', 'unmeasured'],
  /** Which high bit a guest sets in a guest-physical address. */
  GpaBit: ['none', 'bit51', 'bit47'],
  /** What happens to a memory slot. */
  SlotChange: ['create', 'move', 'delete'],
  /** CPUID values for a vCPU: those that INIT_VM fixed, or others. */
  Cpuid: ['asInitialised', 'other'],
  /** IDE sub-streams: posted, non-posted, completion. */
  Sub: ['PR', 'NPR', 'CPL'],
  /** What a DMA request asks for. */
  Access: ['write', 'read'],
  /** T=0, T=1 to the shared half of the guest's addresses, T=1 to the private half. */
  Traffic: ['legacy', 'shared', 'private'],
  /** The half of the guest's addresses that a mapping serves. */
  Space: ['shared', 'private'],
  /** MMIO ranges: IS_NON_TEE_MEM clear, set, and clear at LOCK but updatable. */
  Range: ['tee', 'nonTee', 'updatable'],
  /** Where a TDI's BAR decodes: where the host first put it, elsewhere, or on top of another range. */
  Place: ['home', 'moved', 'overlapping'],
  /** Registers written by name: every row of the table of tracked registers (tdisp-semantics 2.1). */
  Register: [
    'commandOther',
    'status',
    'cacheLineSize',
    'latencyTimer',
    'interruptLine',
    'deviceControlMps',
    'deviceStatus',
    'linkStatus',
    'linkControl',
    'physicalLayer',
    'linkDisable',
    'msi',
    'msix',
    'acs',
    'ltr',
    'aerStatus',
    'ptm',
    'hierarchyId',
    'npem',
    'alternateProtocol',
    'doe',
    'vpd',
    'virtualChannel',
    'powerAllocation',
    'powerAllocationUnreliable',
    'bist',
    'expansionRom',
    'deviceControlTags',
    'deviceControlPhantom',
    'deviceControlNoSnoop',
    'ats',
    'pageRequest',
    'pasid',
    'ari',
    'enhancedAllocation',
    'resizableBar',
    'vfResizableBar',
    'multicast',
    'tph',
    'vendorSpecific',
    'dvsec',
    'sriov',
    'ideStreamControl',
    'ideRidAssociation',
    'ideAddressAssociation',
    'ideOtherStream',
  ],
  /** Power transitions of a function, by what they leave of its state (tdisp-semantics 2.1). */
  Power: ['d3hotKeepsState', 'd3hotLosesState', 'd3cold'],
  /** What a configuration write may renumber, so that requester ids change (tdisp-semantics 2.2). */
  Renumber: ['bus', 'segment'],
  /** What comes in for a TDI and is in error, recovered by the device or not (tdisp-semantics 2.2). */
  Fault: [
    'poison',
    'poisonRecovered',
    'completionAbort',
    'completionTimeout',
    'completionRecovered',
    'translationT0',
    'pageResponseT0',
  ],
  /** What administration through the device's own interfaces touches: a TDI, or speed and share only. */
  Control: ['function', 'quality'],
  /** Whether the loss of the link resets the port of the device (tdisp-semantics 2.2). */
  LinkLoss: ['portReset', 'portKept'],
  /** Whether the session is usable after a DOE error (tdisp-semantics 2.2). */
  DoeError: ['usable', 'unusable'],
  /** Registers of the root port: those that the TSM tracks, and the others (tdisp-semantics 2.3). */
  PortRegister: [
    'bist',
    'bar',
    'expansionRom',
    'deviceControlTags',
    'powerTransition',
    'linkControl',
    'enhancedAllocation',
    'resizableBar',
    'multicast',
    'flatteningPortal',
    'streamControl',
    'streamAssociation',
    'otherStream',
    'ioWindow',
    'bridgeControl',
    'aer',
    'acs',
    'ltr',
    'doe',
    'dpc',
    'msi',
  ],
  /** How the root port routes: to the device, or wrongly by one of its numbers or windows. */
  Routing: ['home', 'otherBus', 'otherSegment', 'otherWindow'],
  /** Which part of a report is asked for (tdisp-semantics 1.6). */
  Offset: ['first', 'later', 'beyond'],
  /** What SET_MMIO_ATTRIBUTE asks for: IS_NON_TEE_MEM clear or set, or a range that is not updatable. */
  Attribute: ['tee', 'nonTee', 'fixedRange'],
  /** Security version numbers of firmware images. */
  Svn: ['svn1', 'svn2'],
  /** The two ways to signal an interrupt. */
  Interrupt: ['msi', 'msix'],
  /** Configurations that LOCK refuses, one for each bullet of tdisp-semantics 1.4, and the supported one. */
  Config: [
    'supported',
    'phantomFunctions',
    'resizableBarSize',
    'systemPageSize',
    'cacheLineSize',
    'tphMode',
    'deviceMemory',
    'shadowFunctions',
  ],
  /** Settings of the stream registers: the right one, and those that LOCK refuses. */
  StreamSetup: ['oneDefault', 'idMismatch', 'twoDefaults', 'otherTrafficClass'],
  /** Everything that ends an SPDM session without the TSM asking for it (tdisp-semantics 4.2). */
  SessionEnd: [
    'getVersion',
    'heartbeatExpiry',
    'decryptError',
    'sequenceExhaustion',
    'keyUpdateFailure',
    'localTermination',
  ],
  /** Whether an answer reaches the party that waits for it. */
  Reply: ['arrives', 'lost'],
  /** Whether the device can make a nonce. */
  Entropy: ['enough', 'none'],
  /** Whether an INTERFACE_ID names a TDI of this device. */
  Interface: ['hosted', 'foreign'],
  /** TDISP requests, by the operation that they ask for. */
  Request: ['lock', 'report', 'state', 'start', 'stop', 'reportPart', 'setAttribute'],
  /** How a guest driver writes the Command register (host-guest 3.4). */
  EnableStep: ['mse', 'bme', 'both'],
  /** How the host asks for DEV_CONNECT of SEV-TIO: as the firmware wants it, or in a way that it refuses. */
  TioConnect: ['asRequired', 'withoutTc0', 'noSecuredMailbox'],
  /** Lock flags of TDI_BIND: those that the firmware takes, or one that it refuses. */
  TioLock: ['asRequired', 'p2p', 'noRedirect', 'cacheLine128'],
  /** Templates of a secure device table entry: by vTOM, or not to be taken. */
  Sdte: ['split', 'allPrivate', 'allShared', 'otherVmpl', 'reservedBits'],
  /** The range that an MMIO_VALIDATE message names: the one of the report, or another. */
  MmioMessage: ['reported', 'other'],
  /** What a hostile relay does to the message that it carries. */
  Tamper: ['corrupt', 'replay'],
  /** What a page that is added to a launch image holds (backends 10). */
  Contents: ['normal', 'zero', 'unmeasured', 'secrets', 'cpuid'],
  /** The driver that the host kernel binds to a function. */
  HostDriver: ['none', 'native', 'vfio'],
  /** What resets the device as a whole (host-guest 2.5, R2 and R4). */
  WholeReset: ['hotReset', 'd3cold', 'systemSleep'],
  /** What an administrator lets a guest do with devices (host-guest G2). */
  Policy: ['deny', 'sharedOnly', 'accept'],
  /** Evidence as the host hands it over (host-guest B20). */
  Blobs: ['genuine', 'substituted', 'staleNonce'],
  /** What a verifier finds: agreement, or what it does not agree with (host-guest G7). */
  Finding: ['agrees', 'measurement', 'rootPort', 'stream', 'barLayout', 'requesterId'],
  /** Who says that the TDI is in RUN: the TSM, or a reply that anybody could have made (host-guest B20). */
  Source: ['tsm', 'host'],
  /** By what a guest notices an error (host-guest G13). */
  Sign: ['poll', 'allOnes', 'aer'],
  /** How one kernel makes room for the next (host-guest G16). */
  Handover: ['kexec', 'crash'],
  /** What a later measurement shows (host-guest G18). */
  Remeasured: ['same', 'changed'],
  /** What LOCK carries for peer-to-peer: nothing, BIND_P2P with ATS enabled, or with ATS off (tdisp-semantics 5.4). */
  P2pLock: ['plain', 'bindP2p', 'withoutAts'],
  /** Registers of the stream between two devices: fit to be bound, or not (tdisp-semantics 5.4). */
  P2pSetup: ['distinct', 'isDefault', 'notUnique', 'overlapping'],
  /** An end of the stream between two devices. */
  P2pEnd: ['first', 'peer'],
  /** The sub-streams of it that get keys. */
  P2pKeys: ['all', 'postedOnly'],
  /** Which of two devices sends to the other. */
  P2pWay: ['toPeer', 'fromPeer'],
  /** How it sends: T=0, or T=1 with an address that was translated for it or not. */
  P2pPath: ['legacy', 'untranslated', 'translated'],
  /** What befalls the second device; what is pulled is put back at once. */
  PeerEvent: [
    'error',
    'flr',
    'conventionalReset',
    'removal',
    'firmwareUpdate',
    'sessionEnd',
    'streamLoss',
  ],
  /** What the host carries to the wrong one of two devices, or takes from it. */
  Cross: ['requestToPeer', 'answerOfPeer', 'peerRequestHere'],
  /** Whose evidence the host shows: that of the device in question, or of the other one. */
  Whose: ['own', 'other'],
} as const;
export type Literals = typeof LITERALS;
/** What the host may have to carry: TDISP requests, and those for certificates and measurements. */
export const CARRIED = [...LITERALS.Request, 'certificates', 'measurements'] as const;
export type Carried = (typeof CARRIED)[number];
export type LiteralSort = keyof Literals;
export type Sort = IndexSort | LiteralSort;

/** Who attempts. The host and the fabric are hostile. */
export const PARTIES = ['tsm', 'host', 'guest', 'device', 'fabric'] as const;
export type Party = (typeof PARTIES)[number];

/** A member of an index sort. The brand keeps a TDI from standing where a page is meant. */
export type Id<S extends IndexSort> = number & { readonly __sort: S };

/** Roles of a rule, a word or a property: a name and the sort that it ranges over. */
export type Roles = Readonly<Record<string, Sort>>;
/** What stands for the roles when a meaning is evaluated. */
export type Args<R extends Roles> = {
  readonly [K in keyof R]: R[K] extends LiteralSort
    ? Literals[R[K]][number]
    : R[K] extends IndexSort
      ? Id<R[K]>
      : never;
};

/** True for the sorts whose values an attempt carries literally. */
export const isLiteral = (sort: Sort): sort is LiteralSort => sort in LITERALS;
