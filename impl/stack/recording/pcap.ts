/** Packet files: classic pcap, little endian, one DOE data object in each packet. */
import { type Decoded, decoded, malformed } from '../wire/index.ts';

/** The first four bytes of a little-endian file with microseconds. */
const MAGIC = 0xa1b2c3d4;
/** Link type of PCI DOE. */
const LINKTYPE_PCI_DOE = 292;
const FILE_HEADER_SIZE = 24;
const PACKET_HEADER_SIZE = 16;

/** The packets of a file, in order, as views of it. Fails where the file is not what it should be. */
export function readPcap(file: Uint8Array): Decoded<readonly Uint8Array[]> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const u32 = (at: number): number => view.getUint32(at, true);
  if (file.length < FILE_HEADER_SIZE) {
    const expected = `a header of ${FILE_HEADER_SIZE} bytes, got ${file.length}`;
    return malformed('pcap', 0, expected, 'length');
  }
  if (u32(0) !== MAGIC) return malformed('pcap', 0, 'the magic d4 c3 b2 a1 of little-endian pcap');
  if (u32(20) !== LINKTYPE_PCI_DOE) {
    return malformed('pcap link type', 20, `${LINKTYPE_PCI_DOE} (PCI DOE), got ${u32(20)}`);
  }
  const packets: Uint8Array[] = [];
  for (let at = FILE_HEADER_SIZE; at < file.length; ) {
    const start = at + PACKET_HEADER_SIZE;
    const left = file.length - start;
    const what = `pcap packet ${packets.length}`;
    if (left < 0) return malformed(what, at, 'a header of 16 bytes', 'length');
    const [captured, original] = [u32(at + 8), u32(at + 12)];
    if (captured > left) {
      return malformed(what, at + 8, `${captured} bytes to follow, got ${left}`, 'length');
    }
    if (captured !== original) {
      const expected = `a whole packet of ${original} bytes, got ${captured}`;
      return malformed(what, at + 8, expected, 'length');
    }
    packets.push(file.subarray(start, start + captured));
    at = start + captured;
  }
  return decoded(packets, file.length);
}
