/** The key schedule of an SPDM session (DSP0274, key schedule): HKDF of RFC 5869 all the way. */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { type Hash, NONCE_SIZE, type SpdmVersion, type Suite } from './suite.ts';
import { wipe } from './wipe.ts';

/** Labels of the schedule; the numbers of the strings are those of the specification. */
const LABELS = {
  /** 0: salt of the master secret. */
  derived: 'derived',
  /** 1 and 2: handshake secrets, over TH1. */
  requestHandshake: 'req hs data',
  responseHandshake: 'rsp hs data',
  /** 3 and 4: data secrets, over TH2. */
  requestData: 'req app data',
  responseData: 'rsp app data',
  /** 5 and 6: what a direction encrypts with. */
  key: 'key',
  iv: 'iv',
  /** 7: key of the verify data. */
  finished: 'finished',
  /** 8: export master secret, over TH2. */
  exportMaster: 'exp master',
  /** 9: the next secret of a direction. */
  trafficUpdate: 'traffic upd',
} as const;

/** The info of an expansion: length (u16, little endian), version text, label, context. */
export function binConcat(
  length: number,
  version: SpdmVersion,
  label: string,
  context: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const text = utf8ToBytes(`spdm1.${version & 0xf} ${label}`);
  const out = new Uint8Array(2 + text.length + context.length);
  out[0] = length & 0xff;
  out[1] = length >> 8;
  out.set(text, 2);
  out.set(context, 2 + text.length);
  return out;
}

type Keyed = Pick<Suite, 'version' | 'hash'>;

function derive(
  { version, hash }: Keyed,
  secret: Uint8Array,
  label: keyof typeof LABELS,
  context?: Uint8Array,
  length = hash.size,
): Uint8Array {
  return expand(hash.noble, secret, binConcat(length, version, LABELS[label], context), length);
}

/** Secrets of the handshake phase, each as long as a digest. */
export interface HandshakeSecrets {
  /** What the master secret will be made from. */
  readonly handshake: Uint8Array;
  /** Of each direction. */
  readonly request: Uint8Array;
  readonly response: Uint8Array;
  /** Keys of RequesterVerifyData and ResponderVerifyData. */
  readonly requestFinished: Uint8Array;
  readonly responseFinished: Uint8Array;
}

/** Secrets of the handshake from the shared x coordinate and the transcript hash TH1. */
export function handshakeSecrets(suite: Keyed, dhe: Uint8Array, th1: Uint8Array): HandshakeSecrets {
  const { hash } = suite;
  const handshake = extract(hash.noble, dhe, new Uint8Array(hash.size));
  const request = derive(suite, handshake, 'requestHandshake', th1);
  const response = derive(suite, handshake, 'responseHandshake', th1);
  return {
    handshake,
    request,
    response,
    requestFinished: derive(suite, request, 'finished'),
    responseFinished: derive(suite, response, 'finished'),
  };
}

/** Secrets of the data phase, each as long as a digest. */
export interface DataSecrets {
  readonly master: Uint8Array;
  /** Of each direction. */
  readonly request: Uint8Array;
  readonly response: Uint8Array;
  /** For uses outside SPDM. */
  readonly exportMaster: Uint8Array;
}

/** Secrets of the data phase from the handshake secret and the transcript hash TH2. */
export function dataSecrets(suite: Keyed, handshake: Uint8Array, th2: Uint8Array): DataSecrets {
  const { hash } = suite;
  const salt = derive(suite, handshake, 'derived');
  const master = extract(hash.noble, new Uint8Array(hash.size), salt);
  wipe(salt);
  return {
    master,
    request: derive(suite, master, 'requestData', th2),
    response: derive(suite, master, 'responseData', th2),
    exportMaster: derive(suite, master, 'exportMaster', th2),
  };
}

/** What one direction encrypts with. */
export interface TrafficKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** The key and vector of a direction from its secret. */
export const trafficKeys = (
  suite: Pick<Suite, 'version' | 'hash' | 'aead'>,
  secret: Uint8Array,
): TrafficKeys => ({
  key: derive(suite, secret, 'key', undefined, suite.aead.keySize),
  iv: derive(suite, secret, 'iv', undefined, NONCE_SIZE),
});

/** The secret of a direction after a KEY_UPDATE. */
export const updatedSecret = (suite: Keyed, secret: Uint8Array): Uint8Array =>
  derive(suite, secret, 'trafficUpdate');

/** RequesterVerifyData or ResponderVerifyData: the MAC of a transcript hash under a finished key. */
export const verifyData = (
  hash: Hash,
  finished: Uint8Array,
  transcriptHash: Uint8Array,
): Uint8Array => hmac(hash.noble, finished, transcriptHash);
