/** The secrets beside a packet file: what a session's keys came from, and what was said under them. */
import * as v from 'valibot';

/** Secrets and keys that a file may tell, by the names they have in it. */
const KEY_NAMES = [
  'handshake_secret',
  'request_handshake_secret',
  'response_handshake_secret',
  'request_finished_key',
  'response_finished_key',
  'request_handshake_key',
  'request_handshake_iv',
  'response_handshake_key',
  'response_handshake_iv',
  'master_secret',
  'request_data_secret',
  'response_data_secret',
  'export_master_secret',
  'request_data_key',
  'request_data_iv',
  'response_data_key',
  'response_data_iv',
] as const;
export type KeyName = (typeof KEY_NAMES)[number];
/** Those that are known. */
export type Keys = Readonly<Partial<Record<KeyName, Uint8Array>>>;

/** What is known of one session. */
export interface SessionSecrets {
  /** How the session began: KEY_EXCHANGE or PSK_EXCHANGE. */
  readonly kind: 'DHE' | 'PSK';
  readonly sessionId: number;
  /** The x coordinate of the common point; always there for DHE. */
  readonly dheSecret?: Uint8Array;
  /** The requester's part of the key exchange, big endian. */
  readonly requesterScalar?: Uint8Array;
  readonly keys: Keys;
}

/** What is known of one packet. */
export interface PacketNotes {
  readonly packet: number;
  readonly direction: 'request' | 'response';
  /** The SPDM message that a secured packet holds. */
  readonly plaintext?: Uint8Array;
  /** What the packet was sent for. */
  readonly note?: string;
}

/** What a secrets file says. */
interface Secrets {
  /** In order of creation. */
  readonly sessions: readonly SessionSecrets[];
  readonly messages: readonly PacketNotes[];
}

const hex = v.pipe(
  v.string(),
  v.regex(/^([0-9a-f]{2})*$/i, 'expected bytes in hexadecimal'),
  v.transform((text) => Uint8Array.from(Buffer.from(text, 'hex'))),
);
const sessionId = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}$/i, 'expected eight hexadecimal digits'),
  v.transform((text) => Number.parseInt(text, 16)),
);
const optionalHex = v.optional(hex);
const keys = Object.fromEntries(KEY_NAMES.map((name) => [name, optionalHex]));

const session = v.variant('kind', [
  v.object({
    kind: v.literal('DHE'),
    session_id: sessionId,
    dhe_secret: hex,
    requester_dhe_private_scalar: optionalHex,
    ...keys,
  }),
  v.object({ kind: v.literal('PSK'), session_id: sessionId, ...keys }),
]);
const packetNotes = v.object({
  packet: v.pipe(v.number(), v.integer(), v.minValue(0)),
  dir: v.picklist(['request', 'response']),
  plaintext: optionalHex,
  note: v.optional(v.string()),
});
const file = v.object({ sessions: v.array(session), messages: v.array(packetNotes) });

type Parsed = v.InferOutput<typeof file>;

function sessionOf(parsed: Parsed['sessions'][number]): SessionSecrets {
  const known: Partial<Record<KeyName, Uint8Array>> = {};
  const record: Readonly<Record<string, unknown>> = parsed;
  for (const name of KEY_NAMES) {
    const value = record[name];
    if (value instanceof Uint8Array) known[name] = value;
  }
  const { kind, session_id: id } = parsed;
  if (kind === 'PSK') return { kind, sessionId: id, keys: known };
  const { dhe_secret: dheSecret, requester_dhe_private_scalar: requesterScalar } = parsed;
  return {
    kind,
    sessionId: id,
    dheSecret,
    ...(requesterScalar && { requesterScalar }),
    keys: known,
  };
}

/** Secrets, or one line that says where the text is not what it should be. */
export type SecretsRead =
  | { readonly ok: true; readonly value: Secrets }
  | { readonly ok: false; readonly error: string };

/** Reads the text of a secrets file. */
export function readSecrets(text: string): SecretsRead {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      error: `secrets: not JSON: ${error instanceof Error ? error.message : ''}`,
    };
  }
  const parsed = v.safeParse(file, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const where = v.getDotPath(issue) ?? 'the whole text';
    const { type, expected, received, message } = issue;
    const wanted = type === 'regex' ? message : `expected ${expected}, got ${received}`;
    return { ok: false, error: `secrets: ${where}: ${wanted}` };
  }
  const messages = parsed.output.messages.map(({ packet, dir, plaintext, note }) => ({
    packet,
    direction: dir,
    ...(plaintext && { plaintext }),
    ...(note !== undefined && { note }),
  }));
  return { ok: true, value: { sessions: parsed.output.sessions.map(sessionOf), messages } };
}
