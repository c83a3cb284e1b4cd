/** A running TDI and its platform, with traffic in rings: to be repeated, timed, and watched for what it allocates. */
import type { LinkPort } from './device/link.ts';
import type { IdeStreams } from './device/streams.ts';
import { TlpRing } from './ide/ring.ts';
import type { TlpPort } from './ide/send.ts';
import { NO_STREAM, readTlp, tlpSizeMax } from './ide/tlp.ts';
import { makeStack, STREAM, VF1 } from './stack.fixture.ts';

const GUEST = 1;
const PAGE = 3;
/** Above 4 GiB and above what a small integer holds, as addresses are. */
const IOVA = 0x7fff_f000_4000n;
/** Where enumeration puts the first range of the first VF. */
const MMIO = 0x2_0000_0000n;

/** A port that protects nothing, and takes what is a TLP. */
const openPort: TlpPort = {
  protect: () => true,
  check(view, at, end, tlp) {
    if (readTlp(view, at, end, tlp) !== undefined) return 'malformed';
    return tlp.stream === NO_STREAM ? 'clear' : 'accepted';
  },
};
/** A link without a cipher, to tell its cost from that of the rest. */
export const openLink = (): LinkPort => ({
  port: openPort,
  send: () => undefined,
  receive: () => ({ ok: false, fault: 'malformed' }),
});

/** One kind of traffic: `once` sends a TLP on its whole way, and its completion on the way back. */
export interface Traffic {
  readonly once: () => void;
}

/** All kinds of T=1 traffic of a running TDI, `byteCount` bytes each. A TLP that is not served throws. */
export function traffic(
  byteCount: number,
  link?: (streams: IdeStreams) => LinkPort,
): Readonly<Record<'dma write' | 'dma read' | 'mmio write' | 'mmio read', Traffic>> {
  const stack = makeStack(link && { link });
  const { device, tsm, hold, memory, iommu } = stack;
  hold(tsm.connect(0, STREAM));
  const evidence = hold(tsm.bind(VF1, GUEST, { flags: 0, reportingOffset: 0n }));
  tsm.accept(VF1, GUEST, evidence.digest);
  hold(tsm.start(VF1));
  memory.give(PAGE, GUEST);
  memory.accept(PAGE, GUEST);
  iommu.mapGuest(GUEST, IOVA, PAGE);
  const { rootPort } = stack;
  const [up, down, none] = [0, 1, 2].map(() => new TlpRing(2, tlpSizeMax(byteCount))) as [
    TlpRing,
    TlpRing,
    TlpRing,
  ];
  const transfer = { address: IOVA, range: 0, offset: 0, byteLength: byteCount };
  const route = { address: MMIO, t: true, stream: STREAM };
  const data = new Uint8Array(byteCount).fill(0x5a);
  const expect = (good: boolean, what: string): void => {
    if (!good) throw new Error(`traffic: ${what}`);
  };
  return {
    'dma write': {
      once: () => {
        expect(device.dmaWriteInto(up, VF1, transfer), 'write not sent');
        expect(rootPort.receiveFrom(up, down).kind === 'written', 'write refused');
      },
    },
    'dma read': {
      once: () => {
        expect(device.dmaReadInto(up, VF1, transfer), 'read not sent');
        const { kind, fault } = rootPort.receiveFrom(up, down);
        expect(kind === 'read' && fault === undefined, 'read refused');
        device.receiveFrom(down, none);
      },
    },
    'mmio write': {
      once: () => {
        expect(rootPort.mmioWriteInto(down, route, data), 'mmio write not sent');
        device.receiveFrom(down, up);
      },
    },
    'mmio read': {
      once: () => {
        expect(rootPort.mmioReadInto(down, route, byteCount), 'mmio read not sent');
        device.receiveFrom(down, up);
        const { kind, status } = rootPort.receiveFrom(up, none);
        expect(kind === 'mmio' && status === 'SC', 'mmio read refused');
      },
    },
  };
}
