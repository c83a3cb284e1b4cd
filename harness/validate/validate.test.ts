// Goal: a recording is admitted where the model lets a device answer so, and what it does not let it answer is named
// where it is. Method: recordings of our own device, kept in the repository, as they are and with an answer changed;
// recordings of a public responder, where TDICHECK_INTEROP says that there are some.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRecording } from '../../impl/stack/recording/index.ts';
import { ask } from '../cli/cli.fixture.ts';
import { ROOT } from '../docs.fixture.ts';
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
  test.each([
    [
      'no such file',
      ['validate', 'none.pcap', '--secrets', secrets ?? ''],
      'cannot read none.pcap',
    ],
    ['no packet file', ['validate', secrets ?? '', '--secrets', secrets ?? ''], 'is no recording'],
    ['no secrets', ['validate', file ?? ''], '--secrets'],
  ])('%s', async (_, argv, text) => {
    const { code, err } = await ask(...argv);
    expect(code).toBe(2);
    expect(err).toContain(text);
    expect(err.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
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
test('recordings of a public responder', (context) => {
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
  }
  const strict = validated(INTEROP, 'probe_spdm12_p384_errors', true);
  expect(strict).toMatchObject({ verdict: 'trace rejected', prefix: 22 });
  expect(strict.notAdmitted.at(-1)?.legal).toEqual(['state TDI0']);
  return undefined;
});
