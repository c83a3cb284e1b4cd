/** Recordings of conversations between a requester and a responder, read and verified. */
export type { Conversation, ExaminedPacket, Fact } from './conversation.ts';
export { examine } from './examine.ts';
export { type Recording, readRecording } from './recording.ts';
