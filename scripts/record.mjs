// Writes the recordings in examples/recordings/: our own TSM and device, with the sample certificates.
//
//   npm run record
//
// Seeds decide every byte, so that a second run changes nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { RECORDINGS } from '../harness/validate/recordings.ts';

const folder = new URL('../examples/recordings/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const { name, make } of RECORDINGS) {
  const { pcap, secrets } = make();
  writeFileSync(new URL(`${name}.pcap`, folder), pcap);
  writeFileSync(new URL(`${name}.json`, folder), secrets);
  console.log(`${name}: ${pcap.length} bytes of packets`);
}
