/**
 * Where each fact comes from: document, section, and what it says in our own words.
 *
 * Text of member-only documents is never quoted. A fact on which the documents are silent is
 * `unspecified`: the model makes a choice, says so here, and the choice is a candidate for a reading.
 */
export interface Clause {
  readonly document: string;
  readonly section: string;
  readonly says: string;
  /** False where the documents are silent and the choice is ours. */
  readonly specified: boolean;
}
const TDISP = 'PCI Express Base 6.x, chapter 11 (TDISP)';
const IDE = 'IDE ECN and PCI Express Base 6.x, section 6.99 (IDE)';
const KM = 'IDE_KM conformance cases';
const AP = 'Linux s390 AP bus and vfio-ap';
const UV = 'Linux s390 Ultravisor device';
const KVM_TDX = 'KVM, Intel TDX';
const SPDM = 'DSP0274 (SPDM 1.2 and 1.3)';
const PCIE = 'PCI Express Base 6.x';
const LINUX = 'Linux PCI/TSM core and its documentation';
const GUEST_TIO = 'Linux guest TIO series';
const COVE = 'RISC-V CoVE-IO';
const RMM = 'Arm RMM 2.0, device assignment';
const KVM = 'KVM API, encrypted VMs';
const TIO = 'SEV-TIO firmware interface and its Linux driver';
const AMD_HW = 'AMD IOMMU and SEV-SNP: RMP, secure device table, ASID fence';
const VFIO = 'Linux VFIO, iommufd and KVM device assignment';
const clause = (document: string, section: string, says: string): Clause =>
  Object.freeze({ document, section, says, specified: true });
const unspecified = (document: string, section: string, says: string): Clause =>
  Object.freeze({ document, section, says, specified: false });

export const CLAUSES = {
  // the TDI automaton
  'tdisp-states': clause(
    TDISP,
    '11.2',
    'A TDI is in one of four states; CONFIG_LOCKED is entered only by LOCK, RUN only by START.',
  ),
  'tdisp-legality': clause(
    TDISP,
    '11.3.1',
    'Each request is legal in certain states; elsewhere it is answered INVALID_INTERFACE_STATE and changes nothing.',
  ),
  'tdisp-codes': clause(
    TDISP,
    '11.3.24',
    'The error codes; no order of checks is fixed, so any code whose condition holds may be given.',
  ),
  'tdisp-reject': clause(TDISP, '11.3.22', 'A rejected request leaves the TDI as it was.'),
  'tdisp-transport': clause(
    TDISP,
    '11.2.2',
    'TDISP travels inside a secured SPDM session; a message that did not is dropped without an answer.',
  ),
  'tdisp-lock': clause(TDISP, '11.3.8', 'LOCK freezes the configuration if all its checks pass.'),
  'tdisp-lock-interface': clause(
    TDISP,
    '11.3.3',
    'A request for an INTERFACE_ID that the device does not host is answered INVALID_INTERFACE.',
  ),
  'tdisp-lock-stream': clause(
    TDISP,
    '11.3.8',
    'LOCK fails unless the request names the one default stream and that stream is on TC0.',
  ),
  'tdisp-lock-keys': clause(
    TDISP,
    '11.3.8',
    'LOCK fails unless all three sub-streams of the default stream are keyed, in both directions.',
  ),
  'tdisp-lock-session': clause(
    TDISP,
    '11.3.8',
    'LOCK fails if a key of the stream was programmed over another SPDM session.',
  ),
  'tdisp-lock-config': clause(
    TDISP,
    '11.3.8 and 11.4.4',
    'LOCK fails on phantom functions, overlapping BARs, unsupported page size, BAR size, cache line or TPH mode, and on insecure device memory.',
  ),
  'tdisp-lock-entropy': clause(
    TDISP,
    '11.3.9',
    'LOCK fails with INSUFFICIENT_ENTROPY when no nonce can be made.',
  ),
  'tdisp-lock-drains': clause(
    TDISP,
    '11.3.9',
    'Before the LOCK response all earlier work and DMA of the TDI is finished or aborted.',
  ),
  'tdisp-lock-busy': unspecified(
    TDISP,
    '11.3.9',
    'A device that still has work in flight when LOCK comes answers BUSY; finishing first would do as well.',
  ),
  'tdisp-nonce': clause(
    TDISP,
    '11.3.9 and 11.3.14',
    'LOCK makes a nonce; it dies when CONFIG_LOCKED is left and is used up by START.',
  ),
  'tdisp-start': clause(
    TDISP,
    '11.3.14',
    'START takes CONFIG_LOCKED to RUN if it brings the live nonce.',
  ),
  'tdisp-start-stream': clause(
    TDISP,
    '11.3.14 and 11.2.1',
    'With IDE required, the bound stream must be Secure at the latest when START comes.',
  ),
  'tdisp-report': clause(
    TDISP,
    '11.3.10 and 11.3.11',
    'The interface report is served in CONFIG_LOCKED and RUN, and describes the configuration bound by LOCK.',
  ),
  'tdisp-state-query': clause(
    TDISP,
    '11.3.12',
    'GET_DEVICE_INTERFACE_STATE is answered in every state.',
  ),
  'tdisp-stop': clause(
    TDISP,
    '11.3.16',
    'STOP is legal in every state; before it answers, work is finished or aborted and secrets are scrubbed; then CONFIG_UNLOCKED.',
  ),
  'tdisp-stop-session': unspecified(
    TDISP,
    '11.3.16 and 11.4.5',
    'A STOP is void once the session that asked for it has ended, and the TDI waits for another one; finishing it would do as well.',
  ),
  'tdisp-stop-tags': clause(
    'TEE-IO device guide',
    'tags',
    'Reads without a completion stay tracked; a TDI does not leave ERROR while one is open.',
  ),
  'tdisp-error': clause(
    TDISP,
    '11.2',
    'Listed events take a locked TDI to ERROR; STOP or a conventional reset leaves it, or the TDI itself once clean.',
  ),
  'tdisp-run-episode': clause(
    TDISP,
    '11.2.1',
    'A completion is accepted only in the episode of RUN that sent the request.',
  ),
  'tdisp-requester': clause(
    TDISP,
    '11.2.1',
    'A TDI sends T=1 memory requests only in RUN on its bound stream, and T=0 memory requests only unlocked.',
  ),
  'tdisp-completer': clause(
    TDISP,
    '11.2.1',
    'TEE-MMIO is served in RUN to T=1 on the bound stream; before LOCK legacy access is allowed; non-TEE ranges are served regardless.',
  ),
  'tdisp-completion-error': clause(
    TDISP,
    '11.4.3',
    'A completion with UR or CA for a request of a locked TDI is an error that takes it to ERROR unless recovered.',
  ),
  'tdisp-internal-error': clause(
    TDISP,
    '11.4.5',
    'A DSM that fails or loses track of a TDI puts it into a secure failed state: ERROR.',
  ),
  'tdisp-isolation': clause(TDISP, '11.4.9', 'An event scoped to one TDI does not touch another.'),
  'tdisp-session-end': clause(
    TDISP,
    '11.4.5',
    'When the session that keyed a stream ends, its streams are Insecure and TDIs locked over it are in ERROR.',
  ),
  'tdisp-stream-loss': clause(
    TDISP,
    '11.4.5',
    'When a bound stream becomes Insecure, every locked TDI bound to it goes to ERROR.',
  ),
  // configuration
  'cfg-command': clause(
    TDISP,
    '11.2.6',
    'Clearing BME or MSE of a locked TDI is an error; setting them is not.',
  ),
  'cfg-command-level': unspecified(
    TDISP,
    '11.2.6',
    'Whether writing 0 over 0 is a clearing is disputed: reading commandClear.',
  ),
  'cfg-bar': clause(TDISP, '11.2.6', 'A modified BAR of a locked TDI is an error.'),
  'cfg-bar-same': unspecified(
    TDISP,
    '11.2.6',
    'Whether writing a BAR with its own value modifies it is open: reading sameValueBarWrite.',
  ),
  'cfg-registers': clause(
    TDISP,
    '11.2.6',
    'The table of tracked registers: some are an error for locked TDIs, the others are harmless.',
  ),
  'cfg-write-completes': clause(
    TDISP,
    '11.2',
    'The configuration write itself completes and takes effect; only the TDI state changes.',
  ),
  'rst-flr': clause(
    TDISP,
    '11.4.9',
    'FLR of a locked function takes its TDI to ERROR; FLR of the PF takes all its VFs along; the session survives.',
  ),
  'rst-flr-stream': unspecified(
    TDISP,
    '11.4.9',
    'Whether FLR of the PF drops the stream depends on which function has the IDE capability: reading ideCapability.',
  ),
  'rst-conventional': clause(
    TDISP,
    '11.4.8',
    'Conventional reset takes every TDI to CONFIG_UNLOCKED, cleans it, and ends sessions and streams.',
  ),
  hotplug: clause(
    PCIE,
    '6.7',
    'A device can be pulled at any time and another put in; nothing of it is left.',
  ),
  'cfg-ats': unspecified(
    TDISP,
    '11.2.6',
    'The table lets the ATS capability be written; at least one device takes a write for an error: reading atsCapWriteIsError.',
  ),
  'cfg-vendor': unspecified(
    TDISP,
    '11.2.6',
    'What a write of TPH, vendor specific and DVSEC registers does is the vendor’s to say: reading vendorCapWrite.',
  ),
  'cfg-link': clause(
    TDISP,
    '11.2.6',
    'Link registers may be written; a write that takes the link down costs the stream.',
  ),
  'cfg-msix': clause(
    TDISP,
    '11.2.6',
    'A write of the MSI-X capability is an error for a TDI whose table was locked and reported, and harmless otherwise.',
  ),
  'cfg-power': clause(
    TDISP,
    '11.2.6',
    'A power transition in which a locked function loses its state is an error; D3hot with No_Soft_Reset keeps it.',
  ),
  'cfg-requester': clause(
    TDISP,
    '11.2',
    'A locked TDI whose requester id or segment changes goes to ERROR.',
  ),
  'cfg-shadow': clause(TDISP, '11.2.6', 'Shadow functions are not permitted.'),
  'rst-conventional-target': unspecified(
    TDISP,
    '11.4.8',
    'One guide has a conventional reset end in ERROR: reading conventionalResetTarget.',
  ),
  'tdisp-unlocked-error': unspecified(
    TDISP,
    '11.2',
    'No edge leads from CONFIG_UNLOCKED to ERROR; one design has one: reading unlockedMayEnterError.',
  ),
  // what else befalls a locked TDI
  'link-down': clause(
    TDISP,
    '11.4.5 and 11.4.8',
    'The loss of the link costs the stream; where it resets the port it is a conventional reset.',
  ),
  'tdisp-poison': clause(
    TDISP,
    '11.4.6',
    'Poison and uncorrectable data errors take a locked TDI to ERROR unless it recovers from them.',
  ),
  'ats-t0': clause(
    TDISP,
    '11.4.10',
    'A translation completion or page request response with T=0 takes a locked TDI to ERROR.',
  ),
  'device-control': clause(
    TDISP,
    '11.4.5',
    'A control of the device’s own that touches a locked TDI takes it to ERROR or is refused; one of speed and share is harmless.',
  ),
  'doe-error': clause(
    TDISP,
    '11.2.2',
    'A DOE error matters only if the session becomes unusable; then it ends.',
  ),
  // the root port
  'port-tracked': clause(
    TDISP,
    '11.5.7',
    'The TSM tracks registers of the root port; a change of one costs the stream; the others may be written.',
  ),
  'port-routing': clause(
    PCIE,
    'bridge windows and bus numbers',
    'A root port passes MMIO down with Memory Space Enable, by its windows, and requests up with Bus Master Enable.',
  ),
  'port-stream': clause(
    IDE,
    'stream states',
    'Both ends of a stream must be enabled; what only one of them protects is no Secure stream.',
  ),
  // reports in parts, attributes
  'tdisp-report-parts': clause(
    TDISP,
    '11.3.10 and 11.3.24',
    'A report may be read in parts of one snapshot; a bad offset is answered INVALID_REQUEST, another command in between INVALID_INTERFACE_STATE.',
  ),
  'tdisp-report-interrupted': unspecified(
    TDISP,
    '11.3.24',
    'After the command in between the read begins anew; STOP is legal at all times and ends it too.',
  ),
  'tdisp-attribute': clause(
    TDISP,
    '11.3.22',
    'SET_MMIO_ATTRIBUTE is legal in RUN, for ranges that the report calls updatable; with the answer the new attribute is in effect.',
  ),
  // firmware and debug
  'fw-no-update': clause(
    TDISP,
    '11.3.8 and 11.4.2',
    'While a TDI locked with NO_FW_UPDATE is CONFIG_LOCKED or RUN, the firmware is not updated.',
  ),
  'fw-update': clause(
    TDISP,
    '11.4.2',
    'Otherwise it may be updated at run time, to no lower security version while a TDI is locked, unless trust is ended first.',
  ),
  'fw-not-at-run-time': clause(
    TDISP,
    '11.4.2',
    'A device that cannot update at run time ends streams and session and takes its TDIs to ERROR.',
  ),
  'fw-termination': clause(
    SPDM,
    'TerminationPolicy',
    'The session says whether a firmware update ends it; then the next message must be GET_VERSION.',
  ),
  'dbg-enable': clause(
    TDISP,
    '11.4.7',
    'Before debug is enabled, streams are Insecure, the session is over, and locked TDIs are in ERROR.',
  ),
  // interrupts
  'irq-msi': clause(
    TDISP,
    '11.2.1',
    'MSI, and MSI-X with an unlocked table, are sent with T=0 and are not to be trusted.',
  ),
  'irq-msix': clause(
    TDISP,
    '11.2.1 and 11.3.8',
    'With the table locked and reported, MSI-X is sent with T=1 and only in RUN, and the table rejects T=0.',
  ),
  'irq-routing': clause(
    'TEE-IO device guide',
    'interrupts',
    'The host routes T=1 interrupts through trusted remapping; it may invent or suppress any other.',
  ),
  // SPDM and relay
  'spdm-phases': clause(
    SPDM,
    'session phases',
    'A session is established by KEY_EXCHANGE and FINISH; only then does it carry application messages.',
  ),
  'spdm-get-version': clause(
    SPDM,
    'GET_VERSION',
    'A valid GET_VERSION outside a session ends all sessions of the requester.',
  ),
  'spdm-evidence': clause(
    SPDM,
    '10.6, 10.11',
    'Certificates and measurements may be asked for inside a session; measurements cover the nonce of the request.',
  ),
  'spdm-session-end': clause(
    SPDM,
    'session termination',
    'END_SESSION, GET_VERSION, heartbeat expiry, decrypt errors, exhausted sequence numbers and resets all end a session alike.',
  ),
  'relay-loop': clause(
    LINUX,
    'SPDM relay',
    'The TSM asks the host to carry a message, and the host calls again with the answer; one exchange at a time; the host may drop, delay or spoil it.',
  ),
  'relay-sequence': clause(
    'DSP0277 (secured messages)',
    'sequence numbers',
    'A replayed or corrupted message fails authentication, and the receiver ends the session.',
  ),
  // IDE
  'ide-keys': clause(
    KM,
    'KEY_PROG and K_SET_GO',
    'Keys are programmed for each sub-stream and key set over the session, and take effect with K_SET_GO.',
  ),
  'ide-secure': clause(
    IDE,
    'stream states',
    'A stream is Secure when all sub-streams are keyed in one set, GO was given, and Stream Enable is set.',
  ),
  'ide-insecure': clause(
    IDE,
    'stream states',
    'A stream that becomes Insecure loses its keys; only disabling, keying and starting again brings it back.',
  ),
  'ide-refresh': clause(
    IDE,
    'key refresh',
    'The idle key set is programmed and started, sending moves to it, and the old set is stopped.',
  ),
  'ide-check': clause(
    IDE,
    'IDE Check Failed',
    'A TLP under a wrong key, out of its counter’s order, lost or repeated fails the check; the stream becomes Insecure.',
  ),
  'ide-ordering': clause(
    IDE,
    'PR_Sent counter',
    'A non-posted request that arrives before an earlier posted one, or instead of it, fails the check.',
  ),
  'ide-registers': clause(
    TDISP,
    '11.2.6',
    'Changing control registers of a stream that a locked TDI is bound to takes every such TDI to ERROR.',
  ),
  // two devices, and peer-to-peer
  'peer-apart': clause(
    TDISP,
    '11.1',
    'Every device has a session and a default stream of its own; what befalls one device leaves the other as it is.',
  ),
  'peer-seal': clause(
    SPDM,
    'secured messages',
    'A message sealed in one session fails its check in every other; who receives it there ends that session.',
  ),
  'peer-identity': clause(
    TDISP,
    '11.2.7',
    'The certificate shown to a guest is the one that authenticated the session of the TSM with that device.',
  ),
  'peer-requester': clause(
    TDISP,
    '11.6.1',
    'A request whose requester ID is outside the association of its stream is not taken as trusted.',
  ),
  'peer-misroute': clause(
    IDE,
    'errors',
    'An IDE TLP whose Stream ID its port does not know is misrouted: it is dropped and no stream changes its state.',
  ),
  'p2p-lock': clause(
    TDISP,
    '11.3.8',
    'LOCK may carry BIND_P2P; without it no peer-to-peer stream is bound in that lock episode.',
  ),
  'p2p-bind': clause(
    TDISP,
    '11.3.18',
    'A peer-to-peer stream is bound in RUN only, with ATS enabled, if all its keys came over the session of LOCK, it is not the default stream, and its ID and associations are its own.',
  ),
  'p2p-unbind': clause(
    TDISP,
    '11.3.20',
    'Before UNBIND_P2P_STREAM is answered the stream is drained; nothing uses it afterwards.',
  ),
  'p2p-loss': clause(
    TDISP,
    '11.4.5',
    'A bound peer-to-peer stream that becomes Insecure takes the TDI to ERROR, as the default stream does.',
  ),
  'p2p-choice': clause(
    TDISP,
    '11.4.10',
    'Translated requests that match a bound peer-to-peer stream use it; everything else uses the default stream and goes up.',
  ),
  'p2p-translation': clause(
    TDISP,
    '11.6.3',
    'Who receives T=1 on a peer-to-peer stream checks no further, so access is decided where the address is translated, for TDIs of one guest only; a translation is gone before either of them serves another.',
  ),
  'plain-vm': clause(
    TDISP,
    '11.2.1',
    'An unlocked TDI may serve a VM that is not confidential, with T=0 and memory that is no guest’s private one.',
  ),
  'plain-vm-unbound': clause(
    COVE,
    'TSM verbs',
    'Only a confidential VM has private memory and TDIs bound to it.',
  ),

  // memory and translation
  'page-owner': clause(
    'RMP, S-EPT, GPT, MPT',
    'ownership',
    'Every page has one owner; a private page belongs to one guest.',
  ),
  'page-accept': clause(
    'RMP, S-EPT, GPT, MPT',
    'acceptance',
    'A private page is used only after its owner accepted it; a change of owner voids acceptance.',
  ),
  'page-scrub': clause(
    'RMP, S-EPT, GPT, MPT',
    'conversion',
    'A page that changes owner is scrubbed or made unreadable.',
  ),
  'page-conversion': clause(
    'RMP, S-EPT, GPT, MPT',
    'conversion',
    'A page changes owner only after table entries, IOTLB and ATC copies are gone.',
  ),
  'private-dma': clause(
    'RMP, S-EPT, GPT, MPT',
    'DMA',
    'DMA reaches private memory only through an open trusted entry of the guest that owns and accepted the page.',
  ),
  'iommu-table': clause(
    'VT-d, AMD-Vi, SMMU',
    'translation',
    'A request is translated by table or by a cached copy of it; a missing entry is a fault.',
  ),
  'iommu-invalidate': clause(
    'VT-d, AMD-Vi, SMMU',
    'invalidation',
    'A cached copy may outlive its entry until an invalidation that began after the change completes.',
  ),
  'iommu-fill': unspecified(
    'RMP, S-EPT, GPT, MPT',
    'DMA',
    'Ownership is checked when a translation is made and not again when its copy is used; the harder of two designs.',
  ),
  'tlp-record': clause(
    IDE,
    'TLP prefix',
    'A TLP under IDE names stream, sub-stream, key set and counter, and carries the T bit.',
  ),
  // AP queues of Secure Execution guests
  'ap-bind-states': clause(
    AP,
    'TAPQ',
    'A queue is free to be bound, bound, bound and associated, or not usable by the guest that asks.',
  ),
  'ap-assign': clause(AP, 'vfio-ap', 'The host assigns a queue to at most one guest at a time.'),
  'ap-bind': clause(
    AP,
    'se_bind 1',
    'The guest binds a free queue; its driver must be idle at least and no reset may run; the association index is invalid then.',
  ),
  'ap-associate': clause(
    AP,
    'se_associate',
    'The guest associates a queue that it has bound with a secret of its store; that ends later, with success or an error.',
  ),
  'ap-associate-error': clause(
    AP,
    'association wait',
    'An error of the association, or a binding that is gone meanwhile, takes the device to its error state.',
  ),
  'ap-index-unknown': clause(
    AP,
    'se_associate',
    'An associated queue whose index the driver does not know is reported as an I/O error.',
  ),
  'ap-unbind': clause(
    AP,
    'se_bind 0',
    'A reset with the F bit flushes requests, frees the queue and ends the association.',
  ),
  'ap-plain-reset': unspecified(
    AP,
    'RAPQ and ZAPQ',
    'A reset without the F bit flushes requests; whether the binding survives depends on the machine.',
  ),
  'ap-driver': clause(
    AP,
    'queue states',
    'The driver resets a queue that it finds, turns interrupts on, and only then takes messages.',
  ),
  'ap-enqueue': clause(
    AP,
    'message enqueue',
    'A message needs a device that operates and a queue that is bound, associated or not.',
  ),
  'ap-secure-key': clause(
    AP,
    'secure keys',
    'Keys belong to the session that the secret defines: with it a later guest continues the session, with another the keys are useless.',
  ),
  'ap-host-denies': clause(
    AP,
    'vfio-ap',
    'Host resets and removals are seen by the guest only as a bind state that it did not expect.',
  ),
  'ap-kexec': clause(
    AP,
    'kexec',
    'The next kernel of a guest knows nothing of association indices.',
  ),
  'uv-guest': unspecified(
    UV,
    'guest instance',
    'A store belongs to one start of a guest; when that ends the store is empty and its queues are free.',
  ),
  'uv-add-secret': clause(
    UV,
    'add secret',
    'A request is taken if it is intact, made for this image and this machine, and the store has room and is open.',
  ),
  'uv-list-secrets': clause(UV, 'list secrets', 'A guest may ask which secrets its store holds.'),
  'uv-lock-secrets': clause(
    UV,
    'lock secrets',
    'Once locked, a store takes no secret until the guest ends.',
  ),
  // launch of a TD under KVM
  'tdx-order': clause(
    KVM_TDX,
    'order of ioctls',
    'Check the VM type, create, initialise the VM, create and initialise vCPUs, set CPUID, add memory, finalise, run.',
  ),
  'tdx-subcommand': clause(
    KVM_TDX,
    'sub-commands',
    'All share one ioctl with id, flags, data and hw_error; what a sub-command does not use must be zero.',
  ),
  'tdx-hw-error': clause(
    KVM_TDX,
    'hw_error',
    'Where the TDX module refuses, the call fails and hw_error holds what the module said.',
  ),
  'tdx-add-page': clause(
    KVM_TDX,
    'INIT_MEM_REGION',
    'Called on a vCPU, after INIT_VM and before FINALIZE_VM, for pages of a slot with the private attribute; measuring is optional.',
  ),
  'tdx-finalize': clause(
    KVM_TDX,
    'FINALIZE_VM',
    'Ends the measurement; a TD runs only afterwards, and nothing is added any more.',
  ),
  'tdx-not-added': clause(
    KVM_TDX,
    'private memory, pages not added',
    'A page that was not added comes as zeros, unmeasured, and the TD has to accept it.',
  ),
  'tdx-shared-bit': clause(
    KVM_TDX,
    'shared bit',
    'The topmost bit of a guest-physical address, 51 or 47 by its width, tells shared from private.',
  ),
  'tdx-attribute': clause(
    KVM_TDX,
    'memory attributes',
    'A page is shared or private; an access of the other kind is a memory fault; a page that changes kind loses its contents.',
  ),
  'tdx-slot': clause(
    KVM_TDX,
    'memory slots',
    'Moving or deleting a slot loses the private contents below it.',
  ),
  'tdx-terminate': clause(
    KVM_TDX,
    'TERMINATE_VM',
    'A TD may be terminated before it is destroyed; its private memory is reclaimed, and it never runs again.',
  ),
  'tdx-private': clause(
    KVM_TDX,
    'private memory, who reads it',
    'Nobody but the TD reads what is in its private memory, neither the host nor another VM.',
  ),
  // TSM, guest
  'tsm-one-guest': clause(COVE, 'bind', 'A TDI is bound to at most one guest.'),
  'verb-connect': clause(LINUX, 'connect', 'Connect sets up the SPDM session and the IDE stream.'),
  'verb-disconnect': clause(LINUX, 'disconnect', 'Disconnect ends them, once no TDI is bound.'),
  'verb-bind': clause(
    LINUX,
    'bind',
    'Bind needs a connected device and a Secure stream; it locks the TDI for a guest.',
  ),
  'verb-unbind': clause(
    RMM,
    'unbind',
    'Unbind blocks DMA first, then stops the TDI, and needs no help from guest or device.',
  ),
  'tsm-force': clause(
    COVE,
    'forced unbind',
    'A device that does not answer is unbound by force, and not bound again before a STOP or a reset.',
  ),
  'tsm-cached': clause(
    'TEE-IO device guide',
    'state',
    'The TSM has no authoritative copy of the TDI state; what it caches is a hint.',
  ),
  'lock-session': clause(
    LINUX,
    'evidence',
    'Evidence and acceptance are for one lock session; a new bind voids them.',
  ),
  'guest-accept': clause(
    LINUX,
    'accept',
    'The guest accepts what it has read evidence of, and only then is the device started.',
  ),
  'drain-before-reuse': clause(
    RMM,
    'unbind',
    'Nothing posted by one tenant may land once the TDI serves another: drain or re-key in between.',
  ),
  'mmio-accept': clause(
    TDISP,
    '11.5.2',
    'The guest accepts a private mapping that agrees with the report.',
  ),
  'mmio-tee': clause(
    TDISP,
    '11.3.11',
    'The report tells TEE ranges from ranges with IS_NON_TEE_MEM.',
  ),
  // the kernel of a guest
  'os-enumerate': clause(
    GUEST_TIO,
    'enumeration',
    'A kernel finds a device as shared; what firmware before it accepted, it must tell or reset.',
  ),
  'os-policy': clause(
    GUEST_TIO,
    'policy',
    'No driver binds to a TDISP-capable device before the policy was loaded, and none that it denies.',
  ),
  'os-prep': clause(
    GUEST_TIO,
    'prep driver',
    'A driver for preparation binds while the device is shared, sets MSE and BME once, and lets go.',
  ),
  'os-lock': clause(
    LINUX,
    'lock',
    'A guest asks for LOCK while no driver is bound; the host carries it out.',
  ),
  'os-evidence': clause(
    LINUX,
    'evidence',
    'Evidence names its lock session; the TSM has its digests, and a measurement has the caller’s nonce.',
  ),
  'os-verify': clause(
    LINUX,
    'verify',
    'A verdict is about one lock session, and about topology as well as measurements.',
  ),
  'os-accept': clause(
    LINUX,
    'accept',
    'Accept needs a device without driver and mappings, and takes all of it or nothing.',
  ),
  'os-mode': clause(
    GUEST_TIO,
    'secure and non-secure',
    'A driver sees one mode as long as it is bound; buffers are made anew for the other mode.',
  ),
  'os-bounce': clause(
    LINUX,
    'DMA',
    'A device that is not accepted reaches shared buffers only; an accepted one reaches private pages.',
  ),
  'os-mmio': clause(
    LINUX,
    'MMIO',
    'Accepted TEE ranges are mapped encrypted; ranges that are not TEE stay shared.',
  ),
  'os-unlock': clause(
    LINUX,
    'unlock',
    'Unlock drops flags and evidence; that the host has not unbound is a failure that is seen.',
  ),
  'os-command': clause(
    LINUX,
    'driver removal',
    'Removing a driver from a locked device leaves MSE and BME as they are.',
  ),
  'os-error': clause(
    LINUX,
    'error detection',
    'A guest finds an error by asking the TSM, by reads of all ones, or by AER; no interrupt is promised.',
  ),
  'os-recover': clause(
    LINUX,
    'recovery',
    'A broken device is unlocked, locked, attested and accepted anew; nothing shorter.',
  ),
  'os-suspend': clause(
    LINUX,
    'suspend',
    'After suspend every device that was not unlocked is taken for broken.',
  ),
  'os-kexec': unspecified(
    LINUX,
    'kexec',
    'A kernel that makes room in order unlocks every device first; after a crash the next one finds out.',
  ),
  'os-convert': clause(
    GUEST_TIO,
    'conversion',
    'A page to be converted is out of use until it is the other kind; buffers in it are gone before.',
  ),
  'os-reattest': clause(
    LINUX,
    'attestation while running',
    'A device in use is measured again; on a mismatch it is unlocked.',
  ),
  // SEV-TIO
  'tio-init': clause(
    TIO,
    'TIO_STATUS, TIO_INIT',
    'TIO is enabled when SNP is initialised, and then initialised once; a second time is an error.',
  ),
  'tio-device-context': clause(
    TIO,
    'TIO_DEV_CREATE to TIO_DEV_RECLAIM',
    'A device context lives in pages given to the firmware: created, connected, disconnected, reclaimed; its pages are the host’s again only then.',
  ),
  'tio-tdi-context': clause(
    TIO,
    'TIO_TDI_CREATE to TIO_TDI_RECLAIM',
    'A TDI context is created on a connected device, bound, unbound and reclaimed; contexts and bound contexts are counted.',
  ),
  'tio-one-pending': clause(
    TIO,
    'command loop',
    'A command that needs the device answers “SPDM request” and is called again; until it ends, other commands for that device are refused.',
  ),
  'tio-expand-buffer': clause(
    TIO,
    'command loop',
    'A command whose output does not fit asks for larger buffers and is called again; that is no error.',
  ),
  'tio-connect': clause(
    TIO,
    'TIO_DEV_CONNECT',
    'Connect wants traffic class 0, a mailbox for secured messages and a stream set up but not enabled; it makes the session and keys both ends.',
  ),
  'tio-stream': clause(
    TIO,
    'host driver, connect',
    'The host enables the stream, reads it back, and may report the device as connected only if it is Secure.',
  ),
  'tio-roll-key': clause(TIO, 'TIO_ROLL_KEY', 'The host has the keys of the stream refreshed.'),
  'tio-disconnect': clause(
    TIO,
    'TIO_DEV_DISCONNECT',
    'Disconnect ends the session and clears the keys; with the force flag it does without the device.',
  ),
  'tio-disconnect-bound': unspecified(
    TIO,
    'TIO_DEV_DISCONNECT',
    'No TDI is bound and, for reclaim, no TDI context is left; the counts suggest it.',
  ),
  'tio-lock-flags': clause(
    TIO,
    'TIO_TDI_BIND',
    'At bind the peer-to-peer flag is 0, all requests are redirected, cache lines are 64 bytes.',
  ),
  'tio-bind': clause(
    TIO,
    'TIO_TDI_BIND',
    'Bind without the run flag locks the TDI for a guest and fetches the report; with it, it starts a locked one.',
  ),
  'tio-start-by-host': clause(
    TIO,
    'TIO_TDI_BIND',
    'The host starts a TDI on its own word; what protects the guest are the messages that come after.',
  ),
  'tio-unbind': clause(
    TIO,
    'TIO_TDI_UNBIND',
    'Unbind makes the table entry invalid, sends STOP and ends the association with the guest; with the force flag it does without the device.',
  ),
  'tio-unbind-order': unspecified(
    TIO,
    'TIO_TDI_UNBIND',
    'The entry is made invalid before STOP is sent, in the same command.',
  ),
  'tio-status': clause(
    TIO,
    'TIO_TDI_STATUS, TIO_TDI_INFO, TIO_DEV_STATUS',
    'The state of a TDI is asked of the device; digests, flags and the context are told without it.',
  ),
  'tio-digests': clause(
    TIO,
    'TIO_MSG_TDI_INFO',
    'The firmware tells the guest digests of certificates, measurements and report, and whether the measurements are fresh.',
  ),
  'tio-digest-fresh': unspecified(
    TIO,
    'TIO_MSG_TDI_INFO',
    'A guest reads evidence once for each fresh measurement; a message about an earlier lock session is refused.',
  ),
  'tio-evidence': clause(
    TIO,
    'guest driver, blobs',
    'Certificates, measurements and report come from the host in shared memory; only the digests are authentic.',
  ),
  'tio-state-asserted': clause(
    TIO,
    'guest driver, clear-text register',
    'The TDI state in the clear-text register is the word of the host.',
  ),
  'tio-guest-request': clause(
    TIO,
    'TIO_GUEST_REQUEST',
    'Guest messages are sealed and numbered; the host carries them, and its return code is not that of the firmware.',
  ),
  'tio-mmio-validate': clause(
    TIO,
    'TIO_MSG_MMIO_VALIDATE',
    'The firmware sets or clears validated only for a range that the RMP assigns exactly as the TDI has it.',
  ),
  'tio-mmio-rmp': clause(
    AMD_HW,
    'RMP entries of MMIO',
    'The RMP marks pages of MMIO as such: PVALIDATE fails on them, and the host has no access to those of a guest.',
  ),
  'tio-mmio-config': unspecified(
    TIO,
    'TIO_MSG_MMIO_CONFIG',
    'Attributes of a range are read; what setting them does is not told.',
  ),
  'tio-sdte': clause(
    TIO,
    'TIO_MSG_SDTE_WRITE',
    'The guest of a bound TDI writes its secure device table entry; reserved bits are refused, another VMPL is for the SVSM to ask.',
  ),
  'tio-vtom': clause(
    AMD_HW,
    'vTOM',
    'One threshold in the entry: below it addresses are private, above it shared; it must agree with the guest’s own.',
  ),
  'tio-host-table': clause(
    AMD_HW,
    'DMA path',
    'Trusted DMA goes through the page table of the host; the RMP is checked after translation, for owner, address and validation.',
  ),
  'tio-rmpupdate': clause(
    AMD_HW,
    'RMPUPDATE',
    'The host reassigns any page at any time; any change clears validated.',
  ),
  'tio-fence': clause(
    AMD_HW,
    'ASID fence',
    'A page-table fault or RMP violation at a request of a bound TDI fences its guest at the root complex: DMA blocked, MMIO writes dropped, reads all ones, for all its TDIs.',
  ),
  'tio-fence-clear': unspecified(
    AMD_HW,
    'TIO_ASID_FENCE_CLEAR',
    'The fence is cleared once the TDI that faulted is unbound.',
  ),
  'tio-fence-default': unspecified(
    AMD_HW,
    'ASID fence',
    'A guest may be fenced by default before its first RUN.',
  ),
  'enable-style': clause(
    GUEST_TIO,
    'enabling',
    'Drivers set MSE and then BME, or both at once, or before LOCK.',
  ),
  // the host kernel and the life of a VM
  'vm-launch': clause(
    KVM,
    'SNP launch',
    'A VM is created, its launch is started, updated and finished in this order, and then it runs.',
  ),
  'vm-launch-update': clause(
    KVM,
    'SNP launch update',
    'Between start and finish, a page of the hypervisor becomes the guest’s and is measured; a page that is a guest’s already is an error.',
  ),
  'vm-destroy': clause(
    VFIO,
    'VM destroy',
    'Every TDI is unbound first; then private memory is reclaimed; then the VM is gone.',
  ),
  'vm-reboot': unspecified(
    VFIO,
    'VM reboot',
    'Every TDI is unbound and private memory built anew; the guest begins with shared devices and no evidence.',
  ),
  'private-map-after-launch': clause(
    'QEMU, enabling of SEV-TIO',
    'realize and machine reset',
    'Private memory is mapped for a device only once the launch is finished; mapped before, the launch update fails.',
  ),
  'host-register': clause(
    LINUX,
    'register',
    'Controls of a device appear with a registered TSM; unregistering disconnects first.',
  ),
  'host-connect': clause(
    LINUX,
    'connect',
    'Connect is user-driven; the stream is read back as Secure; any failure leaves the context absent.',
  ),
  'host-disconnect': clause(
    LINUX,
    'disconnect',
    'All TDIs are unbound, then streams and session go, then the context.',
  ),
  'host-functions': clause(
    LINUX,
    'functions',
    'A VF may appear after connect and then gets a context; one that goes away must be unbound first.',
  ),
  'stream-range': unspecified(
    LINUX,
    'IDE requester ids',
    'Whether the range of the stream covers VFs that appear after connect.',
  ),
  'vfio-assign': clause(
    VFIO,
    'assignment',
    'The vfio driver is bound, a VM opens the function, attaches it to an I/O address space, allocates one vdevice.',
  ),
  'vfio-bind': clause(
    VFIO,
    'bind',
    'Bind needs a vdevice, a connected device and a running VM; CPU mappings of the BAR are revoked, faults map it privately.',
  ),
  'vfio-teardown': clause(
    VFIO,
    'teardown',
    'Unbind comes before revoking MMIO, unmapping and reset; then vdevice, attachment and file go in this order.',
  ),
  'vfio-reset': clause(
    VFIO,
    'reset',
    'A reset that the user asks for zaps the BARs first; so a bound function must be unbound, or it is refused.',
  ),
  'mmio-unmap-order': unspecified(
    VFIO,
    'teardown of MMIO',
    'Private MMIO is unmapped after the STOP on some platforms, before it on others.',
  ),
  'mse-clear-policy': unspecified(
    VFIO,
    'Command register of a bound TDI',
    'The VMM refuses a clearing write, unbinds first, or lets it through.',
  ),
  'ioas-conversion': clause(
    VFIO,
    'conversion',
    'A page that changes kind is unmapped from every I/O address space first.',
  ),
  'recover-reset': clause(
    LINUX,
    'reset recovery',
    'After a conventional reset: refuse binds, tear down, restore the configuration, authenticate again; only then may drivers use the device.',
  ),
  'recover-dpc': clause(
    LINUX,
    'downstream port containment',
    'Containment takes the link down; it is no removal, and released by a reset of the port.',
  ),
  'recover-removal': clause(
    LINUX,
    'hot removal',
    'Functions of a device that was pulled vanish once every TDI is unbound by force.',
  ),
  'firmware-restart': unspecified(
    VFIO,
    'TSM firmware restart',
    'The firmware has lost everything: no guest’s trust survives, and nothing resumes silently.',
  ),
  'host-kexec': clause(
    VFIO,
    'host kexec',
    'A kernel that finds TSM state of its predecessor forces it to be cleaned up first.',
  ),
} as const satisfies Readonly<Record<string, Clause>>;
export type ClauseId = keyof typeof CLAUSES;
