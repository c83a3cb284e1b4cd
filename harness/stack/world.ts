/**
 * The world of the stack: one device, a TSM, a root port with IOMMU and memory, guests, and a hostile host that carries
 * every byte between them. Only bytes cross; randomness comes from a seed.
 */

import { MAC_SIZE } from '../../impl/stack/crypto/ide.ts';
import { SAMPLE_IDENTITIES } from '../../impl/stack/crypto/sample.ts';
import type { Behaviour, Readings } from '../../impl/stack/device/behaviour.ts';
import type { Device, DeviceSetup } from '../../impl/stack/device/device.ts';
import { ideLink } from '../../impl/stack/device/ide-link.ts';
import type { LinkPort } from '../../impl/stack/device/link.ts';
import { entropyOf } from '../../impl/stack/device/sample.ts';
import type { IdeStreams } from '../../impl/stack/device/streams.ts';
import type { TdispAnswer } from '../../impl/stack/device/tdisp.ts';
import {
  newTlp,
  prefixKeySet,
  readTlp,
  TLP_KIND,
  tlpSizeMax,
  writeTlp,
} from '../../impl/stack/ide/tlp.ts';
import type { Conversation } from '../../impl/stack/tsm/dialogue.ts';
import { converse, type Dialogue, type Outcome } from '../../impl/stack/tsm/dialogue.ts';
import { Iommu } from '../../impl/stack/tsm/iommu.ts';
import { HostMemory } from '../../impl/stack/tsm/memory.ts';
import { Requester } from '../../impl/stack/tsm/requester.ts';
import { RootPort } from '../../impl/stack/tsm/root-port.ts';
import type { TsmSession } from '../../impl/stack/tsm/session.ts';
import { decodeTdisp, type PciProtocol, type TdispMessage } from '../../impl/stack/wire/index.ts';
import { type Harm, Records } from './harm.ts';
import {
  addressOf,
  enumeratePlatform,
  FUNCTIONS,
  type HostConfig,
  platformDevice,
  requesterOf,
  STREAM,
} from './platform.ts';
import { opposite, SLOTS } from './slots.ts';
import { type TsmPolicy, VerbTsm } from './tsm.ts';

/** What may be wrong with the stack, for tests; nothing is where nothing is given. */
export interface StackFault {
  readonly behaviour?: Partial<Behaviour>;
  readonly tsm?: Partial<TsmPolicy>;
  readonly memory?: (pages: number) => HostMemory;
  readonly iommu?: (memory: HostMemory) => Iommu;
  /** The link of the device and that of the root port. */
  readonly deviceLink?: (streams: IdeStreams) => LinkPort;
  readonly portLink?: (streams: IdeStreams) => LinkPort;
}
export interface StackSizes {
  readonly pages: number;
  readonly slots: number;
}
/** A TLP on the link, with what its sender says of it where the bytes do not. */
export interface InFlight {
  readonly bytes: Uint8Array;
  readonly tdi: number;
  readonly page: number;
  readonly traffic: 'legacy' | 'shared' | 'private';
  /** Where a read puts its data. */
  readonly target: number;
}

/** What anybody can read of a TLP. */
interface Header {
  readonly kind: 'write' | 'read' | 'completion';
  readonly t: boolean;
  readonly keySet: 0 | 1 | null;
}

const ROOT_PORT_ID = 0;
/** Places for data that a TDI has read; the first is for what it computes. */
const TARGETS = 256;
/** Bytes of a label, and of every DMA. */
export const LABEL_BYTES = 16;
/** What a guest's secret looks like; zero is nobody's. */
export const labelOf = (guest: number | null): Uint8Array =>
  new Uint8Array(LABEL_BYTES).fill(guest === null ? 0 : 0x11 * (guest + 1));
/** Whose secret bytes are. */
export const ownerOfLabel = (bytes: Uint8Array): number | null => {
  const [first = 0] = bytes;
  return first === 0 || first % 0x11 !== 0 ? null : first / 0x11 - 1;
};

export class StackWorld {
  readonly device: Device;
  readonly memory: HostMemory;
  readonly iommu: Iommu;
  readonly rootPort: RootPort;
  readonly tsm: VerbTsm;
  readonly sizes: StackSizes;
  readonly flying: InFlight[] = [];
  readonly config: HostConfig;
  /** By guest and TDI: the lock session whose evidence was read, and that was accepted. */
  readonly guests: { evidence: number | undefined; accepted: number | undefined }[][];
  /** By TDI: Memory Space Enable as the host wrote it last. A VF does not keep it: that of its PF decides. */
  readonly wroteMse: boolean[] = FUNCTIONS.map(() => false);
  /** By TDI: the device has finished what it did when STOP came. */
  readonly drained: boolean[] = FUNCTIONS.map(() => false);
  /** A handshake whose FINISH the TSM has not sent. */
  handshake: { conversation: Conversation<TsmSession>; finish: Uint8Array } | undefined;
  hasEntropy = true;
  /** The last TDISP answer before it was sealed: what the device said, whoever may read it. */
  answered: TdispMessage | undefined;
  /** By TDI: the nonces of its LOCK responses, one for each lock episode. */
  readonly locks: Uint8Array[][] = FUNCTIONS.map(() => []);
  present = true;
  /** The records of each direction, for a relay that keeps them. */
  readonly requests = new Records();
  readonly responses = new Records();
  /** The last T=1 TLP that arrived at the root port. */
  arrived: Uint8Array | undefined;
  readonly #harms: Map<Harm, number>;
  readonly #entropy: (byteLength: number) => Uint8Array;
  readonly requester: Requester;
  #reqSessionId = 0;
  #targets = 0;

  constructor(
    seed: string,
    sizes: StackSizes,
    readings: Partial<Readings>,
    fault: StackFault = {},
    harms = new Map<Harm, number>(),
  ) {
    this.#harms = harms;
    this.sizes = sizes;
    this.#entropy = entropyOf(`host ${seed}`);
    const setup: Partial<DeviceSetup> = {
      entropy: entropyOf(`device ${seed}`),
      readings,
      link: fault.deviceLink ?? ideLink,
      onAnswer: (protocol, answer) => this.#overhear(protocol, answer),
      behaviour: {
        nonce: (entropy) => (this.hasEntropy ? entropy(32) : undefined),
        ...fault.behaviour,
      },
    };
    this.device = platformDevice({
      ...setup,
      tdisp: {
        stepwiseStop: true,
        inFlight: (functionId) => this.flying.some((f) => FUNCTIONS[f.tdi] === functionId),
      },
    });
    this.config = { enabled: false, setup: 'oneDefault', phantom: FUNCTIONS.map(() => false) };
    enumeratePlatform(this.device, this.config);
    this.memory = fault.memory?.(sizes.pages) ?? new HostMemory(sizes.pages);
    this.iommu = fault.iommu?.(this.memory) ?? new Iommu(this.memory);
    this.rootPort = new RootPort(this.iommu, this.memory, ROOT_PORT_ID, fault.portLink ?? ideLink);
    this.requester = new Requester({
      versions: [0x12],
      hashes: ['SHA_256'],
      curves: ['P_256'],
      aeads: ['AES_256_GCM'],
      handshakeInTheClear: false,
      roots: SAMPLE_IDENTITIES.P_256.certificates.slice(0, 1),
      entropy: entropyOf(`requester ${seed}`),
    });
    this.tsm = new VerbTsm(this, sizes.pages, fault.tsm);
    this.guests = [0, 1].map(() =>
      FUNCTIONS.map(() => ({ evidence: undefined, accepted: undefined })),
    );
    for (const tdi of FUNCTIONS.keys())
      for (let page = 0; page < sizes.pages; page++)
        this.iommu.mapHost(requesterOf(tdi), addressOf(tdi, page, 'legacy'), page);
  }

  // --- The mailbox -------------------------------------------------------------------------------

  /** Carries one DOE object to the device at once. */
  readonly carry = (request: Uint8Array): Uint8Array | undefined => {
    this.requests.see(request);
    const response = this.device.doe(request);
    if (response !== undefined) this.responses.see(response);
    return response;
  };
  /** Counts a harm that is done. */
  harm(harm: Harm): void {
    this.#harms.set(harm, (this.#harms.get(harm) ?? 0) + 1);
  }
  /** A number by lot, which the steps before decide. */
  get lot(): number {
    return this.#entropy(1)[0] ?? 0;
  }
  #overhear(protocol: PciProtocol, answer: TdispAnswer): void {
    const told =
      protocol === 'TDISP' && answer instanceof Uint8Array ? decodeTdisp(answer) : undefined;
    this.answered = told?.ok === true ? told.value : undefined;
    if (this.answered?.kind !== 'LOCK_INTERFACE_RESPONSE') return;
    const tdi = FUNCTIONS.indexOf(this.answered.functionId);
    this.locks[tdi]?.push(this.answered.startInterfaceNonce.slice());
  }
  /** The lock episode that a nonce is of; 0: of none. */
  lockOf(tdi: number, nonce: Uint8Array): number {
    const episodes = this.locks[tdi] ?? [];
    return episodes.findLastIndex((n) => Buffer.compare(n, nonce) === 0) + 1;
  }
  hold<T>(dialogue: Dialogue<T>): Outcome<T> {
    return converse(dialogue, this.carry);
  }
  /** Whether the session that the TSM holds is established at the device. */
  get sessionLives(): boolean {
    const id = this.tsm.session?.id;
    return id !== undefined && this.device.sessions().includes(id);
  }
  nextSessionId(): number {
    this.#reqSessionId = (this.#reqSessionId % 0xffff) + 1;
    return this.#reqSessionId;
  }
  entropy(byteLength: number): Uint8Array {
    return this.#entropy(byteLength);
  }

  // --- The stream --------------------------------------------------------------------------------

  /** Whether both ends are Secure. */
  get secure(): boolean {
    return this.device.isSecure(STREAM) && this.rootPort.streams.isSecure(STREAM);
  }
  /** A stream that one end has lost is lost: what comes next fails its check at the other end too. */
  settle(): void {
    const { device, rootPort } = this;
    const slots = SLOTS.map((id) => ({
      device: device.keySlot(STREAM, id) !== 'empty',
      port: rootPort.streams.slot(STREAM, opposite(id)) !== undefined,
    }));
    if (!slots.some((s) => s.device)) rootPort.streams.drop(STREAM);
    else if (!slots.some((s) => s.port)) device.receive(this.forged());
    // The root port has no register of its own: it is enabled together with the device.
    if (device.isSecure(STREAM) && rootPort.streams.isStarted(STREAM))
      rootPort.streams.secure(STREAM);
  }
  /** A write on the stream with a MAC that nobody made. */
  forged(): Uint8Array {
    const data = labelOf(null);
    const bytes = new Uint8Array(tlpSizeMax(data.length));
    const view = new DataView(bytes.buffer);
    const tlp = {
      ...newTlp(),
      kind: TLP_KIND.MEMORY_WRITE,
      stream: STREAM,
      t: true,
      byteCount: data.length,
      addressLow: 0x1000,
    };
    const size = writeTlp(bytes, view, 0, tlp, data);
    bytes.set(this.entropy(MAC_SIZE), size - MAC_SIZE);
    return bytes.slice(0, size);
  }

  // --- The link ----------------------------------------------------------------------------------

  /** Where the next read of a TDI puts its data: a fresh place, so that earlier secrets stay. */
  nextTarget(): number {
    this.#targets = (this.#targets % (TARGETS - 1)) + 1;
    return this.#targets * LABEL_BYTES;
  }
  /** Where in its memory a TDI has a guest's secret, the last one that came; undefined: nowhere. */
  secretAt(tdi: number): number | undefined {
    const memory = this.device.memory(FUNCTIONS[tdi] as number, 0);
    for (let back = 0; back < TARGETS; back++) {
      const at = ((((this.#targets - back) % TARGETS) + TARGETS) % TARGETS) * LABEL_BYTES;
      if (at !== 0 && memory[at] !== 0) return at;
    }
    return undefined;
  }
  holderOf(tdi: number): number | null {
    const at = this.secretAt(tdi);
    const memory = this.device.memory(FUNCTIONS[tdi] as number, 0);
    return at === undefined ? null : ownerOfLabel(memory.subarray(at, at + LABEL_BYTES));
  }
  /** Kind, key set and requester of a TLP, from its header. */
  header({ bytes }: Pick<InFlight, 'bytes'>): Header {
    const tlp = newTlp();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    readTlp(view, 0, bytes.length, tlp);
    const kinds = { [TLP_KIND.MEMORY_WRITE]: 'write', [TLP_KIND.MEMORY_READ]: 'read' } as const;
    const kind = tlp.kind === TLP_KIND.COMPLETION ? 'completion' : kinds[tlp.kind];
    return { kind, t: tlp.t, keySet: tlp.stream < 0 ? null : prefixKeySet(view, 0) };
  }
  /** What was sent by a TDI, of a kind, and is not there yet. */
  hasFlying(tdi: number, kinds: readonly string[]): boolean {
    return this.flying.some((f) => f.tdi === tdi && kinds.includes(this.header(f).kind));
  }

  /** After a reset, or when it is put back: the host restores what it had set up. */
  enumerate(): void {
    enumeratePlatform(this.device, this.config);
  }
}
