/** Faults that can be planted in the stack, for tests: each is one wrong decision. */
import { ideLink } from '../../impl/stack/device/ide-link.ts';
import type { LinkPort, Tlp } from '../../impl/stack/device/link.ts';
import type { IdeStreams, StreamListener } from '../../impl/stack/device/streams.ts';
import {
  completePrefix,
  NO_STREAM,
  newTlp,
  prefixPrSent,
  readTlp,
} from '../../impl/stack/ide/tlp.ts';
import { Iommu } from '../../impl/stack/tsm/iommu.ts';
import { HostMemory } from '../../impl/stack/tsm/memory.ts';
import { RECEIVE } from './slots.ts';
import type { StackFault } from './world.ts';

/** Pages are for everybody. */
class OpenMemory extends HostMemory {
  override mayTouch(): boolean {
    return true;
  }
}
/** An invalidation completes, and the copies stay. */
class StickyIotlb extends Iommu {
  override invalidateGuest(): void {}
}
/** A trusted entry once opened is never closed. */
class StickyEntry extends Iommu {
  override block(): void {}
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/**
 * Two ends of a link of which the receivers do not check: every TLP that the other end ever sent is taken, whatever
 * its counter and its key.
 */
function uncheckedLinks(): Pick<StackFault, 'deviceLink' | 'portLink'> {
  const sent = new Map<string, { readonly tlp: Tlp; readonly stream: number | undefined }>();
  const unchecked = (streams: IdeStreams): LinkPort => {
    const link = ideLink(streams);
    return {
      send: (tlp, stream) => {
        const bytes = link.send(tlp, stream);
        if (bytes !== undefined) sent.set(hex(bytes), { tlp, stream });
        return bytes;
      },
      receive: (bytes) => {
        const received = link.receive(bytes);
        const known = sent.get(hex(bytes));
        const failed = !received.ok && received.fault === 'check-failed';
        return failed && known !== undefined ? { ok: true, ...known } : received;
      },
    };
  };
  return { deviceLink: unchecked, portLink: unchecked };
}
/** A port that takes the K bit of what it receives for that of the keys that were started last. */
function ignoresKeyBit(streams: IdeStreams): LinkPort {
  const link = ideLink(streams);
  let last: 0 | 1 = 0;
  streams.listen({
    started: (_, { direction, keySet }) => {
      if (direction === RECEIVE) last = keySet;
    },
    selected: () => undefined,
    stopped: () => undefined,
    dropped: () => undefined,
  });
  return {
    send: (tlp, stream) => link.send(tlp, stream),
    receive(bytes) {
      const copy = bytes.slice();
      const view = new DataView(copy.buffer);
      const tlp = newTlp();
      const isTlp = readTlp(view, 0, copy.length, tlp) === undefined;
      if (isTlp && tlp.stream !== NO_STREAM) completePrefix(view, 0, last, prefixPrSent(view, 0));
      return link.receive(copy);
    },
  };
}
/** A port that keeps the keys that K_SET_STOP and the loss of the stream should have erased. */
function keepsKeys(streams: IdeStreams): LinkPort {
  const deaf = (listener: StreamListener): StreamListener => ({
    started: (...of) => listener.started(...of),
    selected: (...of) => listener.selected(...of),
    stopped: () => undefined,
    dropped: () => undefined,
  });
  const listen = streams.listen.bind(streams);
  streams.listen = (listener) => listen(deaf(listener));
  return ideLink(streams);
}

export interface NamedFault {
  readonly id: string;
  readonly title: string;
  /** Made anew for every world: some keep state. */
  readonly make: () => StackFault;
}
const fault = (id: string, title: string, make: StackFault | (() => StackFault)): NamedFault => ({
  id,
  title,
  make: typeof make === 'function' ? make : () => make,
});

export const STACK_FAULTS: readonly NamedFault[] = [
  fault('nonce-survives-stop', 'The nonce survives STOP', {
    behaviour: { nonceAfterLeave: (nonce) => nonce },
  }),
  fault('nonce-survives-start', 'The nonce survives START', {
    behaviour: { nonceAfterStart: (nonce) => nonce },
  }),
  fault('nonce-not-compared', 'START takes any nonce', {
    behaviour: { startNonce: () => true },
  }),
  fault('lock-in-run', 'LOCK is accepted in every state', {
    behaviour: { lockState: () => true },
  }),
  fault('lock-without-keys', 'LOCK does not look for keys', {
    behaviour: { lockKeys: () => true },
  }),
  fault('lock-any-configuration', 'LOCK does not look at the configuration', {
    behaviour: { lockConfiguration: () => true },
  }),
  fault('lock-any-stream', 'LOCK does not look at the stream registers', {
    behaviour: { lockStream: () => true },
  }),
  fault('lock-while-in-flight', 'LOCK does not wait for what is in flight', {
    behaviour: { lockDrained: () => true },
  }),
  fault('stop-before-drain', 'STOP is answered before the work is over', {
    behaviour: { stopAwaitsDrain: () => false },
  }),
  fault('stop-does-not-scrub', 'STOP erases nothing', {
    behaviour: { eraseAtStop: () => undefined },
  }),
  fault('stop-leads-to-error', 'STOP leads to ERROR', { behaviour: { stopState: () => 'ERROR' } }),
  fault('report-unlocked', 'The report is served in every state', {
    behaviour: { reportState: () => true },
  }),
  fault('bme-clear-ignored', 'Clearing BME of a locked TDI leaves its state', {
    behaviour: { commandCleared: () => false },
  }),
  fault('bar-move-ignored', 'Moving the BAR of a locked TDI leaves its state', {
    behaviour: { barModified: () => false },
  }),
  fault('tracked-register-ignored', 'No other register is tracked', {
    behaviour: { fieldModified: () => false },
  }),
  fault('flr-unlocks', 'FLR takes a locked TDI to CONFIG_UNLOCKED', {
    behaviour: { stateAfterFlr: () => 'CONFIG_UNLOCKED' },
  }),
  fault('pf-flr-spares-vfs', 'FLR of the PF spares its VFs', {
    behaviour: { reachesVfs: () => false },
  }),
  fault('session-end-spares-tdis', 'The end of the session spares the TDIs locked over it', {
    behaviour: { sessionEndHits: () => false, streamLossHits: () => false },
  }),
  fault('session-end-spares-stream', 'The end of the session spares the stream keyed over it', {
    behaviour: { sessionEndDrops: () => false },
  }),
  fault('stream-loss-spares-tdis', 'The loss of the stream spares the TDIs on it', {
    behaviour: { streamLossHits: () => false },
  }),
  fault('outside-session', 'TDISP is answered outside sessions', {
    behaviour: { acceptsOutsideSession: () => true },
  }),
  fault('legacy-dma-while-locked', 'A locked TDI sends T=0', {
    behaviour: { requests: ({ state }) => (state === 'RUN' ? 'trusted' : 'plain') },
  }),
  fault('old-completion-taken', 'A completion of an earlier RUN is taken', {
    behaviour: { completion: () => true },
  }),
  fault('mmio-for-everybody', 'T=0 reaches the TEE range of a locked TDI', {
    behaviour: { mmio: () => true },
  }),
  fault('link-unchecked', 'MAC and counter of TLPs are not checked', uncheckedLinks),
  fault('k-bit-ignored', 'The root port does not look at the K bit', { portLink: ignoresKeyBit }),
  fault('old-keys-kept', 'The root port keeps keys that are out of use', { portLink: keepsKeys }),
  fault('owner-not-checked', 'The owner of a page is not checked', {
    memory: (pages) => new OpenMemory(pages),
  }),
  fault('iotlb-not-flushed', 'An invalidation leaves the copies', {
    iommu: (memory) => new StickyIotlb(memory),
  }),
  fault('entry-never-closed', 'The trusted entry stays open', {
    iommu: (memory) => new StickyEntry(memory),
  }),
  fault('unbind-leaves-dma', 'Unbinding leaves the trusted entry open', {
    tsm: { unbindBlocks: () => false },
  }),
  fault('unbind-without-stop', 'Unbinding does not wait for STOP', {
    tsm: { unbindAwaitsStop: () => false },
  }),
  fault('error-taken-for-success', 'The TSM takes an error reply for success', {
    tsm: { errorIsError: () => false },
  }),
  fault('replayed-answer-taken', 'The TSM takes an answer that does not open', {
    tsm: { needsSealedAnswer: () => false },
  }),
  fault('acceptance-survives-relock', 'An acceptance outlives its lock', {
    tsm: { relockVoids: () => false },
  }),
  fault('start-unaccepted', 'START does not wait for the guest', {
    tsm: { startNeedsAcceptance: () => false },
  }),
  fault('map-any-owner', 'The TSM maps pages of anybody', { tsm: { mapChecksOwner: () => false } }),
  fault('take-mapped-page', 'Pages change hands while they are mapped', {
    tsm: { takeChecksMappings: () => false },
  }),
  fault('verbs-for-anybody', 'A guest may speak for the TDI of another', {
    tsm: { verbsCheckCaller: () => false },
  }),
];
