// Goal: every TDISP request in every state comes to what tdisp-semantics 1.2 says, LOCK checks
// everything that 1.4 lists, and a refused request leaves the TDI as it was.
// Method: VF1 is brought into the state by a scenario; then a request is put into the relay by
// hand, for no TSM sends one that it knows to be illegal. The model answers, and the packed engine
// must answer alike.
import { describe, expect, test } from 'vitest';
import { Stage } from '../harness/play.ts';
import {
  device,
  host,
  type NamedArgs,
  now,
  type Part,
  phrase,
  scenario,
  tsm,
} from '../harness/scenario.ts';
import { rulesOf, setupOf } from '../harness/setup.ts';
import type { Literals } from '../model/sorts.ts';
import type { Attempt, Result } from '../model/step.ts';
import { BASE } from '../model/vendors/base.ts';
import { PRESETS, type World } from '../model/world.ts';
import { PROPERTIES } from '../properties/index.ts';
import {
  attest,
  beginUnbind,
  bind,
  connect,
  connected,
  enable,
  key,
  run,
  start,
} from './phrases.ts';
import { readTable } from './table.ts';

type Request = Exclude<Literals['Request'][number], 'reportPart' | 'setAttribute'>;
const VF1 = 1;
const preset = PRESETS.find((p) => p.id === 'small');
if (preset === undefined) throw new Error('legality.test: no preset small');
const stage = new Stage(PROPERTIES);
const setup = setupOf(BASE, preset, []);
const rules = new Map(rulesOf(BASE).map((r) => [r.id, r]));

/** The world that some steps, each of them asserted, lead to. */
const after = (...parts: readonly Part[]): World =>
  stage.play(scenario('on the way', { says: 'On the way to a state.', clauses: [] }, parts));

const RULE: Readonly<Record<Request, string>> = {
  lock: 'tdisp.lock',
  report: 'tdisp.report',
  state: 'tdisp.state',
  start: 'tdisp.start',
  stop: 'tdisp.stop.begin',
};
/** The world with a request of the TSM about VF1 on its way to the device. */
const carrying = (world: World, request: Request, change: Partial<World['relay']> = {}): World => ({
  ...world,
  relay: {
    ...world.relay,
    stage: 'request',
    request,
    tdi: VF1 as World['relay']['tdi'],
    session: world.session.generation,
    foreign: false,
    ok: false,
    episode: request === 'start' ? (world.tdi[VF1]?.lock ?? null) : null,
    ...change,
  },
});

/** Carries a request to the device; the engine must answer as the model does. */
function carry(world: World, request: Request, args: NamedArgs = {}) {
  const rule = rules.get(RULE[request]);
  if (rule === undefined) throw new Error(`carry: no rule ${RULE[request]}`);
  const given = 'entropy' in rule.over ? { entropy: args.entropy ?? 'enough' } : {};
  const attempt: Attempt = { rule, args: { tdi: VF1, ...given } };
  const result = setup.model.attempt(attempt, world);
  const permitted =
    result.outcome.is === 'refused' ? [...setup.model.permitted(attempt, world)].sort() : [];
  agreesWithEngine(attempt, world, result);
  return { ...result, permitted, name: rule.cases[result.at]?.name };
}
function agreesWithEngine(attempt: Attempt, before: World, { at, world }: Result): void {
  const pack = (w: World): Int32Array => {
    const words = new Int32Array(setup.layout.wordCount);
    setup.codec.pack(w, words);
    return words;
  };
  const engine = setup.compiler.engine([attempt]);
  const got = new Int32Array(setup.layout.wordCount);
  expect(engine.step(0, pack(before), got)).toBe(at);
  expect(got).toEqual(pack(world));
}
/** A refusal changes the answer on its way and nothing else. */
function expectOnlyAnswered(before: World, result: Result): void {
  const { relay: _, ...rest } = result.world;
  const { relay: __, ...restBefore } = before;
  expect(rest).toEqual(restBefore);
  expect(result.world.relay).toEqual({ ...before.relay, stage: 'response', ok: false });
}

const locked = phrase('VF1 locked', [connected, enable('VF1'), bind('VF1', 'G1')]);
const running = phrase('VF1 in RUN', [connected, enable('VF1'), run('VF1', 'G1')]);
const draining = phrase('a STOP drains', [
  beginUnbind('VF1'),
  host('tsm.unbind.stop', { tdi: 'VF1' }).accepted(),
  tsm('tdisp.stop.begin', { tdi: 'VF1' }).accepted('draining'),
]);
const STATES: Readonly<Record<string, World>> = {
  CONFIG_UNLOCKED: after(connected, enable('VF1'), now('tdi.VF1', { state: 'CONFIG_UNLOCKED' })),
  CONFIG_LOCKED: after(locked, now('tdi.VF1', { state: 'CONFIG_LOCKED' })),
  RUN: after(running, now('tdi.VF1', { state: 'RUN' })),
  ERROR: after(
    running,
    device('device.error', { tdi: 'VF1' }).accepted('locked TDI'),
    now('tdi.VF1', { state: 'ERROR' }),
  ),
  'RUN, STOP drains': after(running, draining, now('tdi.VF1', { state: 'RUN', stop: 'draining' })),
  'RUN, STOP drained': after(
    running,
    draining,
    device('tdisp.stop.drain', { tdi: 'VF1' }).accepted('drained'),
    now('tdi.VF1', { state: 'RUN', stop: 'drained' }),
  ),
  'LOCKED, STOP drains': after(
    locked,
    draining,
    now('tdi.VF1', { state: 'CONFIG_LOCKED', stop: 'draining' }),
  ),
};

/**
 * The table of tdisp-semantics 1.2. A cell names the case that accepts, or the codes that may be
 * given; STOP is served in several steps, of which the first is meant. IIS stands for
 * INVALID_INTERFACE_STATE.
 */
const LEGALITY = readTable(`
  | state               | lock     | report | state    | start          | stop     |
  | ------------------- | -------- | ------ | -------- | -------------- | -------- |
  | CONFIG_UNLOCKED     | locked   | IIS    | answered | IIS NONCE      | draining |
  | CONFIG_LOCKED       | IIS      | served | answered | running        | draining |
  | RUN                 | IIS      | served | answered | IIS NONCE      | draining |
  | ERROR               | IIS      | IIS    | answered | IIS NONCE      | draining |
  | RUN, STOP drains    | BUSY IIS | BUSY   | answered | BUSY IIS NONCE | BUSY     |
  | RUN, STOP drained   | BUSY IIS | BUSY   | answered | BUSY IIS NONCE | BUSY     |
  | LOCKED, STOP drains | BUSY IIS | BUSY   | answered | BUSY           | BUSY     |
`);
const FULL: Readonly<Record<string, string>> = {
  IIS: 'INVALID_INTERFACE_STATE',
  NONCE: 'INVALID_NONCE',
};

describe('requests in states (1.2)', () => {
  const cases = LEGALITY.rows.flatMap(({ name, cells }) =>
    LEGALITY.columns.map((request) => ({
      state: name,
      request: request as Request,
      cell: cells[request] ?? '',
    })),
  );
  test.each(cases)('$request in $state: $cell', ({ state, request, cell }) => {
    const reached = STATES[state];
    if (reached === undefined) throw new Error(`no state ${state}`);
    const before = carrying(reached, request);
    const result = carry(before, request);
    if (result.outcome.is === 'accepted') {
      expect(result.name).toBe(cell);
      return;
    }
    expect(result.outcome.is).toBe('refused');
    const codes = cell.split(' ').map((code) => FULL[code] ?? code);
    expect(result.permitted).toEqual(codes.sort());
    expect(codes).toContain(result.outcome.is === 'refused' ? result.outcome.code : '');
    expectOnlyAnswered(before, result);
  });
});

/**
 * A world that the host reached while VF1 is unlocked, and what is changed in it by hand, where it
 * cannot.
 */
interface LockCheck {
  readonly bullet: string;
  readonly parts?: readonly Part[];
  readonly change?: (w: World) => World;
  readonly request?: Partial<World['relay']>;
  readonly entropy?: 'none';
  readonly codes: readonly string[];
}
const setup1 = (setupOfStream: Literals['StreamSetup'][number]): Part =>
  host('ide.setup', { setup: setupOfStream })
    .accepted('changed')
    .leaving('stream', { setup: setupOfStream });
const config = (value: Literals['Config'][number]): Part =>
  host('config.set', { tdi: 'VF1', config: value })
    .accepted('plain write')
    .leaving('tdi.VF1', { config: value });
const overlap = host('bar.write', { tdi: 'VF1', place: 'overlapping' }).accepted('plain write');
const withKeys = (w: World, change: Partial<World['keySet'][number]>): World => ({
  ...w,
  keySet: w.keySet.map((k, i) => (i === 0 ? { ...k, ...change } : k)),
});
const inFlight = device('dma.issue', {
  tdi: 'VF1',
  page: 'P3',
  access: 'write',
  traffic: 'legacy',
}).accepted('sent');

const REQUEST = 'INVALID_REQUEST';
const CONFIGURATION = 'INVALID_DEVICE_CONFIGURATION';
const LOCK_CHECKS: readonly LockCheck[] = [
  { bullet: 'INTERFACE_ID not hosted', request: { foreign: true }, codes: ['INVALID_INTERFACE'] },
  {
    bullet: 'not the default stream',
    parts: [setup1('idMismatch')],
    codes: [REQUEST, CONFIGURATION],
  },
  {
    bullet: 'two default streams',
    parts: [setup1('twoDefaults')],
    codes: [REQUEST, CONFIGURATION],
  },
  {
    bullet: 'default stream not on TC0',
    parts: [setup1('otherTrafficClass')],
    codes: [REQUEST, CONFIGURATION],
  },
  {
    bullet: 'no key for posted requests',
    change: (w) => withKeys(w, { PR: false }),
    codes: [REQUEST, CONFIGURATION],
  },
  {
    bullet: 'no key for non-posted requests',
    change: (w) => withKeys(w, { NPR: false }),
    codes: [REQUEST, CONFIGURATION],
  },
  {
    bullet: 'no key for completions',
    change: (w) => withKeys(w, { CPL: false }),
    codes: [REQUEST, CONFIGURATION],
  },
  {
    bullet: 'keys gone since the TSM asked',
    parts: [host('ide.enable', { level: 0 }).accepted('disabled')],
    codes: [REQUEST, CONFIGURATION],
  },
  {
    bullet: 'a key of another session',
    change: (w) => withKeys(w, { session: w.session.generation - 1 }),
    codes: [REQUEST, CONFIGURATION],
  },
  {
    bullet: 'phantom functions',
    parts: [config('phantomFunctions')],
    codes: [REQUEST, CONFIGURATION],
  },
  { bullet: 'BARs overlap', parts: [overlap], codes: [REQUEST, CONFIGURATION] },
  {
    bullet: 'resizable BAR size',
    parts: [config('resizableBarSize')],
    codes: [REQUEST, CONFIGURATION],
  },
  {
    bullet: 'SR-IOV system page size',
    parts: [config('systemPageSize')],
    codes: [REQUEST, CONFIGURATION],
  },
  { bullet: 'cache line size', parts: [config('cacheLineSize')], codes: [REQUEST, CONFIGURATION] },
  { bullet: 'TPH ST mode', parts: [config('tphMode')], codes: [REQUEST, CONFIGURATION] },
  {
    bullet: 'device memory not protected',
    parts: [config('deviceMemory')],
    codes: [REQUEST, CONFIGURATION],
  },
  { bullet: 'no nonce to be had', entropy: 'none', codes: ['INSUFFICIENT_ENTROPY'] },
  { bullet: 'earlier work in flight', parts: [inFlight], codes: ['BUSY'] },
  {
    bullet: 'two faults at once: either code',
    parts: [setup1('twoDefaults'), config('tphMode')],
    codes: [REQUEST, CONFIGURATION],
  },
  {
    bullet: 'everything wrong at once: any code',
    parts: [setup1('idMismatch'), overlap, inFlight],
    request: { foreign: true },
    entropy: 'none',
    codes: ['INVALID_INTERFACE', 'BUSY', REQUEST, CONFIGURATION, 'INSUFFICIENT_ENTROPY'],
  },
];

describe('checks of LOCK (1.4)', () => {
  const lock = ({
    parts = [],
    change = (w) => w,
    request,
    entropy = undefined,
  }: Omit<LockCheck, 'bullet' | 'codes'>) => {
    const before = carrying(change(after(connected, enable('VF1'), ...parts)), 'lock', request);
    return { before, result: carry(before, 'lock', entropy === undefined ? {} : { entropy }) };
  };

  test('nothing wrong: locked, with a fresh nonce over this session', () => {
    const { before, result } = lock({});
    expect(result.outcome.is).toBe('accepted');
    const [was, is] = [before.tdi[VF1], result.world.tdi[VF1]];
    expect(is).toEqual({
      ...was,
      state: 'CONFIG_LOCKED',
      lock: (was?.lock ?? 0) + 1,
      nonce: (was?.lock ?? 0) + 1,
      session: before.session.generation,
    });
  });
  test.each(LOCK_CHECKS)('$bullet: $codes', ({ codes, ...check }) => {
    const { before, result } = lock(check);
    expect(result.outcome.is).toBe('refused');
    expect(result.permitted).toEqual([...codes].sort());
    expectOnlyAnswered(before, result);
  });
  test('LOCK of a locked TDI leaves the nonce as it is', () => {
    const before = carrying(STATES.CONFIG_LOCKED as World, 'lock');
    const { world } = carry(before, 'lock');
    expect(world.tdi[VF1]?.nonce).toBe(before.tdi[VF1]?.nonce);
  });
});

describe('checks of START (1.2, 1.5)', () => {
  const again = after(
    locked,
    attest('VF1', 'G1'),
    start('VF1'),
    host('reset.conventional').accepted('reset'),
    host('tsm.notice').accepted('noticed'),
    host('ide.enable', { level: 0 }).accepted('disabled'),
    connect,
    key('K0'),
    host('ide.enable', { level: 1 }).accepted('enabled'),
    host('tsm.relock', { tdi: 'VF1' }).accepted('request made'),
    tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' }).accepted('locked'),
  );
  const startWith = (episode: number | null, change: (w: World) => World = (w) => w) => {
    const before = carrying(change(again), 'start', { episode });
    return { before, result: carry(before, 'start') };
  };
  const live = again.tdi[VF1]?.lock ?? 0;

  test('the live nonce: RUN, and the nonce is used up', () => {
    const { result } = startWith(live);
    expect(result.outcome.is).toBe('accepted');
    expect(result.world.tdi[VF1]).toMatchObject({ state: 'RUN', nonce: null });
  });
  test.each([
    { nonce: 'of the lock episode before', episode: live - 1 },
    { nonce: 'none', episode: null },
  ])('a wrong nonce, $nonce: INVALID_NONCE, and it stays locked', ({ episode }) => {
    const { before, result } = startWith(episode);
    expect(result.permitted).toEqual(['INVALID_NONCE']);
    expectOnlyAnswered(before, result);
    expect(result.world.tdi[VF1]).toMatchObject({ state: 'CONFIG_LOCKED', nonce: live });
  });
  test('the stream is Insecure: INVALID_REQUEST', () => {
    const { before, result } = startWith(live, (w) => ({
      ...w,
      stream: { ...w.stream, secure: false },
    }));
    expect(result.permitted).toEqual(['INVALID_REQUEST']);
    expectOnlyAnswered(before, result);
  });
});

describe('transport (11.2.2)', () => {
  const requests = ['lock', 'report', 'state', 'start', 'stop'] as const;
  test.each(requests)('%s over a dead session is dropped, and nothing changes', (request) => {
    const world = STATES.CONFIG_LOCKED as World;
    const before = carrying(world, request, { session: world.session.generation - 1 });
    const { outcome, world: left } = carry(before, request);
    expect(outcome).toEqual({ is: 'dropped', code: 'NO_SESSION' });
    expect(left).toEqual(before);
  });
});
