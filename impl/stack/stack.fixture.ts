/** A device and a requester to test with: two VFs, a PF, deterministic randomness. */
import type { Device, DeviceSetup } from './device/device.ts';
import { ideLink } from './device/ide-link.ts';
import { entropyOf, makeDevice, STREAM } from './device/sample.ts';
import { converse, type Dialogue } from './tsm/dialogue.ts';
import { keyStream } from './tsm/ide.ts';
import { Iommu } from './tsm/iommu.ts';
import { HostMemory } from './tsm/memory.ts';
import type { Requester, RequesterSetup } from './tsm/requester.ts';
import { RootPort } from './tsm/root-port.ts';
import { CHEAP, makeRequester } from './tsm/sample.ts';
import { openSession, type TsmSession } from './tsm/session.ts';
import { Tsm } from './tsm/tsm.ts';

export {
  entropyOf,
  enumerate,
  makeDevice,
  PF,
  STREAM,
  setStream,
  VF1,
  VF2,
  write16,
  write32,
} from './device/sample.ts';
export { CHEAP, makeRequester } from './tsm/sample.ts';

const ROOT_PORT = 0x0;
const HOST_PAGES = 16;

export interface Stack extends Host {
  readonly device: Device;
  readonly tsm: Tsm;
  /** The carrier between the two; a test may put itself in between. */
  carry: (request: Uint8Array) => Uint8Array | undefined;
  /** Holds a conversation over the carrier; its value, or the test fails with its error. */
  readonly hold: <T>(dialogue: Dialogue<T>) => T;
}

/** A device, a TSM and the platform between them; a link of the setup's is that of both ends. */
export function makeStack(
  setup: Partial<DeviceSetup> = {},
  requester: Partial<RequesterSetup> = CHEAP,
): Stack {
  const device = makeDevice(setup);
  const host = makeHost(setup.link);
  const tsm = new Tsm(makeRequester(requester), host);
  const stack: Stack = {
    device,
    tsm,
    ...host,
    carry: (request) => device.doe(request),
    hold: (dialogue) => valueOrThrow(dialogue, (request) => stack.carry(request)),
  };
  return stack;
}

/** The value of a conversation; throws its error. */
function valueOrThrow<T>(
  dialogue: Dialogue<T>,
  carry: (request: Uint8Array) => Uint8Array | undefined,
): T {
  const outcome = converse(dialogue, carry);
  if (!outcome.ok) throw new Error(`${outcome.error.fault}: ${outcome.error.text}`);
  return outcome.value;
}

/** A session straight to a device, for what the TSM's verbs would never send. */
export function sessionWith(
  device: Device,
  requester: Requester = makeRequester(CHEAP),
  reqSessionId = 1,
): TsmSession {
  const carry = (request: Uint8Array) => device.doe(request);
  if (requester.suite === undefined) valueOrThrow(requester.negotiate(), carry);
  const peer = valueOrThrow(requester.identify(0), carry);
  return valueOrThrow(openSession(requester, peer, reqSessionId), carry);
}

/** The host's side of a link. */
export interface Host {
  readonly rootPort: RootPort;
  readonly iommu: Iommu;
  readonly memory: HostMemory;
}

function makeHost(link: DeviceSetup['link'] = ideLink): Host {
  const memory = new HostMemory(HOST_PAGES);
  const iommu = new Iommu(memory);
  return { memory, iommu, rootPort: new RootPort(iommu, memory, ROOT_PORT, link) };
}

/** Keys for a stream over a session, into a device and a new root port. */
export function keyed(device: Device, session: TsmSession, stream = STREAM): Host {
  const host = makeHost();
  const { streams } = host.rootPort;
  const ends = { session, streams, stream, entropy: entropyOf(`keys ${session.id}`) };
  valueOrThrow(keyStream(ends, 0), (request) => device.doe(request));
  return host;
}
