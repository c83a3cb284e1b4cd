/** Protocols whose messages are told apart by a code byte: one table gives types and both ways. */
import { type Coder, decodeWith, encodeWith, type ValueOf } from './coder.ts';
import { type Decoded, malformed } from './decoded.ts';

export type Values<T> = T[keyof T];
/** An intersection as one readonly record. */
export type Flat<T> = { readonly [K in keyof T]: T[K] };

/** Of each kind its code, and the coder of its fields. */
type KindTable = Readonly<Record<string, { readonly code: number; readonly fields: unknown }>>;

/** The messages of a table: the `kind`, what is `Common` to all, and the fields. */
export type MessagesOf<T extends KindTable, Common = unknown> = Values<{
  [K in keyof T]: Flat<{ kind: K } & Common & ValueOf<T[K]['fields']>>;
}>;

/** The kind that has a code. */
export function kindOf<T extends Readonly<Record<string, { readonly code: number }>>>(
  table: T,
  code: number | undefined,
): (keyof T & string) | undefined {
  for (const kind in table) if (table[kind]?.code === code) return kind;
  return undefined;
}

/** Where a protocol keeps its code, and what stands around the fields of every message. */
export interface Protocol {
  readonly name: string;
  readonly table: KindTable;
  /** Offset of the code in bytes. */
  readonly codeAt: number;
  /** Header, with the code in it, and fields of one message. */
  readonly whole: (code: number, fields: Coder<object>) => Coder<object>;
}

/** The coder of a row's message. Which fields it has is lost: the row is looked up by a name. */
const coderOf = ({ table, whole }: Protocol, kind: string): Coder<object> =>
  whole(table[kind]?.code ?? 0, table[kind]?.fields as Coder<object>);

/** Reads one message that fills `bytes`. `M` are the messages of the protocol's table. */
export function decodeKind<M>(protocol: Protocol, bytes: Uint8Array): Decoded<M> {
  const { name, table, codeAt } = protocol;
  const code = bytes[codeAt];
  if (code === undefined) return malformed(`${name}.code`, bytes.length, 'more bytes', 'length');
  const kind = kindOf(table, code);
  if (kind === undefined) {
    return malformed(`${name}.code`, codeAt, `a known code, got ${code}`, 'code');
  }
  const result = decodeWith(kind, coderOf(protocol, kind), bytes);
  // Kind and fields come from the same row of the table that M is made from.
  return result.ok ? { ...result, value: { kind, ...result.value } as M } : result;
}

/** Writes one message of the protocol's table. */
export const encodeKind = (protocol: Protocol, message: { readonly kind: string }): Uint8Array =>
  encodeWith(message.kind, coderOf(protocol, message.kind), message);
