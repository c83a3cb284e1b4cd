/** Makes a recording of the stack's own TSM and device: packets, and the secrets that open them. */
import { keyPairOf, sharedSecret } from '../../impl/stack/crypto/dhe.ts';
import { CURVES, type Curve } from '../../impl/stack/crypto/suite.ts';
import type { Behaviour } from '../../impl/stack/device/behaviour.ts';
import { ideLink } from '../../impl/stack/device/ide-link.ts';
import { entropyOf, makeDevice, STREAM, VF1 } from '../../impl/stack/device/sample.ts';
import { converse, type Dialogue } from '../../impl/stack/tsm/dialogue.ts';
import { Iommu } from '../../impl/stack/tsm/iommu.ts';
import { HostMemory } from '../../impl/stack/tsm/memory.ts';
import type { RequesterSetup } from '../../impl/stack/tsm/requester.ts';
import { RootPort } from '../../impl/stack/tsm/root-port.ts';
import { makeRequester } from '../../impl/stack/tsm/sample.ts';
import { Tsm } from '../../impl/stack/tsm/tsm.ts';
import { DOE_TYPE } from '../../impl/stack/wire/index.ts';

/** The two files of a recording. */
export interface RecordedFiles {
  readonly pcap: Uint8Array;
  readonly secrets: string;
}

/** Public value in KEY_EXCHANGE and KEY_EXCHANGE_RSP, counted from the DOE header. */
const EXCHANGE_DATA_AT = 48;
const KEY_EXCHANGE = 0xe4;
const CURVE: Curve = CURVES.P_256;

/**
 * One life of a TDI: connect, bind, accept, start, new session keys, unbind, disconnect. The seed decides every byte
 * of the requester's.
 */
export function recordLife(
  seed: string,
  changes: Partial<RequesterSetup>,
  behaviour: Partial<Behaviour> = {},
): RecordedFiles {
  const packets: Uint8Array[] = [];
  const seeds: Uint8Array[] = [];
  const source = entropyOf(seed);
  const entropy = (byteLength: number): Uint8Array => {
    const bytes = source(byteLength);
    seeds.push(bytes.slice());
    return bytes;
  };
  const device = makeDevice({ handshakeInTheClear: true, behaviour });
  const memory = new HostMemory(1);
  const iommu = new Iommu(memory);
  const rootPort = new RootPort(iommu, memory, 0, ideLink);
  const tsm = new Tsm(makeRequester({ ...changes, curves: ['P_256'], entropy }), {
    rootPort,
    iommu,
  });
  const hold = <T>(dialogue: Dialogue<T>): T => {
    const outcome = converse(dialogue, (request) => {
      const response = device.doe(request);
      packets.push(request.slice(), (response ?? new Uint8Array(0)).slice());
      return response;
    });
    if (!outcome.ok) throw new Error(`recordLife: ${outcome.error.text}`);
    return outcome.value;
  };
  hold(tsm.connect(0, STREAM));
  const evidence = hold(tsm.bind(VF1, 1, { flags: 1, reportingOffset: 0n }));
  tsm.accept(VF1, 1, evidence.digest);
  hold(tsm.start(VF1));
  hold(tsm.state(VF1));
  hold(tsm.updateKeys());
  hold(tsm.unbind(VF1));
  hold(tsm.state(VF1));
  hold(tsm.disconnect());
  return { pcap: pcapOf(packets), secrets: secretsOf(packets, seeds) };
}

/** Classic pcap, little endian, link type PCI DOE, without times. */
function pcapOf(packets: readonly Uint8Array[]): Uint8Array {
  const words = (...values: number[]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    for (const [i, value] of values.entries()) view.setUint32(4 * i, value, true);
    return new Uint8Array(view.buffer);
  };
  const header = words(0xa1b2c3d4, 0x00040002, 0, 0, 0x10000, 292);
  const parts = packets.flatMap((p) => [words(0, 0, p.length, p.length), p]);
  return new Uint8Array(Buffer.concat([header, ...parts]));
}

/** The secrets file: the scalar is that of the requester's seeds whose public value was sent. */
function secretsOf(packets: readonly Uint8Array[], seeds: readonly Uint8Array[]): string {
  const at = packets.findIndex((p) => p[2] === DOE_TYPE.spdm && p[9] === KEY_EXCHANGE);
  const [request, response] = [packets[at], packets[at + 1]];
  if (request === undefined || response === undefined)
    throw new Error('secretsOf: no KEY_EXCHANGE');
  const publicValue = (packet: Uint8Array): Uint8Array =>
    packet.subarray(EXCHANGE_DATA_AT, EXCHANGE_DATA_AT + CURVE.pairSize);
  const scalar = seeds
    .filter(({ length }) => length === CURVE.noble.lengths.seed)
    .map((seed) => CURVE.noble.utils.randomSecretKey(seed))
    .find((key) => hex(keyPairOf(CURVE, key).publicValue) === hex(publicValue(request)));
  if (scalar === undefined) throw new Error('secretsOf: no seed gave the public value');
  const shared = sharedSecret(CURVE, scalar, publicValue(response));
  if (!shared.ok) throw new Error(`secretsOf: ${shared.error.text}`);
  const id = [response[13], response[12], request[13], request[12]].map((byte) => byte ?? 0);
  const session = {
    kind: 'DHE',
    session_id: hex(Uint8Array.from(id)),
    dhe_secret: hex(shared.value),
    requester_dhe_private_scalar: hex(scalar),
  };
  return `${JSON.stringify({ sessions: [session], messages: [] }, undefined, 2)}\n`;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
