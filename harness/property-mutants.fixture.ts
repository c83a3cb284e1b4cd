/** For tests: by property, a mutant that it names, and the title of a scenario in which it does. */
export const MUTANTS: Readonly<Record<string, readonly [mutant: string, scenario: string]>> = {
  'tdi-legal-transitions': ['command.write:clears-under-lock-tdiIs', 'BME cleared while unlocked'],
  'tdi-locked-only-by-lock': [
    'tdisp.lock:INVALID_INTERFACE',
    'B43: an interface outside of the device is not locked',
  ],
  'tdi-stop-ends-unlocked': [
    'tdisp.stop.end:stopped-endStop',
    'bind to an interface that the device does not host',
  ],
  'tdi-stop-in-order': [
    'tdisp.stop.begin:draining-beginStop',
    'bind to an interface that the device does not host',
  ],
  'tdi-stop-drains': ['device.leave-error:DRAINING', 'ERROR is left by the TDI itself'],
  'tdi-stop-quiesces': ['dma.issue:STOPPING', 'a TDI sends nothing while its STOP is half done'],
  'tdi-report-only-locked': [
    'tdisp.report:INVALID_INTERFACE_STATE',
    'MSE is cleared through the VMM between LOCK and accept, which does: passThrough',
  ],
  'tdi-state-query-truthful': [
    'tdisp.state:answered-answerOk',
    'B34a: a reply is about the function that was asked for',
  ],
  'tdi-answer-names-episode': [
    'tdisp.lock:locked-answerOk',
    'BAR written with its own value, where that is harmless',
  ],
  'tdi-unknown-interface-rejected': [
    'tdisp.lock:INVALID_INTERFACE',
    'B43: an interface outside of the device is not locked',
  ],
  'tdi-insecure-message-silent': ['tdisp.lock:NO_SESSION', 'relay: corrupt a request'],
  'tdi-request-answered': [
    'tdisp.lock:foreign-interface-answerError',
    'B43: an interface outside of the device is not locked',
  ],
  'tdi-nonce-dies-on-leave': [
    'tdisp.lock:locked-newLockEpisode',
    'BAR written with its own value, where that is harmless',
  ],
  'tdi-start-consumes-nonce': [
    'tdisp.start:running-dropNonce',
    'B35c: a reset leaves nothing of a TDI',
  ],
  'tdi-nonce-fresh-per-lock': [
    'tdisp.lock:locked-newLockEpisode',
    'BAR written with its own value, where that is harmless',
  ],
  'tdi-lock-needs-all-substream-keys': ['tdisp.lock:keys-missing', 'LOCK refuses: keys missing'],
  'tdi-lock-same-session': [
    'tdisp.lock:locked-bindSession',
    'BAR written with its own value, where that is harmless',
  ],
  'tdi-lock-needs-secure-stream': [
    'tdisp.start:INVALID_REQUEST',
    'START refuses: the stream is keyed and not enabled',
  ],
  'tdi-lock-default-unique': [
    'tdisp.lock:two-default-streams',
    'B25: no LOCK while another stream answers to the same id',
  ],
  'tdi-lock-rejects-bad-config': [
    'tdisp.lock:BARs-overlap',
    'B26: no LOCK where MMIO ranges overlap',
  ],
  'tdi-lock-needs-entropy': ['tdisp.lock:INSUFFICIENT_ENTROPY', 'LOCK refuses: no nonce to be had'],
  'tdi-lock-drains-first': [
    'tdisp.lock:earlier-work-in-flight',
    'four states, confidential data: CONFIG_LOCKED, comes in: BUSY',
  ],
  'tdi-error-absorbing': [
    'tdisp.lock:INVALID_INTERFACE_STATE',
    'relock between evidence and accept',
  ],
  'tdi-unlocked-only-by-stop-or-reset': [
    'device.leave-error:NOT_IN_ERROR',
    'ERROR is left by the TDI itself',
  ],
  'tdi-internal-failure-forces-error': [
    'device.error:locked-TDI',
    'ERROR is left by conventional reset',
  ],
  'tdi-error-no-secret-out': ['mmio.private:NOT_RUN', 'BAR moved under an accepted mapping'],
  'tdi-unlocked-is-clean': [
    'device.leave-error:unlocked-scrub',
    'four states, configuration: CONFIG_UNLOCKED, clear BME: stays',
  ],
  'tdi-holds-only-tenants-data': ['tsm.bind:BOUND', 'two tenants without reset'],
  'tdi-holds-what-it-reads': [
    'fabric.deliver:completion',
    'four states, confidential data: RUN, comes in: G1',
  ],
  'tdi-locked-in-live-session': [
    'tdisp.lock:locked-tdiTo',
    'BAR written with its own value, where that is harmless',
  ],
  'tdi-error-clears-before-auto-unlock': [
    'device.leave-error:unlocked-unbindSession',
    'relock between evidence and accept',
  ],
  'tdi-lock-params-frozen': [
    'bar.write:same-value-under-lock-tdiTo',
    'BAR written with its own value, where that is error',
  ],
  'tdi-report-matches-config': [
    'bar.write:moved-under-lock',
    'B31e: the range that is validated is the one that the report has',
  ],
  'tdi-isolation-between-tdis': [
    'config.write:link-disabled-insecure',
    'linkDisable of the PF is changed in RUN',
  ],
  'tdi-report-parts-one-episode': [
    'tsm.return:last-part-of-a-report-clearRelay',
    'a report in two parts',
  ],
  'tdi-report-part-only-in-order': ['tdisp.report-part:bad-offset', 'a report in two parts'],
  'tdi-report-parts-uninterrupted': [
    'tdisp.state:INVALID_INTERFACE_STATE',
    'a report in two parts',
  ],
  'tlp-attr-update-atomic': ['mmio.legacy:T0_TO_TEE', 'an attribute is set and cleared'],
  'tdi-set-attr-only-run': ['tdisp.attribute:not-in-RUN', 'an attribute changes in RUN'],
  'tdi-lock-binds-flags': [
    'tdisp.lock:locked-bindFlags',
    'interrupts with the table locked and not',
  ],
  'cfg-bme-clear-forces-error': [
    'guest.enable:MSE-alone-clears-BME-under-lock',
    'MSE before BME on an edge-reading device that was locked with BME set',
  ],
  'cfg-mse-clear-forces-error': [
    'command.write:clears-under-lock',
    'MSE cleared between LOCK and accept, and the TSM asks',
  ],
  'cfg-bme-zero-rewrite-harmless': [
    'command.write:clears-under-lock-anyOf',
    '0 written over BME 0 on an edge-reading device',
  ],
  'cfg-bar-change-forces-error': ['bar.write:moved-under-lock', 'the host moves a BAR after LOCK'],
  'cfg-bar-same-value': [
    'bar.write:moved-under-lock-not-barIs',
    'BAR written with its own value, where that is harmless',
  ],
  'cfg-checked-setup-tracked': [
    'config.set:changed-under-lock',
    'cause: configuration of VF1 changed',
  ],
  'cfg-tracked-registers-force-error': [
    'config.write:MSI-X-capability-table-not-locked-registerIs',
    'bist is changed in RUN',
  ],
  'cfg-pf-affects-vfs': [
    'config.write:SR-IOV-capability-of-the-PF',
    'sriov of the PF is changed in RUN',
  ],
  'cfg-ide-regs-tracked': [
    'config.write:IDE-registers-of-the-stream',
    'ideStreamControl of the PF is changed in RUN',
  ],
  'cfg-link-down-costs-stream': [
    'config.write:link-disabled-insecure',
    'linkDisable of the PF is changed in RUN',
  ],
  'cfg-power-off-ends-session': [
    'power.write:the-device-loses-power-endSession',
    'the PF goes to D3cold',
  ],
  'cfg-ide-same-value-harmless': ['ide.setup:no-change', 'cause: IDE stream written as it is'],
  'cfg-benign-writes-ok': [
    'config.write:register-that-the-vendor-calls-harmless',
    'ATS and vendor registers, read the other way',
  ],
  'cfg-write-completes': ['command.write:plain-write-setCommand', 'a lost T=0 TLP'],
  'cfg-guest-enable-takes-effect': [
    'guest.enable:MSE-alone-clears-BME-under-lock-putCommand',
    'MSE before BME on a level-reading device',
  ],
  'cfg-other-writes-complete': ['command.write:plain-write-setCommand', 'a lost T=0 TLP'],
  'rst-flr-is-error': ['reset.flr:VF-when-tdiIs', 'B23: the error of an exchange stays one'],
  'rst-pf-flr-cascades': ['reset.flr:PF', 'four states, configuration: RUN, PF FLR: ERROR'],
  'rst-flr-disables-function': ['reset.flr:VF-resetFunction', 'FLR of an unlocked function'],
  'rst-function-flr-scope': [
    'reset.flr:PF-with-the-IDE-capability-readingIs',
    'four states, configuration: RUN, PF FLR: ERROR',
  ],
  'rst-conventional-unlocks-clean': [
    'reset.conventional:reset-resetDevice',
    'a completion from before a reset',
  ],
  'rst-no-resume-without-reauth': [
    'tdisp.lock:locked-bindSession',
    'B35c: a reset leaves nothing of a TDI',
  ],
  'hotplug-empty-slot-is-bare': [
    'device.remove:pulled-resetDevice',
    'surprise removal in the books of the kernel',
  ],
  'hotplug-absent-device-is-silent': ['spdm.connect.begin:NO_DEVICE', 'surprise removal'],
  'hotplug-slot-follows': [
    'device.remove:pulled-leaveSlot',
    'surprise removal in the books of the kernel',
  ],
  'cfg-power-loss-forces-error': ['power.write:state-is-kept', 'power and requester id'],
  'cfg-rid-change-forces-error': ['requester.change:renumbered-each-tdi', 'power and requester id'],
  'tlp-poison-error': ['device.receive:locked-TDI', 'poison in RUN'],
  'tlp-completion-failure-error': ['device.receive:locked-TDI', 'completionAbort in RUN'],
  'ats-t0-translation-error': ['device.receive:locked-TDI', 'translationT0 in RUN'],
  'cfg-device-control-tracked': ['device.control:LOCKED', 'a control that the DSM refuses'],
  'ide-link-down-insecure': [
    'link.down:the-stream-is-lost-insecure',
    'a control of the device, link and DOE',
  ],
  'spdm-doe-error-only-if-unusable': [
    'spdm.doe-error:the-session-goes-on',
    'a control of the device, link and DOE',
  ],
  'fw-no-update-honoured': ['firmware.update:NO_FW_UPDATE', 'firmware and debug'],
  'fw-update-ends-what-it-must': [
    'firmware.update:not-at-run-time',
    'an update of a device that cannot update at run time',
  ],
  'dbg-no-debug-with-secrets': ['debug.enable:enabled-when-sessionBegun', 'firmware and debug'],
  'rp-config-change-drops-stream': ['port.write:tracked-register-insecure', 'root port: bist'],
  'rp-benign-writes-ok': ['port.write:harmless-register', 'root port: otherStream'],
  'rp-forwards-only-if-enabled': [
    'mmio.legacy:NOT_ROUTED',
    'the root port routes elsewhere: otherBus',
  ],
  'tlp-no-private-dma-outside-run': [
    'fabric.deliver:T-0-to-a-private-page',
    'T=0 DMA to a private page',
  ],
  'tlp-requests-need-their-state': [
    'dma.issue:NOT_UNLOCKED',
    'four states, DMA: RUN, write T=0: NOT_UNLOCKED',
  ],
  'tlp-t1-only-on-bound-stream': ['dma.issue:sent-send', 'a read after a lost write'],
  'tlp-carries-its-origin': ['dma.issue:sent-send', 'a lost T=0 TLP'],
  'tlp-consumed-once': ['fabric.lose:T-0-TLP-freeSlot', 'a lost T=0 TLP'],
  'tlp-completion-same-run-episode': [
    'fabric.deliver:STALE_EPISODE',
    'four states, confidential data: ERROR, comes in: STALE_EPISODE',
  ],
  'tlp-completion-answers-its-read': [
    'fabric.deliver:legacy-write-tlpIs',
    'four states, confidential data: CONFIG_LOCKED, comes in: BUSY',
  ],
  'tlp-ur-ca-timeout-error': [
    'fabric.deliver:the-stream-is-Insecure-not-streamSecure',
    'a read after a lost write',
  ],
  'no-t0-to-tee': ['fabric.deliver:T-0-to-a-private-page', 'T=0 DMA to a private page'],
  'tlp-legacy-needs-no-stream': [
    'fabric.deliver:the-stream-is-Insecure-not-tlpTrafficIs',
    'a lost T=0 TLP',
  ],
  'tlp-tee-mmio-needs-run-t1-bound': [
    'mmio.private:NOT_RUN',
    'BAR moved under an accepted mapping',
  ],
  'tlp-non-tee-mmio-state-independent': [
    'mmio.legacy:NOT_ROUTED',
    'the root port routes elsewhere: otherBus',
  ],
  'tlp-non-tee-mmio-any-t': ['mmio.private:non-TEE-range', 'MMIO while a STOP is under way'],
  'tlp-secret-only-under-ide': [
    'dma.issue:NOT_UNLOCKED',
    'four states, DMA: RUN, write T=0: NOT_UNLOCKED',
  ],
  'tlp-msi-untrusted': ['irq.signal:MSI-T-0-signal', 'interrupts with the table locked and not'],
  'irq-no-trust-from-msi': ['irq.signal:NOT_RUN', 'interrupts with the table locked and not'],
  'tlp-msix-table-rejects-t0': [
    'msix.write:T0_TO_LOCKED_TABLE',
    'interrupts with the table locked and not',
  ],
  'cfg-msix-locked-tracked': [
    'config.write:MSI-X-capability-table-not-locked-not-tableLocked',
    'interrupts with the table locked and not',
  ],
  'ide-secure-needs-all': [
    'spdm.connect.begin:handshake-begun-when-sessionBegun',
    'relay: corrupt a response',
  ],
  'ide-go-needs-keys': ['ide.set-go:NOT_KEYED', 'verbs before the stream is Secure'],
  'ide-secure-when-ready': ['ide.set-go:started-startSet', 'BME cleared while unlocked'],
  'ide-replay-detected': ['fabric.inject:the-check-fails-insecure', 'injected TLPs'],
  'ide-old-keyset-retired': ['fabric.deliver:old-key', 'a write held until its key set is retired'],
  'ide-drop-detected': ['fabric.deliver:the-stream-is-Insecure-not-streamSecure', 'a lost write'],
  'ide-lost-tlp-leaves-gap': ['fabric.lose:T-1-TLP-noteGap', 'a read after a lost write'],
  'ide-in-order-per-sub-stream': [
    'fabric.deliver:the-stream-is-Insecure-not-streamSecure',
    'writes out of order',
  ],
  'ide-no-npr-passes-pr': [
    'fabric.deliver:the-stream-is-Insecure-not-streamSecure',
    'a read after a lost write',
  ],
  'ide-check-fail-is-final': [
    'fabric.deliver:the-stream-is-Insecure-not-streamSecure',
    'a write held until its key set is retired',
  ],
  'ide-insecure-kills-tdis': [
    'spdm.connect.begin:handshake-begun-each-tdi',
    'relay: corrupt a response',
  ],
  'ide-no-clear-fallback': [
    'reset.conventional:reset-resetDevice',
    'B35c: a reset leaves nothing of a TDI',
  ],
  'ide-key-prog-same-session': ['ide.key-prog:programmed-programKey', 'BME cleared while unlocked'],
  'ide-new-session-invalidates': ['ide.key-prog:NO_SESSION', 'verbs before a connection'],
  'ide-refresh-keeps-run': [
    'ide.set-stop:set-in-use-sendingUnder',
    'a write held until its key set is retired',
  ],
  'ide-switch-takes-effect': [
    'ide.switch:switched-sendUnder',
    'a write held until its key set is retired',
  ],
  'ide-stop-of-set-in-use-drops': ['ide.enable:disabled', 'LOCK refuses: keys missing'],
  'spdm-end-cascades': [
    'spdm.connect.begin:handshake-begun-when-sessionBegun',
    'relay: corrupt a response',
  ],
  'spdm-all-ends-alike': [
    'spdm.end-session:ended-when-tsmSessionLive',
    'END_SESSION by the TSM with a TDI bound',
  ],
  'spdm-established-needs-finish': [
    'spdm.connect.end:NO_HANDSHAKE',
    'a second connect during the handshake',
  ],
  'spdm-get-version-resets-all': [
    'spdm.connect.begin:handshake-begun-beginHandshake',
    'B22: no connect over a stream that is not Secure',
  ],
  'spdm-finish-answer-tells-tsm': [
    'spdm.connect.end:established-tsmLearnsSession',
    'B22: no connect over a stream that is not Secure',
  ],
  'spdm-session-id-not-stale': [
    'spdm.connect.end:established-establish',
    'B22: no connect over a stream that is not Secure',
  ],
  'spdm-no-cross-session-tdisp': ['tdisp.state:NO_SESSION', 'session ends by conventional reset'],
  'host-cannot-forge': [
    'tdisp.lock:locked-answerOk',
    'BAR written with its own value, where that is harmless',
  ],
  'relay-abort-is-final': [
    'relay.tamper:the-TSM-drops-its-session-clearRelay',
    'relay: corrupt a response',
  ],
  'relay-tamper-never-succeeds': [
    'relay.tamper:no-message-is-on-its-way-not-responseWaits',
    'relay: corrupt a response',
  ],
  'tsm-one-guest-per-tdi': [
    'tsm.bind:request-made-bindTo',
    'B43: an interface outside of the device is not locked',
  ],
  'tsm-bind-needs-secure-link': ['tsm.bind:NOT_SECURE', 'verbs before the stream is Secure'],
  'tsm-lock-session-starts-clean': [
    'tsm.return:bind-failed-responseError',
    'BAR written with its own value, where that is harmless',
  ],
  'tsm-bind-inherits-no-translation': [
    'tsm.unbind.begin:DMA-blocked-each-page',
    'write in flight across an unbind',
  ],
  'tsm-verb-makes-its-request': [
    'tsm.bind:request-made-sendRequest',
    'B43: an interface outside of the device is not locked',
  ],
  'tsm-start-needs-guest-accept': [
    'guest.accept:accepted-acceptTdi',
    'B35c: a reset leaves nothing of a TDI',
  ],
  'tsm-start-carries-its-nonce': [
    'tsm.start:request-made-attachNonce',
    'B35c: a reset leaves nothing of a TDI',
  ],
  'tsm-accept-current-episode': [
    'os.evidence:the-TSM-has-no-report',
    'B18: no evidence without a report',
  ],
  'tsm-acceptance-is-current': [
    'guest.accept:accepted-acceptTdi',
    '0 written over MSE 0 on an edge-reading device',
  ],
  'guest-isolation': [
    'os.accept.dma:ESTALE',
    'B28a: who comes back to open DMA is asked again whose the TDI is',
  ],
  'tsm-dma-needs-acceptance': [
    'tsm.unbind.begin:DMA-blocked-blockDma',
    'write in flight when the device stops by itself',
  ],
  'tsm-drain-before-reuse': [
    'tsm.unbind.begin:DMA-blocked-blockDma',
    'write in flight across a forced unbind',
  ],
  'tsm-dma-off-before-handover': [
    'tsm.unbind.begin:DMA-blocked-beginUnbind',
    'B28b: a TDI whose session is dead is given back all the same',
  ],
  'tsm-dma-off-before-stop': [
    'tsm.unbind.stop:NOT_UNBINDING',
    'write in flight when the device stops by itself',
  ],
  'tsm-unbind-ends-clean-or-lost': [
    'tsm.unbind.force:lost-markLost',
    'B28b: a TDI whose session is dead is given back all the same',
  ],
  'tsm-locked-means-owned': [
    'tsm.bind:request-made-bindTo',
    'BAR written with its own value, where that is harmless',
  ],
  'tsm-lost-device-not-rebound': [
    'tsm.unbind.force:lost-unbind',
    'B27a: an answer is looked at again when it comes in',
  ],
  'tsm-unbound-has-nothing': [
    'tsm.unbind.force:lost-endUnbind',
    'B28b: a TDI whose session is dead is given back all the same',
  ],
  'tsm-teardown-in-order': [
    'tsm.return:bind-failed-responseError',
    'BAR written with its own value, where that is harmless',
  ],
  'tsm-evidence-authentic': [
    'tsm.return:NOT_BOUND',
    'B27a: an answer is looked at again when it comes in',
  ],
  'tsm-no-stale-device-state': [
    'tsm.return:first-part-of-a-report-responseTo',
    'MSE cleared between LOCK and accept, and the TSM asks',
  ],
  'tsm-cache-is-what-was-heard': [
    'tsm.return:bind-failed-responseError',
    'BAR written with its own value, where that is harmless',
  ],
  'tsm-disconnect-needs-no-bound': ['tsm.disconnect:BOUND', 'session ends by END_SESSION'],
  'tsm-gives-up-only-dead-sessions': [
    'tsm.notice:noticed-tsmForgetsSession',
    'relay: corrupt a request',
  ],
  'tsm-response-taken-once': [
    'tsm.return:locked-clearRelay',
    'BAR written with its own value, where that is harmless',
  ],
  'mem-shared-holds-no-secret': ['page.take:taken-scrubPage', 'T=0 DMA to a private page'],
  'mem-private-holds-own-secret': ['page.take:taken-scrubPage', 'T=0 DMA to a private page'],
  'mem-single-owner': [
    'page.give:given-givePage',
    'B31h: a page is the guest’s only once the host has made it so',
  ],
  'mem-scrub-before-reuse': ['vm.launch.update:added-acceptPage', 'private memory by hotplug only'],
  'mem-private-needs-accept': [
    'page.accept:NOT_OWNER',
    'B31h: a page is the guest’s only once the host has made it so',
  ],
  'mem-conversion-needs-flush': [
    'firmware.restart:restarted-noteFlushNeeded',
    'the TSM firmware restarts in use',
  ],
  'mmu-trusted-entry-matches-owner': [
    'iommu.map:NOT_ACCEPTED',
    'a page that its guest has not accepted',
  ],
  'mmu-shared-entry-is-shared': ['iommu.map:NOT_SHARED', 'the wrong half'],
  'mmu-no-stale-iotlb': [
    'firmware.restart:restarted-noteFlushNeeded',
    'the TSM firmware restarts in use',
  ],
  'mmu-inval-covers-what-came-before': [
    'iommu.unmap:unmapped-unmapPage',
    'a read of an unmapped page',
  ],
  'mmu-fault-is-deny': ['fabric.deliver:legacy-write-tlpTrafficIs', 'a read of an unmapped page'],
  'mem-changes-only-by-owner-or-dma': [
    'page.store:stored-storeSecret',
    'T=0 DMA to a private page',
  ],
  'mmio-one-mapping': [
    'os.accept.mmio:rolled-back-a-range-is-not-mapped',
    'accepting fails in the middle: no range is mapped',
  ],
  'mmio-pinned-while-bound': ['mmio.unmap:BOUND', 'MMIO accepted too early'],
  'mmio-matches-report': [
    'mmio.accept:MISMATCH',
    'B31e: the range that is validated is the one that the report has',
  ],
  'mmio-t1-only-from-owner': ['mmio.private:NOT_MAPPED', 'MMIO accepted too early'],
  'prep-driver-only-prepares': [
    'os.accept:a-driver-is-attached',
    'the driver decides: it looks at the report and lets go before accept',
  ],
  'os-legal-transitions': [
    'os.accept.dma:EINVAL',
    'an error is found by reading all ones, and there is no short way back',
  ],
  'accept-requires-idle': [
    'os.accept:a-mapping-is-alive',
    'B15: no accept while a DMA mapping is alive',
  ],
  'accept-requires-report': [
    'os.evidence:the-TSM-has-no-report',
    'B18: no evidence without a report',
  ],
  'accept-all-or-nothing': [
    'os.accept.dma:EAGAIN',
    'accepting fails in the middle: no range is mapped',
  ],
  'tsm-partial-failure-consistent': [
    'os.accept:accepting-acceptTdi',
    'accepting fails in the middle: no range is mapped',
  ],
  'stale-evidence-cleared': [
    'os.enumerate:inherited-attested-before',
    'after a crash the next kernel finds a device that was accepted, and does not trust it',
  ],
  'no-driver-before-policy': ['os.driver.probe:EPROBE_DEFER', 'B38: no driver before the policy'],
  'command-reg-stable-while-locked': [
    'os.enable:MSE-before-BME-not-bmeSet',
    'B11: a driver that sets MSE leaves BME as it is',
  ],
  'mmio-kind-matches-report': [
    'os.driver.probe:shared-osDriverTo',
    'B15: no accept while a DMA mapping is alive',
  ],
  'mmio-private-needs-flag': [
    'mmio.private:NOT_FLAGGED',
    'a kernel that has let go of its mapping does not reach through it',
  ],
  'unlock-failure-visible': ['os.unlock:EIO', 'B40: an unlock that did not work is seen'],
  'digest-checked': [
    'os.evidence:not-what-the-TSM-has-digests-of',
    'B20: neither blobs nor RUN are taken from the host unseen',
  ],
  'state-only-from-tsm': ['os.accept.dma:EBADMSG', 'the host says that the device runs'],
  'secure-dma-only-when-accepted': [
    'os.buffer.map:bounce-buffer-not-allOf',
    'B41: a buffer of the wrong kind is not mapped',
  ],
  'broken-never-straight-to-accepted': [
    'os.accept.dma:EINVAL',
    'an error is found by reading all ones, and there is no short way back',
  ],
  'guest-error-detected': [
    'os.error:all-ones',
    'an error is found by reading all ones, and there is no short way back',
  ],
  'reattest-mismatch-breaks': [
    'os.reattest:another-measurement',
    'suspend and a changed measurement break what was accepted',
  ],
  'kexec-finds-known-state': [
    'os.enumerate:inherited-attested-before-hasEvidence',
    'B38: no driver before the policy',
  ],
};
