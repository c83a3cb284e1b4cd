// Goal: secrets, keys, verify data and their labels are those of the key schedule. Method: each is
// computed once more with node's HMAC and labels spelled out as bytes; with recordings at hand, the
// same relations must hold between the secrets of a foreign peer.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entropyOf, hex, nameOf, nodeExpand, nodeHmac, SUITES, text } from './crypto.fixture.ts';
import {
  binConcat,
  dataSecrets,
  handshakeSecrets,
  trafficKeys,
  updatedSecret,
  verifyData,
} from './schedule.ts';
import { AEADS, HASHES, type Suite } from './suite.ts';

test('BinConcat: length in little endian, version text, label, context', () => {
  expect(text(binConcat(32, 0x12, 'key'))).toBe(`2000${text(Buffer.from('spdm1.2 key'))}`);
  expect(text(binConcat(0x1234, 0x13, 'iv', hex('a5c3')))).toBe(
    `3412${text(Buffer.from('spdm1.3 iv'))}a5c3`,
  );
});

describe.each(SUITES.map((s) => [nameOf(s), s] as const))('%s', (_, suite) => {
  const { hash, version } = suite;
  const size = hash.size;
  const entropy = entropyOf('schedule');
  const [dhe, th1, th2] = [entropy(suite.dhe.size), entropy(size), entropy(size)];
  const expand = (secret: Uint8Array, label: string, context = '', length = size): string => {
    const info = `${length.toString(16).padStart(2, '0')}00${text(Buffer.from(`spdm1.${version & 15} ${label}`))}${context}`;
    return text(nodeExpand(size, secret, hex(info), length));
  };
  const zeros = new Uint8Array(size);

  test('handshake phase', () => {
    const handshake = nodeHmac(size, zeros, dhe);
    const secrets = handshakeSecrets(suite, dhe, th1);
    expect(text(secrets.handshake)).toBe(text(handshake));
    expect(text(secrets.request)).toBe(expand(handshake, 'req hs data', text(th1)));
    expect(text(secrets.response)).toBe(expand(handshake, 'rsp hs data', text(th1)));
    expect(text(secrets.requestFinished)).toBe(expand(secrets.request, 'finished'));
    expect(text(secrets.responseFinished)).toBe(expand(secrets.response, 'finished'));
    expect(verifyData(hash, secrets.requestFinished, th1)).toEqual(
      nodeHmac(size, secrets.requestFinished, th1),
    );
  });

  test('data phase, keys and update', () => {
    const salt = hex(expand(dhe, 'derived'));
    const master = nodeHmac(size, salt, zeros);
    const secrets = dataSecrets(suite, dhe, th2);
    expect(text(secrets.master)).toBe(text(master));
    expect(text(secrets.request)).toBe(expand(master, 'req app data', text(th2)));
    expect(text(secrets.response)).toBe(expand(master, 'rsp app data', text(th2)));
    expect(text(secrets.exportMaster)).toBe(expand(master, 'exp master', text(th2)));
    const { key, iv } = trafficKeys(suite, secrets.request);
    expect(text(key)).toBe(expand(secrets.request, 'key', '', 32));
    expect(text(iv)).toBe(expand(secrets.request, 'iv', '', 12));
    expect(text(updatedSecret(suite, secrets.request))).toBe(
      expand(secrets.request, 'traffic upd'),
    );
  });
});

const interop = process.env.TDICHECK_INTEROP;
type Recorded = Readonly<Record<string, string>>;

describe.skipIf(interop === undefined)('recordings (TDICHECK_INTEROP)', () => {
  const folder = interop ?? '.';
  const names = interop ? readdirSync(folder).filter((f) => f.endsWith('.json')) : [];
  test.each(names)('secrets of %s', (name) => {
    const { sessions } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const dhes = (sessions as readonly Recorded[]).filter(({ kind }) => kind === 'DHE');
    expect(dhes.length).toBeGreaterThan(0);
    for (const s of dhes) {
      const of = (key: string): Uint8Array => hex(s[key] ?? '');
      const wide = of('handshake_secret').length === HASHES.SHA_384.size;
      const keyed: Pick<Suite, 'version' | 'hash' | 'aead'> = {
        version: name.includes('spdm13') ? 0x13 : 0x12,
        hash: wide ? HASHES.SHA_384 : HASHES.SHA_256,
        aead: AEADS.AES_256_GCM,
      };
      const none = new Uint8Array(keyed.hash.size);
      const { handshake } = handshakeSecrets(keyed, of('dhe_secret'), none);
      expect(text(handshake)).toBe(s.handshake_secret);
      expect(text(dataSecrets(keyed, handshake, none).master)).toBe(s.master_secret);
      for (const phase of ['request_data', 'response_data']) {
        const { key, iv } = trafficKeys(keyed, of(`${phase}_secret`));
        expect(text(key)).toBe(s[`${phase}_key`]);
        expect(text(iv)).toBe(s[`${phase}_iv`]);
      }
    }
  });
});
