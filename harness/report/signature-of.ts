import type { AnySignature } from '../../model/author.ts';
import { SIGNATURES } from '../../model/words/index.ts';

/** The declaration of a word. */
export const signatureOf = (word: string): AnySignature | undefined =>
  Object.hasOwn(SIGNATURES, word)
    ? (SIGNATURES as Readonly<Record<string, AnySignature>>)[word]
    : undefined;
