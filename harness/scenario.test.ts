// Goal: a scenario that says something wrong does not pass, and its message says what and where.
// Method: small scenarios with one thing wrong each; the texts are asserted in full where a reader
// sees them.
import { describe, expect, test } from 'vitest';
import { COMMON_RULES } from '../model/rules/index.ts';
import { BASE } from '../model/vendors/base.ts';
import { invariant, type Property } from '../properties/property.ts';
import { ScenarioFailure, Stage } from './play.ts';
import {
  device,
  host,
  type NamedArgs,
  now,
  nowAsAtPowerOnBut,
  type Part,
  phrase,
  ROLES,
  type Scenario,
  scenario,
  tsm,
} from './scenario.ts';

const stage = new Stage([]);
const make = (...parts: readonly Part[]): Scenario =>
  scenario('trial', { says: 'A trial.', clauses: [], preset: 'tiny' }, parts);
/** What playing says; undefined: it passes. */
const told = (on: Stage, ...parts: readonly Part[]): string | undefined => {
  try {
    on.play(make(...parts));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};
const connect = phrase('connect', [
  tsm('spdm.connect.begin').accepted(),
  tsm('spdm.connect.end').accepted(),
]);
const setBme = host('command.write', { tdi: 'PF', bme: 1, mse: 0 });

describe('a scenario that cannot be attempted is not made', () => {
  test.each<[string, Part, string]>([
    [
      'unknown rule',
      device('device.sulk').accepted(),
      'device device.sulk: no such rule; those of the device are',
    ],
    [
      'wrong party',
      tsm('reset.conventional').accepted(),
      'tsm reset.conventional: it is the host that attempts it',
    ],
    [
      'missing argument',
      host('command.write', { tdi: 'PF', bme: 1 }).accepted(),
      'host command.write (tdi PF, bme 1): it needs mse, a Level',
    ],
    [
      'stray argument',
      host('reset.flr', { tdi: 'PF', page: 'P1' }).accepted(),
      'host reset.flr (tdi PF, page P1): it has no page, only tdi',
    ],
    [
      'member that the preset lacks',
      host('reset.flr', { tdi: 'VF7' }).accepted(),
      'host reset.flr (tdi VF7): memberNamed: no Tdi VF7 in preset tiny, only PF',
    ],
    [
      'choice that the preset lacks',
      device('dma.issue', { tdi: 'PF', page: 'P1', access: 'read', traffic: 'private' }).accepted(),
      'access read is none of write in preset tiny',
    ],
    [
      'rule of a facet that is off',
      host('device.remove').accepted(),
      'host device.remove: facet removal is off in preset tiny',
    ],
    [
      'code that no case has',
      setBme.refused('TOO_LATE'),
      'host command.write (tdi PF, bme 1, mse 0): no case of it is refused TOO_LATE',
    ],
    [
      'case that does not exist',
      setBme.accepted('clear under lock'),
      "no case of it is accepted 'clear under lock'",
    ],
    [
      'record that the preset lacks',
      setBme.accepted().keeping('tdi.VF1'),
      'tdi.VF1 cannot be told in preset tiny',
    ],
    [
      'state of a record that the preset lacks',
      now('page.P2', { accepted: true }),
      'page.P2.accepted cannot be told',
    ],
  ])('%s', (_, part, message) => {
    expect(() => make(connect, part)).toThrow(`scenario: 'trial', step 3, `);
    expect(() => make(connect, part)).toThrow(message);
  });
  test('unknown preset', () => {
    expect(() => scenario('trial', { says: '', clauses: [], preset: 'huge' }, [])).toThrow(
      "scenario: 'trial': no preset huge",
    );
  });
});

describe('a scenario that is wrong does not pass', () => {
  test('what is right passes', () => {
    const parts = [
      connect,
      setBme.accepted('plain write').leaving('tdi.PF', { bme: true }).keeping('session', 'stream'),
      now('tdi.PF', { state: 'CONFIG_UNLOCKED' }).and('link', { session: 'current' }),
      nowAsAtPowerOnBut('tdi.PF', { bme: true })
        .and('session', { phase: 'established' })
        .and('link', { session: 'current' }),
    ];
    expect(told(stage, ...parts)).toBeUndefined();
  });
  test('another outcome', () => {
    expect(told(stage, connect, host('tsm.bind', { tdi: 'PF', guest: 'G1' }).accepted())).toBe(
      [
        'trial: step 3 of 3',
        '  tried     host tsm.bind (tdi PF, guest G1)',
        '  expected  accepted',
        '  got       refused NOT_SECURE (the stream is not Secure)',
        '  state     PF U · stream Insecure · session established · relay idle',
      ].join('\n'),
    );
  });
  test('a failure of a scenario is told apart from a bug of ours', () => {
    expect(() => stage.play(make(setBme.accepted('clears under lock')))).toThrow(ScenarioFailure);
  });
  test('another code, another case', () => {
    const bind = host('tsm.bind', { tdi: 'PF', guest: 'G1' });
    expect(told(stage, connect, bind.refused('BOUND'))).toContain('got       refused NOT_SECURE');
    expect(told(stage, host('reset.conventional').accepted('reset'))).toBeUndefined();
    expect(told(stage, setBme.accepted('clears under lock'))).toContain(
      'got       accepted (plain write)',
    );
    expect(told(stage, tsm('ide.set-go', { keySet: 'K0' }).refused('NOT_KEYED'))).toContain(
      'got       dropped NO_SESSION',
    );
  });
  test('another state after a step, in a phrase', () => {
    const step = setBme.accepted().leaving('tdi.PF', { bme: false });
    expect(told(stage, phrase('outer', [connect, phrase('inner', [step])]))).toBe(
      [
        "trial: step 3 of 3, in 'outer', in 'inner'",
        '  tried     host command.write (tdi PF, bme 1, mse 0)',
        '  expected  tdi.PF.bme false',
        '  got       tdi.PF.bme true',
        '  state     PF U · stream Insecure · session established · relay idle',
      ].join('\n'),
    );
  });
  test('a record that was to be kept', () => {
    expect(told(stage, setBme.accepted().keeping('session', 'tdi.PF'))).toContain(
      'expected  session, tdi.PF as before\n  got       tdi.PF.bme changed',
    );
  });
  test('a look at the state', () => {
    expect(told(stage, connect, now('link', { session: 'past' }))).toContain(
      'tried     the state\n  expected  link.session past\n  got       link.session current',
    );
  });
  test('a field that is not as at power-on', () => {
    const parts = [connect, setBme.accepted()];
    expect(told(stage, ...parts, nowAsAtPowerOnBut('session', { phase: 'established' }))).toContain(
      'expected  tdi.PF.bme false\n  got       tdi.PF.bme true',
    );
  });
  test('a property that is violated', () => {
    const never: Property = invariant({
      id: 'no-bus-master',
      title: 'No bus mastering',
      clauses: [],
      reads: ['tdi.bme'],
      holds: (w) => w.tdi.every((t) => !t.bme),
      witnesses: {},
      why: () => 'PF masters the bus',
    });
    expect(told(new Stage([never]), connect, setBme.accepted())).toBe(
      [
        'trial: step 3 of 3',
        '  tried     host command.write (tdi PF, bme 1, mse 0)',
        '  model     violates no-bus-master: PF masters the bus',
      ].join('\n'),
    );
  });
});

test('what a scenario says is one line', () => {
  const says = ` The host writes,
    and nothing happens. `;
  expect(scenario('trial', { says, clauses: [] }, []).says).toBe(
    'The host writes, and nothing happens.',
  );
});

describe('roles', () => {
  test('every role of every rule means one sort', () => {
    const known: Readonly<Record<string, string>> = ROLES;
    const wrong = [...COMMON_RULES, ...BASE.rules].flatMap(({ id, over }) =>
      Object.entries(over).flatMap(([role, sort]) =>
        known[role] === sort ? [] : [`${id} ${role}: ${sort}`],
      ),
    );
    expect(wrong).toEqual([]);
  });
  test('what is ordinary may be left out, and nothing else', () => {
    const without: NamedArgs = { tdi: 'PF' };
    expect(() => make(tsm('tdisp.lock', without).accepted())).not.toThrow();
    expect(() => make(host('reset.flr').accepted())).toThrow('it needs tdi, a Tdi');
  });
});
