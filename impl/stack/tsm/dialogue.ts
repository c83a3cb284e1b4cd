/**
 * Conversations as values: a party says bytes, hears bytes, and in the end has an outcome.
 *
 * Nothing here waits or sends. Whoever carries the bytes may lose, repeat or change them; the party
 * finds out by what it hears.
 */

/** What can go wrong for a TSM; a closed list, so that users decide on it. */
export type TsmFault =
  /** Nothing came back. */
  | 'no-response'
  /** Bytes that are no message of the kind that must come now. */
  | 'malformed'
  /** A well-formed answer to something else. */
  | 'unexpected'
  /** SPDM ERROR; `code` is its name. */
  | 'spdm-error'
  /** TDISP_ERROR; `code` is its name. */
  | 'tdisp-error'
  /** KP_ACK with a status other than success; `code` is its name. */
  | 'ide-status'
  /** No common version, a capability that is needed, or a selection that was not offered. */
  | 'negotiation'
  /** The certificate chain does not hold, or is not the one whose digest was told. */
  | 'certificate'
  /** A signature does not fit. */
  | 'signature'
  /** A MAC of the handshake does not fit. */
  | 'mac'
  /** A secured message does not open: the session is over. */
  | 'secured'
  /** What the peer repeats is not what it was told: an interface id, a nonce, a tag. */
  | 'echo'
  /** The TDI report is not what may be accepted. */
  | 'report'
  /** The verb does not fit the state of this side; nothing was sent. */
  | 'state';

/** Why a verb failed. */
interface TsmError {
  readonly fault: TsmFault;
  /** One line: where, and what was expected. */
  readonly text: string;
  /** The peer's own code, by its name in the specification. */
  readonly code?: string;
}

/** A value, or why there is none. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: TsmError };

export const success = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const failure = (fault: TsmFault, text: string, code?: string): Outcome<never> => ({
  ok: false,
  error: code === undefined ? { fault, text } : { fault, text, code },
});

/** One verb: yields DOE objects, is resumed with DOE objects or with undefined for silence. */
export type Dialogue<T> = Generator<Uint8Array, Outcome<T>, Uint8Array | undefined>;

/** What comes next in a conversation: bytes to send, or the outcome. */
type Step<T> =
  | { readonly done: false; readonly request: Uint8Array }
  | { readonly done: true; readonly outcome: Outcome<T> };

/** A verb in progress: `begin`, then `take` for every response, until it is done. */
export class Conversation<T> {
  readonly #dialogue: Dialogue<T>;

  constructor(dialogue: Dialogue<T>) {
    this.#dialogue = dialogue;
  }

  /** The first request. */
  begin(): Step<T> {
    return this.#step(this.#dialogue.next());
  }

  /** Takes the response to the last request; undefined if there was none. */
  take(response: Uint8Array | undefined): Step<T> {
    return this.#step(this.#dialogue.next(response));
  }

  #step({ done, value }: IteratorResult<Uint8Array, Outcome<T>>): Step<T> {
    return done ? { done, outcome: value } : { done: false, request: value };
  }
}

/** Holds a whole conversation over a carrier that answers at once. */
export function converse<T>(
  dialogue: Dialogue<T>,
  carry: (request: Uint8Array) => Uint8Array | undefined,
): Outcome<T> {
  const conversation = new Conversation(dialogue);
  let step = conversation.begin();
  while (!step.done) step = conversation.take(carry(step.request));
  return step.outcome;
}
