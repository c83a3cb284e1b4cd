// Goal: what `graph` draws is what can be reached: known steps are there, others are not, and the whole graph has its counts.
import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ask, BIN } from './cli.fixture.ts';

const TD = ['graph', '--preset', 'td-launch', '--backend', 'kvm-tdx'];

describe('graph', () => {
  test('dot: the steps of a TDI, and no others', async () => {
    const { code, out, err } = await ask('graph', '--backend', 'base');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const names = new Map(
      [...out.matchAll(/(n\d+) \[label="tdi\.PF\.state (\w+)/g)].map(([, n = '', s = '']) => [
        n,
        s,
      ]),
    );
    const steps = [...out.matchAll(/(n\d+) -> (n\d+) \[label="(.*)"\]/g)].map(
      ([, a = '', b = '', rules]) => [`${names.get(a)} ${names.get(b)}`, rules] as const,
    );
    const rules = new Map(steps);
    expect([...names.values()].toSorted()).toEqual([
      'CONFIG_LOCKED',
      'CONFIG_UNLOCKED',
      'ERROR',
      'RUN',
    ]);
    expect(rules.get('CONFIG_UNLOCKED CONFIG_LOCKED')).toBe('tdisp.lock');
    expect(rules.get('CONFIG_LOCKED RUN')).toBe('tdisp.start');
    expect(rules.has('CONFIG_UNLOCKED RUN')).toBe(false);
    expect(rules.has('ERROR RUN')).toBe(false);
    expect(rules.get('RUN ERROR')).toMatch(/and \d+ more$/);
  });

  test('svg: a box for each node, an arrow for each edge, in layers', async () => {
    const dot = await ask(...TD, '--fields', 'td.kind,td.stage');
    const svg = await ask(...TD, '--fields', 'td.kind,td.stage', '--format', 'svg');
    const nodes = dot.out.match(/^ {2}n\d+ \[/gm) ?? [];
    const edges = dot.out.match(/ -> /g) ?? [];
    expect(nodes.length).toBeGreaterThan(4);
    expect(svg.out.match(/rx="8"/g)).toHaveLength(nodes.length);
    expect(svg.out.match(/marker-end/g)).toHaveLength(edges.length);
    const width = Number(svg.out.match(/width="([\d.]+)"/)?.[1]);
    const boxes = [...svg.out.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)];
    const placed = boxes.map(([, x, y, w]) => ({ x: Number(x), y: Number(y), w: Number(w) }));
    for (const [i, a] of placed.entries()) {
      expect(a.x + a.w).toBeLessThan(width);
      for (const b of placed.slice(i + 1))
        if (a.y === b.y) expect(a.x + a.w <= b.x || b.x + b.w <= a.x).toBe(true);
    }
    expect(new Set(placed.map((p) => p.y)).size).toBeGreaterThan(1);
  });

  test('aut: as many lines as its head says, of states that there are', async () => {
    const { code, out } = await ask(...TD, '--format', 'aut');
    expect(code).toBe(0);
    const [head = '', ...lines] = out.trimEnd().split('\n');
    const [, first, transitions, states] = head.match(/^des \((\d+), (\d+), (\d+)\)$/) ?? [];
    expect(first).toBe('0');
    expect(lines).toHaveLength(Number(transitions));
    const seen = new Set<number>([0]);
    for (const line of lines) {
      const [, from, to] = line.match(/^\((\d+), "[^"]+", (\d+)\)$/) ?? [];
      expect(from !== undefined && from !== to, line).toBe(true);
      seen.add(Number(to));
    }
    expect(seen.size).toBe(Number(states));
  });

  test('what cannot be drawn is said in one line', async () => {
    const field = await ask('graph', '--backend', 'base', '--fields', 'tdi.stat');
    expect(field).toMatchObject({ code: 2, out: '' });
    expect(field.err).toContain('did you mean tdi.state');
    const group = await ask('graph', '--fields', 'tsm');
    expect(group.err).toMatch(/expected one of tsm\.\w+, .*tsm\.cached/);
    const none = await ask('graph', '--fields', 'foo.bar');
    expect(none.code).toBe(2);
    expect(none.err).toMatch(/the groups are .*tdi, .*--fields GROUP shows/);
    const off = await ask(...TD, '--fields', 'tdi.state');
    expect(off.code).toBe(2);
    const many = await ask('graph', '--backend', 'base', '--states', '100');
    expect(many).toMatchObject({ code: 4, out: '' });
    expect(many.err).toMatch(/preset tiny has more than 100 states.*\n.*--states N/);
    const unused = await ask('graph', '--format', 'aut', '--fields', 'zzz');
    expect(unused).toMatchObject({ code: 2, out: '' });
    expect(unused.err).toContain('--fields and --format aut exclude each other');
    const fields =
      'td.kind,td.stage,td.vcpu,gpa.slot,gpa.sept,gpa.attribute,gpa.frame,gpa.measured,td.cpuid';
    const large = await ask(...TD, '--fields', fields);
    expect(large.code).toBe(2);
    expect(large.err).toContain('more than 200 nodes');
  });

  test('a reader that goes away is no error', async () => {
    const child = spawn(process.execPath, [BIN, ...TD, '--format', 'aut']);
    let err = '';
    child.stderr.on('data', (data) => {
      err += String(data);
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});
