/** A recording: the packets between a requester and a responder, and the secrets of their sessions. */
import { wireErrorText } from '../wire/index.ts';
import { readPcap } from './pcap.ts';
import { type PacketNotes, readSecrets, type SessionSecrets } from './secrets.ts';

/** A pair of files, read. Nothing is decrypted or checked yet. */
export interface Recording {
  /** DOE data objects: a request, its response, the next request, … */
  readonly packets: readonly Uint8Array[];
  /** In order of creation. */
  readonly sessions: readonly SessionSecrets[];
  /** What is known of packets, by their numbers from 0. */
  readonly notes: ReadonlyMap<number, PacketNotes>;
}

/** A recording, or one line that says what is wrong with which file. */
export type RecordingRead =
  | { readonly ok: true; readonly value: Recording }
  | { readonly ok: false; readonly error: string };

/** Reads a packet file (pcap, link type 292) and the text of its secrets file (JSON). */
export function readRecording(pcap: Uint8Array, secretsText: string): RecordingRead {
  const packets = readPcap(pcap);
  if (!packets.ok) return { ok: false, error: wireErrorText(packets.error) };
  const secrets = readSecrets(secretsText);
  if (!secrets.ok) return secrets;
  const notes = new Map(secrets.value.messages.map((message) => [message.packet, message]));
  const beyond = secrets.value.messages.find(({ packet }) => packet >= packets.value.length);
  if (beyond) {
    const error = `secrets: packet ${beyond.packet}, expected one of ${packets.value.length}`;
    return { ok: false, error };
  }
  return { ok: true, value: { packets: packets.value, sessions: secrets.value.sessions, notes } };
}
