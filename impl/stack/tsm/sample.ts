/** A requester to try things with: it trusts the sample roots, with randomness from a seed. */
import { SAMPLE_IDENTITIES } from '../crypto/sample.ts';
import { entropyOf } from '../device/sample.ts';
import { Requester, type RequesterSetup } from './requester.ts';

/** A requester that speaks everything, unless changed. */
const requesterSetup = (changes: Partial<RequesterSetup> = {}): RequesterSetup => ({
  versions: [0x13, 0x12],
  hashes: ['SHA_384', 'SHA_256'],
  curves: ['P_384', 'P_256'],
  aeads: ['AES_256_GCM', 'CHACHA20_POLY1305'],
  handshakeInTheClear: false,
  roots: Object.values(SAMPLE_IDENTITIES).flatMap(({ certificates }) => certificates.slice(0, 1)),
  entropy: entropyOf('requester'),
  ...changes,
});

export const makeRequester = (changes: Partial<RequesterSetup> = {}): Requester =>
  new Requester(requesterSetup(changes));

/** The cheapest suite, for what is not about suites. */
export const CHEAP: Partial<RequesterSetup> = {
  versions: [0x12],
  hashes: ['SHA_256'],
  curves: ['P_256'],
};
