/**
 * `device` and `conform` as processes over loopback: verdicts and exit codes, peers that do what no peer should, and
 * that nothing of them is left.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { frameBytes } from '../socket/frames.ts';
import { type Answer, ask, askChild, BIN, emptyFolder } from './cli.fixture.ts';

const HOST = '127.0.0.1';
const folder = emptyFolder();
const cwd = folder.path;
afterAll(() => folder.remove());
/** What still runs when a test has failed. */
const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface Process {
  /** What it has said on stderr so far. */
  readonly said: () => string;
  readonly kill: (signal: NodeJS.Signals) => boolean;
  /** Once it is gone. */
  readonly ended: Promise<Answer>;
}
function processOf(...argv: string[]): Process {
  const child = spawn(process.execPath, [BIN, ...argv], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  ends.push(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => {
    out += String(data);
  });
  child.stderr.on('data', (data) => {
    err += String(data);
  });
  const ended = new Promise<Answer>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
  return { said: () => err, kill: (signal) => child.kill(signal), ended };
}
/** Waits until a process has said something. */
const until = (p: Process, pattern: RegExp): Promise<RegExpExecArray> =>
  vi.waitUntil(() => pattern.exec(p.said()), { timeout: 20_000, interval: 20 });

/** `tdicheck device` on a free port, once it listens. */
async function deviceProcess(
  ...options: string[]
): Promise<Process & { readonly url: string; readonly port: number }> {
  const device = processOf('device', '--listen', `${HOST}:0`, ...options);
  const [, url = '', digits] = await until(device, /(tcp:\/\/[\d.]+:(\d+))\n/);
  return { ...device, url, port: Number(digits) };
}
const conformChild = (url: string, ...options: string[]): Promise<Answer> =>
  askChild(['conform', url, ...options], { cwd });
/** Whether somebody listens there. */
const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST, () => resolve(true));
    socket.on('connect', () => socket.destroy());
    socket.on('error', () => resolve(false));
  });

describe('a device', () => {
  test('of ours conforms; Ctrl-C ends it, whoever is connected, and frees its port', async () => {
    const device = await deviceProcess();
    const { code, out, err } = await conformChild(device.url, '--budget', '4', '--format', 'json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { rows, ...report } = JSON.parse(out);
    expect(report).toMatchObject({
      url: device.url,
      verdict: 'conforms',
      exitCode: 0,
      seed: 1,
      sequences: 4,
      lost: null,
    });
    expect(rows.length).toBeGreaterThan(30);
    expect(new Set(rows.map((r: { verdict: string }) => r.verdict))).toEqual(new Set(['conforms']));

    const idle = connect(device.port, HOST);
    await once(idle, 'connect');
    device.kill('SIGINT');
    const gone = await device.ended;
    expect(gone).toMatchObject({ code: 0, out: '' });
    expect(gone.err).toMatch(/^tdicheck: session 0x[0-9a-f]{8} established$/m);
    expect(gone.err).toMatch(/^tdicheck: ended$/m);
    expect(await listens(device.port)).toBe(false);
    idle.destroy();
  });

  test('with a fault differs, and the shortest way to it is told', async () => {
    const device = await deviceProcess('--mutant', 'nonce-not-compared');
    const { code, out } = await conformChild(device.url, '--budget', '8');
    expect(code).toBe(5);
    expect(out).toMatch(
      /^✗ +tdisp-start +START TDI, wrong nonce: wrong nonce +\d+ +INVALID_NONCE: got accepted$/m,
    );
    expect(out).toContain(
      [
        'START TDI, wrong nonce: expected INVALID_NONCE, got accepted',
        '  1  connect',
        '  2  key K0',
        '  3  LOCK TDI1',
        '  4  START TDI1, wrong nonce',
      ].join('\n'),
    );
    expect(out).toContain('✗ differs  exit code 5');
    const socket = connect(device.port, HOST, () => void socket.write(frameBytes('SHUTDOWN')));
    expect((await device.ended).err).toMatch(/^tdicheck: ended by SHUTDOWN$/m);
    expect((await device.ended).code).toBe(0);
  });

  test('cannot have a port that is taken', async () => {
    const server = createServer().listen(0, HOST);
    ends.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, err } = await ask('device', '--listen', `${HOST}:${port}`);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^tdicheck: --listen 127\.0\.0\.1:\d+ cannot be had\n {2}.*EADDRINUSE.*\n$/,
    );
  });
});

describe('conform', () => {
  /** A server that does something to every connection, with the sockets that are open. */
  async function peer(
    attend: (socket: Socket) => void,
  ): Promise<{ url: string; open: Set<Socket> }> {
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => {});
      attend(socket);
    }).listen(0, HOST);
    ends.push(() => {
      for (const socket of open) socket.destroy();
      server.close();
    });
    await once(server, 'listening');
    return { url: `tcp://${HOST}:${(server.address() as AddressInfo).port}`, open };
  }
  const floods = (socket: Socket): void => {
    const flood = Buffer.alloc(1 << 16, 0xff);
    const more = (): void => {
      while (!socket.destroyed && socket.write(flood));
    };
    socket.on('drain', more);
    more();
  };

  test.each<[string, string, (socket: Socket) => void]>([
    ['hangs', 'time-out', (socket) => void socket.resume()],
    ['closes', 'closed', (socket) => void socket.once('data', () => socket.end())],
    ['floods', 'garbage', floods],
    ['sends garbage', 'garbage', (s) => void s.on('data', () => s.write('HTTP/1.1 400\r\n\r\n'))],
  ])('gives a verdict of a peer that %s: %s', async (_, got, attend) => {
    const { url, open } = await peer(attend);
    const { code, out } = await conformChild(
      ...[url, '--timeout', '150', '--budget', '9', '--format', 'json'],
    );
    expect(code).toBe(5);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ verdict: 'differs', exitCode: 5 });
    expect(report.lost).toBe(`the peer was lost 3 times: ${got}`);
    expect(report.rows[0]).toMatchObject({ request: 'KEY_EXCHANGE, FINISH', got, verdict: 'new' });
    await vi.waitUntil(() => open.size === 0);
  });

  test('ends at Ctrl-C with what it has; a second one ends it at once', async () => {
    const device = await deviceProcess();
    const conform = processOf('conform', device.url, '--budget', '1000000', '--format', 'json');
    await until(device, /established/);
    conform.kill('SIGINT');
    const interrupted = await conform.ended;
    expect(interrupted.code).toBe(130);
    const report = JSON.parse(interrupted.out);
    expect(report).toMatchObject({ verdict: 'interrupted', exitCode: 130, lost: null });
    expect(report.sequences).toBeGreaterThan(0);
    device.kill('SIGTERM');

    const { url, open } = await peer((socket) => void socket.resume());
    const waiting = processOf('conform', url, '--timeout', '600000');
    await vi.waitUntil(() => open.size > 0, { timeout: 20_000 });
    waiting.kill('SIGINT');
    await until(waiting, /Ctrl-C again ends at once/);
    waiting.kill('SIGINT');
    expect((await waiting.ended).code).toBe(130);
    await vi.waitUntil(() => open.size === 0);
  });
});

const bad: readonly (readonly string[])[] = [
  ['device', '--listen', '0.0.0.0:0'],
  ['device', '--listen', '127.0.0.1'],
  ['device', '--listen', '127.0.0.1:70000'],
  ['device', '--profile', 'emulater'],
  ['device', '--mutant', 'verbs-for-anybody'],
  ['device', '--mutant', 'no-such-fault'],
  ['device', 'extra'],
  ['conform'],
  ['conform', '127.0.0.1:2323'],
  ['conform', 'tcp://127.0.0.1'],
  ['conform', 'tcp://192.0.2.1:2323'],
  ['conform', 'tcp://127.0.0.1:1'],
  ['conform', 'tcp://127.0.0.1:1', '--timeout', '0'],
  ['conform', 'tcp://127.0.0.1:1', '--budget', 'many'],
];
test.each(bad.map((argv) => [argv.join(' '), argv] as const))('bad input: %s', async (_, argv) => {
  const { code, out, err } = await ask(...argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^tdicheck: [^ ].*\n( {2}[^ ].*\n){1,2}$/);
});
