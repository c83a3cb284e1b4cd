/** Certificate chains of one side, put together from their portions. */

import { decodeChain, verifyChain } from '../crypto/certificates.ts';
import { equal } from '../crypto/compare.ts';
import { type Curve, digest, type Hash } from '../crypto/suite.ts';
import type { SpdmMessageOf } from '../wire/index.ts';
import { type Fact, must } from './conversation.ts';

/** A chain that holds. */
export interface HeldChain {
  /** Hash of the chain structure: Ct of the transcripts. */
  readonly digest: Uint8Array;
  /** Public value X || Y of the leaf. */
  readonly publicValue: Uint8Array;
}

/** What one side has said of its slots. */
export class Chains {
  readonly #hash: Hash;
  readonly #curve: Curve;
  readonly #digests = new Map<number, Uint8Array>();
  readonly #portions = new Map<number, Uint8Array>();
  readonly #held = new Map<number, HeldChain>();

  constructor(hash: Hash, curve: Curve) {
    this.#hash = hash;
    this.#curve = curve;
  }

  /** Remembers what each slot is said to hold; what was read of a slot before has to agree. */
  digests({ provisionedSlotMask, digests }: SpdmMessageOf<'DIGESTS'>): readonly Fact[] {
    const slots = [0, 1, 2, 3, 4, 5, 6, 7].filter((slot) => provisionedSlotMask & (1 << slot));
    const facts: Fact[] = [];
    for (const [i, slot] of slots.entries()) {
      const said = digests[i];
      if (said === undefined) continue;
      this.#digests.set(slot, said);
      const held = this.#held.get(slot);
      if (!held) continue;
      must(equal(said, held.digest), `digest of slot ${slot} is not that of its chain`);
      facts.push('digest');
    }
    return facts;
  }

  /**
   * Appends a portion. With the last one, verifies the chain, down from the root that it claims
   * itself: whom to trust is not for a recording to say.
   */
  certificate(
    { offset, slotId }: SpdmMessageOf<'GET_CERTIFICATE'>,
    { certChain, remainderLength }: SpdmMessageOf<'CERTIFICATE'>,
  ): readonly Fact[] {
    const slot = slotId & 15;
    const before = offset === 0 ? new Uint8Array(0) : this.#portions.get(slot);
    // A portion out of the middle is good for nothing.
    if (before === undefined || before.length !== offset) return [];
    const structure = new Uint8Array(before.length + certChain.length);
    structure.set(before);
    structure.set(certChain, before.length);
    this.#portions.set(slot, structure);
    if (remainderLength !== 0) return [];
    const chain = decodeChain(this.#hash, structure);
    must(chain.ok, chain.ok ? '' : chain.error.text);
    const roots = chain.value.certificates.slice(0, 1);
    const leaf = verifyChain(chain.value, { hash: this.#hash, curve: this.#curve, roots });
    must(leaf.ok, leaf.ok ? '' : leaf.error.text);
    const held = { digest: digest(this.#hash, structure), publicValue: leaf.value };
    this.#held.set(slot, held);
    const said = this.#digests.get(slot);
    if (said === undefined) return ['certificate chain'];
    must(equal(said, held.digest), `chain of slot ${slot} does not have the digest it should`);
    return ['certificate chain', 'digest'];
  }

  /** The chain of a slot, which the conversation must have shown. */
  slot(slot: number): HeldChain {
    const held = this.#held.get(slot);
    must(held !== undefined, `the certificate chain of slot ${slot} is not in the recording`);
    return held;
  }
}
