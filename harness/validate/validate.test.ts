// Goal: a recording is admitted where the model lets a device answer so, and what it does not let it answer is named
// where it is. Method: recordings of our own device, kept in the repository, as they are and with an answer changed;
// recordings of a public responder, where TDICHECK_INTEROP says that there are some.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readRecording } from '../../impl/stack/recording/index.ts';
import { ask, emptyFolder } from '../cli/cli.fixture.ts';
import { ROOT, textOf } from '../docs.fixture.ts';
import { recordLife } from './record.ts';
import { RECORDINGS } from './recordings.ts';
import { validate } from './validate.ts';

const OWN = join(ROOT, 'examples/recordings');
const INTEROP = process.env.TDICHECK_INTEROP;

function validated(folder: string, name: string, strict = false) {
  const pcap = readFileSync(join(folder, `${name}.pcap`));
  const read = readRecording(pcap, readFileSync(join(folder, `${name}.json`), 'utf8'));
  if (!read.ok) throw new Error(read.error);
  return validate(read.value, strict);
}

describe.each(RECORDINGS)('our own: $name', ({ name, make }) => {
  test('is what the script makes', () => {
    const made = make();
    expect(readFileSync(join(OWN, `${name}.json`), 'utf8')).toBe(made.secrets);
    expect(Buffer.compare(readFileSync(join(OWN, `${name}.pcap`)), made.pcap)).toBe(0);
  });
  test('verifies, and is admitted by the model, TSM and device', () => {
    const v = validated(OWN, name, true);
    expect(v).toMatchObject({ verdict: 'admitted', failure: null, notAdmitted: [], remarks: [] });
    expect(v.prefix).toBe(v.packets);
    expect(v.exchanges).toBeGreaterThan(25);
    expect(v.verified).toMatchObject({
      'certificate chain': 1,
      'key agreement': 1,
      'verify data': 2,
    });
    expect(v.assumed).toEqual({
      'ide.enable': 1,
      'guest.evidence': 1,
      'guest.accept': 1,
      'tsm.unbind.begin': 1,
      'tsm.unbind.end': 1,
    });
  });
});

test('an answer that no device may give ends the prefix: the guard, and what is legal there', () => {
  const { pcap, secrets } = recordLife(
    'aes',
    { versions: [0x13] },
    { stopState: () => 'CONFIG_LOCKED' },
  );
  const read = readRecording(pcap, secrets);
  if (!read.ok) throw new Error(read.error);
  const v = validate(read.value, false);
  expect(v).toMatchObject({ verdict: 'trace rejected', failure: null });
  expect(v.prefix).toBeLessThan(v.packets);
  expect(v.notAdmitted).toMatchObject([
    {
      packet: v.prefix,
      ask: 'GET_STATE TDI0',
      expected: ['CONFIG_UNLOCKED'],
      got: 'CONFIG_LOCKED',
      ground: { rule: 'tdisp.state', case: 'answered' },
      deviation: null,
    },
  ]);
  expect(v.notAdmitted[0]?.legal).toContain('state TDI0');
});

describe('the command', () => {
  const [file, secrets] = ['pcap', 'json'].map((end) => join(OWN, `spdm13-p256-aes.${end}`));
  const args = ['validate', file ?? '', '--secrets', secrets ?? ''];
  test('tells how far it came', async () => {
    const { code, out } = await ask(...args);
    expect(code).toBe(0);
    expect(out).toContain('exchanges admitted; prefix: ');
    expect(out).toContain('✓ admitted  exit code 0');
    const json = await ask(...args, '--format', 'json');
    expect(JSON.parse(json.out)).toMatchObject({ verdict: 'admitted', exitCode: 0 });
  });
  test('rejects what does not verify, with 7', async () => {
    const other = join(OWN, 'spdm12-p256-chacha-clear.json');
    const { code, out } = await ask('validate', file ?? '', '--secrets', other);
    expect(code).toBe(7);
    expect(out).toMatch(/^fails {6}packet \d+: /m);
    expect(out).toContain('✗ trace rejected  exit code 7');
  });
  /** The whole packet file, its packets' offsets, and a folder for what is made of it. */
  const whole = readFileSync(file ?? '');
  const starts: number[] = [];
  for (let at = 24; at < whole.length; at += 16 + whole.readUInt32LE(at + 8)) starts.push(at);
  const folder = emptyFolder();
  afterAll(() => folder.remove());
  const made = (name: string, bytes: Uint8Array | string): string => {
    const path = join(folder.path, name);
    writeFileSync(path, bytes);
    return path;
  };
  const flipped = (packet: number, at: number): Buffer => {
    const bytes = Buffer.from(whole);
    const offset = (starts[packet] ?? 0) + 16 + at;
    bytes[offset] = (bytes[offset] ?? 0) ^ 1;
    return bytes;
  };
  const validated = (path: string) =>
    ask('validate', path, '--secrets', secrets ?? '', '--format', 'json');

  test('a recording that is cut between an answer and the next request is admitted up to there', async () => {
    const { code, out } = await validated(made('cut.pcap', whole.subarray(0, starts[40])));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'admitted', packets: 40, prefix: 40 });
  });
  test.each([
    // What fails, and so the packet that is named, is what is computed from the byte.
    ['the algorithms', 5, 28, 13, /^signature fails/],
    ['the certificate chain', 9, 500, 11, /^certificate 1: /],
    ['the exchange data', 12, 60, 12, /^ExchangeData is not that of the scalar$/],
    [
      'a sealed record of the TSM',
      30,
      40,
      31,
      /^a malformed request is not refused: secured message.*the tag fails/,
    ],
    ['a sealed record of the device', 31, 24, 31, /^secured message: the tag fails/],
  ])('a byte that is flipped in %s rejects it, with 7', async (_, packet, at, fails, text) => {
    const { code, out } = await validated(made('flip.pcap', flipped(packet, at)));
    expect(code).toBe(7);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ verdict: 'trace rejected', exitCode: 7, prefix: fails });
    expect(report.failure).toMatchObject({ packet: fails, text: expect.stringMatching(text) });
  });
  test('an answer that no device may give rejects it, with 7 and the guard', async () => {
    const behaviour = { stopState: () => 'CONFIG_LOCKED' as const };
    const wrong = recordLife('aes', { versions: [0x13] }, behaviour);
    const [pcap, json] = [made('wrong.pcap', wrong.pcap), made('wrong.json', wrong.secrets)];
    const { code, out } = await ask('validate', pcap, '--secrets', json);
    expect(code).toBe(7);
    expect(out).toMatch(
      /^stopped at packet \d+: GET_STATE TDI0\n {2}the guard that decides {2}tdisp\.state: /m,
    );
    expect(out).toMatch(/^ {2}legal there for a TSM {3}.*state TDI0/m);
  });

  const within = made('within.pcap', whole.subarray(0, (starts[40] ?? 0) + 30));
  test.each<[string, readonly string[], string]>([
    ['no such file', ['none.pcap', '--secrets', secrets ?? ''], 'cannot read none.pcap'],
    ['no packet file', [secrets ?? '', '--secrets', secrets ?? ''], 'is no recording'],
    ['cut within a packet', [within, '--secrets', secrets ?? ''], 'pcap packet 40 at byte'],
    [
      'no packets',
      [made('none.pcap', whole.subarray(0, 24)), '--secrets', secrets ?? ''],
      'it has no packets',
    ],
    ['no secrets', [file ?? ''], '--secrets'],
    ['secrets that are not there', [file ?? '', '--secrets', 'none.json'], 'none.json'],
    ['secrets that are no JSON', [file ?? '', '--secrets', file ?? ''], 'secrets: not JSON'],
    [
      'secrets without what is needed',
      [file ?? '', '--secrets', made('bad.json', '{"sessions":[{"kind":"DHE"}]}')],
      'sessions.0.session_id',
    ],
  ])('usage: %s', async (_, argv, text) => {
    const { code, out, err } = await ask('validate', ...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(text);
    expect(err.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
  });
  test('secrets of no session', async () => {
    const none = made('none.json', '{"sessions":[],"messages":[]}');
    const { code, out } = await ask('validate', file ?? '', '--secrets', none);
    expect(code).toBe(7);
    expect(out).toMatch(/^fails {6}packet 13: secrets of session 0 are not recorded$/m);
  });
});

/** Recordings of the public emulator, with the deviations that they show. */
const PUBLIC: Readonly<Record<string, readonly string[]>> = {
  emu_spdm12_p384_aesgcm: [],
  emu_spdm12_p384_mutauth: [],
  emu_spdm13_p256_chacha: [],
  probe_spdm12_p256_clear_full: [],
  probe_spdm13_p384_full: [],
  probe_spdm12_p384_errors: [
    '22 interface-needs-version',
    '40 stop-refused-unlocked',
    '42 no-report-code',
    '48 lock-ignores-ide',
    '54 stale-report',
    '56 lock-ignores-ide',
    '72 start-ignores-ide',
    '96 version-resets-tdi',
    '98 answers-outside-session',
    '100 answers-outside-session',
    '116 ide-km-spdm-error',
    '122 ide-km-spdm-error',
    '130 go-without-key',
    '138 ide-km-spdm-error',
  ],
};
test('recordings of a public responder', async (context) => {
  if (INTEROP === undefined || INTEROP === '')
    return context.skip('TDICHECK_INTEROP names no folder with recordings');
  for (const [name, deviations] of Object.entries(PUBLIC)) {
    const v = validated(INTEROP, name);
    expect(v.failure, name).toBeNull();
    expect(
      v.notAdmitted.map((d) => `${d.packet} ${d.deviation?.name}`),
      name,
    ).toEqual(deviations);
    expect(v.prefix, name).toBe(v.packets);
    expect(v.verdict).toBe(deviations.length > 0 ? 'admitted with known deviations' : 'admitted');
    const [pcap, json] = ['pcap', 'json'].map((end) => join(INTEROP, `${name}.${end}`));
    const args = ['validate', pcap ?? '', '--secrets', json ?? ''];
    expect((await ask(...args)).code, name).toBe(0);
    expect((await ask(...args, '--strict')).code, name).toBe(deviations.length > 0 ? 7 : 0);
  }
  const page = textOf('docs/conform.md');
  for (const d of validated(INTEROP, 'probe_spdm12_p384_errors').notAdmitted) {
    const [cells, known] = [d.expected.join(' or '), d.deviation];
    expect(page).toContain(`| ${cells} | ${d.got} | \`${known?.name}\` | ${known?.clause} |`);
  }
  const strict = validated(INTEROP, 'probe_spdm12_p384_errors', true);
  expect(strict).toMatchObject({ verdict: 'trace rejected', prefix: 22 });
  expect(strict.notAdmitted.at(-1)?.legal).toEqual(['state TDI0']);
  return undefined;
});
