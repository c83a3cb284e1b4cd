/** How one SPDM message is laid out: a header of four bytes, two of them its own, then a body. */
import { type Coder, nothing, rest, struct, u8 } from './coder.ts';
import { SPDM_1_3, type SpdmContext } from './context.ts';

/** What a response does not say itself but the request that it answers does. */
export interface Asked {
  /** A measurement summary hash was asked for. */
  readonly summaryHash: boolean;
  /** A signature was asked for. */
  readonly signed: boolean;
}

/** What a layout depends on. The sizes are unknown, and not needed, when a message is written. */
export interface LayoutFacts extends Partial<SpdmContext>, Partial<Asked> {
  readonly version: number;
  /** The third header byte, when a message is read. */
  readonly param1?: number;
}

/** Code and layout of one message. `P` are the fields in the two header bytes, `B` the others. */
export interface Layout<P extends object, B extends object> {
  readonly code: number;
  readonly params: Coder<P>;
  readonly body: (facts: LayoutFacts, params: P) => Coder<B>;
}

export const layout = <P extends object, B extends object>(
  code: number,
  params: Coder<P>,
  body: (facts: LayoutFacts, params: P) => Coder<B>,
): Layout<P, B> => ({ code, params, body });

/** A message that is all header. */
export const short = <P extends object>(code: number, params: Coder<P>) =>
  layout(code, params, () => nothing);

/** A message whose layout is not needed here: its bytes are kept as they are. */
export const unread = (code: number) =>
  layout(code, struct({ param1: u8, param2: u8 }), () => struct({ body: rest }));

/** Size of RequesterContext: 8 bytes since SPDM 1.3, absent before. */
export const contextSize = (facts: LayoutFacts): number => (facts.version >= SPDM_1_3 ? 8 : 0);

/** `size` if `present`, else 0; undefined when the message is being written, and so says itself. */
export const sizeIf = (
  present: boolean | undefined,
  size: number | undefined,
): number | undefined => {
  if (present === false) return 0;
  return present === undefined ? undefined : size;
};
