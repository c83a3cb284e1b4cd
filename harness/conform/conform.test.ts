// Goal: our own device conforms over a real socket; a device with a fault is named; a peer that does what no peer
// should gives a verdict and leaves nothing behind. Method: servers on free ports of loopback.
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Behaviour } from '../../impl/stack/device/behaviour.ts';
import { entropyOf } from '../../impl/stack/device/sample.ts';
import { version } from '../cli/version.ts';
import { blocksOf, textOf } from '../docs.fixture.ts';
import { paintFor } from '../report/paint.ts';
import { serve } from '../socket/serve.ts';
import { addressesOf, type Profile, servedDevice } from '../socket/served.ts';
import { type ConformReport, conform } from './run.ts';
import { conformText } from './text.ts';

const HOST = '127.0.0.1';
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function against(
  port: number,
  { budget = 8, answerMs = 2000, profile = 'sample' as Profile } = {},
): Promise<ConformReport> {
  const entropy = entropyOf('conform');
  const target = { host: HOST, port, answerMs, entropy, ...addressesOf(profile) };
  return conform({ target, seed: 1, budget });
}

async function served(
  behaviour: Partial<Behaviour> = {},
  profile: Profile = 'sample',
): Promise<number> {
  const mailbox = servedDevice(profile, 1, { behaviour });
  const serving = await serve({ host: HOST, port: 0, mailbox });
  ends.push(() => {
    serving.close();
    return serving.ended;
  });
  return serving.port;
}

const newOnes = ({ rows }: ConformReport) =>
  rows.filter(({ verdict }) => verdict !== 'conforms').map((r) => [r.request, r.got, r.deviation]);

describe('our own device', () => {
  test.each(['sample', 'emulator'] as const)('of profile %s conforms', async (profile) => {
    const report = await against(await served({}, profile), { profile });
    expect(newOnes(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'conforms', sequences: 8, lost: null });
    // Both sides of the rules were tried: accepted, refused, and not answered.
    const seen = report.rows.map(({ request, got }) => `${request} ${got}`);
    for (const wanted of ['LOCK TDI accepted', 'START TDI accepted', 'GET_STATE TDI RUN'])
      expect(seen).toContain(wanted);
    expect(report.rows.some(({ got }) => got === 'INVALID_INTERFACE_STATE')).toBe(true);
    expect(report.rows.some(({ got }) => got === 'no answer')).toBe(true);
  });

  test('the same seed asks the same', async () => {
    const port = await served();
    const [one, two] = [await against(port, { budget: 2 }), await against(port, { budget: 2 })];
    expect(two).toEqual(one);
  });
});

describe('a fault is named, with the shortest way to it', () => {
  test('START takes any nonce', async () => {
    const report = await against(await served({ startNonce: () => true }), { budget: 8 });
    const [row] = report.rows;
    expect(report.verdict).toBe('differs');
    expect(row).toMatchObject({ got: 'accepted', verdict: 'new', decidedBy: 'wrong nonce' });
    expect(row?.steps).toEqual(['connect', 'key K0', 'LOCK TDI1', 'START TDI1, wrong nonce']);
  });

  test('the end of a session leaves the TDI as it was', async () => {
    const silent = { sessionEndHits: () => false, streamLossHits: () => false };
    const report = await against(await served(silent), { budget: 24 });
    expect(report.verdict).toBe('differs');
    const ran = { request: 'GET_STATE TDI', got: 'RUN', expected: ['CONFIG_UNLOCKED'] };
    // In the sequence that ended the session that end explains it; in the next one nothing does, and the row of the
    // first must not swallow it.
    expect(report.rows).toContainEqual(
      expect.objectContaining({ ...ran, verdict: 'known', deviation: 'session-ends-leave-tdi' }),
    );
    expect(report.rows).toContainEqual(expect.objectContaining({ ...ran, verdict: 'new' }));
  });

  test('LOCK without keys, and TDISP outside a session, are known of the emulator', async () => {
    const port = await served({
      lockKeys: () => true,
      lockSession: () => true,
      acceptsOutsideSession: () => true,
    });
    const report = await against(port, { budget: 8 });
    const names = new Set(report.rows.map(({ deviation }) => deviation));
    expect(names).toContain('lock-ignores-ide');
    expect(names).toContain('answers-outside-session');
  });
});

test('docs/conform.md shows the tables that one gets', async () => {
  const shown = blocksOf(textOf('docs/conform.md')).map(({ body }) => body);
  const url = 'tcp://127.0.0.1:2323';
  const style = { url, version: version(), strict: false, columns: 100, paint: paintFor(false) };
  const clean = conformText(await against(await served(), { budget: 10 }), style);
  expect(shown).toContain(`$ npx tdicheck conform ${url} --budget 10\n${clean}`);
  const faulty = conformText(
    await against(await served({ startNonce: () => true }), { budget: 10 }),
    style,
  );
  const parts = faulty.split(/^✓ {2}[\s\S]*?\n\n/m);
  expect(shown).toContain(parts.join(' …\n\n'));
});

describe('a peer that', () => {
  /** A server that does something to every connection, with the sockets that are open. */
  async function peer(
    attend: (socket: Socket) => void,
  ): Promise<{ port: number; open: Set<Socket> }> {
    const open = new Set<Socket>();
    const server: Server = createServer((socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => {});
      attend(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    ends.push(
      () =>
        new Promise((resolve) => {
          for (const socket of open) socket.destroy();
          server.close(resolve);
        }),
    );
    const address = server.address();
    return { port: typeof address === 'object' && address !== null ? address.port : 0, open };
  }

  test.each<[string, string, (socket: Socket) => void]>([
    ['hangs', 'time-out', (socket) => void socket.resume()],
    ['closes', 'closed', (socket) => void socket.once('data', () => socket.end())],
    [
      'floods',
      'garbage',
      (socket) => {
        const flood = Buffer.alloc(1 << 16, 0xff);
        const more = (): void => {
          while (!socket.destroyed && socket.write(flood));
        };
        socket.on('drain', more);
        more();
      },
    ],
    [
      'sends garbage',
      'garbage',
      (socket) => void socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ],
    [
      'answers what is no message',
      'malformed',
      (socket) =>
        void socket.on('data', () =>
          socket.write(Buffer.from('000000010000000200000004deadbeef', 'hex')),
        ),
    ],
  ])('%s gets a verdict: %s', async (_, got, attend) => {
    const { port, open } = await peer(attend);
    const began = performance.now();
    const report = await against(port, { answerMs: 200 });
    expect(report.verdict).toBe('differs');
    expect(report.rows[0]).toMatchObject({ request: 'KEY_EXCHANGE, FINISH', got, verdict: 'new' });
    expect(performance.now() - began).toBeLessThan(8000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(open.size).toBe(0);
  });

  test('is not there is an error of the caller', async () => {
    const { port } = await peer(() => {});
    for (const end of ends.splice(0)) await end();
    await expect(against(port)).rejects.toMatchObject({ syscall: 'connect' });
  });
});
