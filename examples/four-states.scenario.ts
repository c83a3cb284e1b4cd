/**
 * The four states of a TDI, as a table that is tried cell by cell.
 *
 * Rows are the states; compare the cells with TDISP 11.2, 11.2.1 and 11.2.6, or tdisp-semantics 1.3
 * and 2.1. Every cell is a scenario of its own: VF1 is brought into the state, with everything
 * around it as permissive as it can be, the attempt is made, and the cell must say what it came to.
 *
 * How each state is reached. RUN: VF1 serves G1 with a private page and private MMIO, and holds a
 * secret of G1. ERROR: then the DSM fails. CONFIG_UNLOCKED: then VF1 leaves ERROR by itself, so
 * that the guest's mapping and the open DMA entry are still there. CONFIG_LOCKED: then VF1 is
 * locked again, and G1 accepts.
 */
import {
  device,
  fabric,
  guest,
  host,
  now,
  type Part,
  phrase,
  type Scenario,
  scenario,
  tsm,
  type Untold,
} from '../harness/scenario.ts';
import type { ClauseId } from '../model/clauses.ts';
import type { Literals, TdiState } from '../model/sorts.ts';
import { attest, connected, enable, openDma, openMmio, relock, run } from './phrases.ts';
import { readTable } from './table.ts';

/**
 * Configuration changes. `stays`: the write completes and the state stays as it is. `ERROR`: the
 * write completes and the TDI is in ERROR.
 */
const CONFIGURATION = `
  | state           | clear BME | clear MSE | set both | move BAR | same BAR | FLR   | PF FLR |
  | --------------- | --------- | --------- | -------- | -------- | -------- | ----- | ------ |
  | CONFIG_UNLOCKED | stays     | stays     | stays    | stays    | stays    | stays | stays  |
  | CONFIG_LOCKED   | ERROR     | ERROR     | stays    | ERROR    | stays    | ERROR | ERROR  |
  | RUN             | ERROR     | ERROR     | stays    | ERROR    | stays    | ERROR | ERROR  |
  | ERROR           | stays     | stays     | stays    | stays    | stays    | stays | stays  |
`;
/**
 * The same for registers by name; link is Link Status, PRI the page request capability, IDE stream
 * control.
 */
const REGISTERS = `
  | state           | AER   | MPS   | link  | tags  | BIST  | PASID | PRI   | SR-IOV | IDE   |
  | --------------- | ----- | ----- | ----- | ----- | ----- | ----- | ----- | ------ | ----- |
  | CONFIG_UNLOCKED | stays | stays | stays | stays | stays | stays | stays | stays  | stays |
  | CONFIG_LOCKED   | stays | stays | stays | ERROR | ERROR | ERROR | ERROR | ERROR  | ERROR |
  | RUN             | stays | stays | stays | ERROR | ERROR | ERROR | ERROR | ERROR  | ERROR |
  | ERROR           | stays | stays | stays | stays | stays | stays | stays | stays  | stays |
`;

/** DMA: what the TDI may send. A code says why it does not. */
const REQUESTER = `
  | state           | write T=0    | read T=0     | write T=1 | read T=1 | write T=1, shared |
  | --------------- | ------------ | ------------ | --------- | -------- | ----------------- |
  | CONFIG_UNLOCKED | sent         | sent         | NOT_RUN   | NOT_RUN  | NOT_RUN           |
  | CONFIG_LOCKED   | NOT_UNLOCKED | NOT_UNLOCKED | NOT_RUN   | NOT_RUN  | NOT_RUN           |
  | RUN             | NOT_UNLOCKED | NOT_UNLOCKED | sent      | sent     | sent              |
  | ERROR           | NOT_UNLOCKED | NOT_UNLOCKED | NOT_RUN   | NOT_RUN  | NOT_RUN           |
`;

/**
 * MMIO: what the TDI serves. T=1 comes from the guest through its private mapping, T=0 from the
 * host. While only locked there is no accepted mapping through which T=1 could come; T0_TO_TEE and
 * NOT_RUN are the device's rejections.
 */
const COMPLETER = `
  | state           | TEE T=1    | TEE T=0   | non-TEE T=1 | non-TEE T=0 | TEE T=1, other guest |
  | --------------- | ---------- | --------- | ----------- | ----------- | -------------------- |
  | CONFIG_UNLOCKED | NOT_RUN    | served    | served      | served      | NOT_MAPPED           |
  | CONFIG_LOCKED   | NOT_MAPPED | T0_TO_TEE | NOT_MAPPED  | served      | NOT_MAPPED           |
  | RUN             | served     | T0_TO_TEE | served      | served      | NOT_MAPPED           |
  | ERROR           | NOT_RUN    | T0_TO_TEE | served      | served      | NOT_MAPPED           |
`;

/**
 * Confidential data. Comes in: by the completion of a private read sent in RUN. Held: whose. Goes
 * out: in a T=0 write, which carries what the TDI holds.
 */
const CONFIDENTIAL = `
  | state           | comes in      | held   | goes out     |
  | --------------- | ------------- | ------ | ------------ |
  | CONFIG_UNLOCKED | INSECURE      | nobody | nobody       |
  | CONFIG_LOCKED   | BUSY          | nobody | NOT_UNLOCKED |
  | RUN             | G1            | G1     | NOT_UNLOCKED |
  | ERROR           | STALE_EPISODE | G1     | NOT_UNLOCKED |
`;

const serving = phrase('VF1 serves G1', [
  connected,
  enable('VF1'),
  run('VF1', 'G1'),
  openDma('VF1', 'G1', 'P1'),
  openMmio('VF1', 'G1'),
  guest('page.store', { page: 'P1', guest: 'G1' }).accepted('stored'),
]);
/** A private read that is answered; its completion, with a secret of G1, is under way. */
const readAnswered = phrase('a private read is answered', [
  device('dma.issue', { tdi: 'VF1', page: 'P1', access: 'read', traffic: 'private' }).accepted(
    'sent',
  ),
  fabric('fabric.deliver', { slot: 'S1' })
    .accepted('read')
    .leaving('tlp.S1', { kind: 'completion', data: 'G1' }),
]);
const arrives = fabric('fabric.deliver', { slot: 'S1' });
const running = phrase('VF1 in RUN, holding a secret of G1', [
  serving,
  readAnswered,
  arrives.accepted('completion').leaving('tdi.VF1', { state: 'RUN', holds: 'G1' }),
]);
const failure = device('device.error', { tdi: 'VF1' })
  .accepted('locked TDI')
  .leaving('tdi.VF1', { state: 'ERROR' });
const failed = phrase('VF1 in ERROR', [running, failure]);
const unlocked = phrase('VF1 unlocked by itself', [
  failed,
  device('device.leave-error', { tdi: 'VF1' })
    .accepted('unlocked')
    .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED' }),
]);
const locked = phrase('VF1 locked again', [
  unlocked,
  relock('VF1'),
  attest('VF1', 'G1'),
  host('mmio.map', { guest: 'G1', tdi: 'VF1' }).accepted('mapped'),
]);
const STATES: Readonly<Record<string, { readonly state: TdiState; readonly reached: Part }>> = {
  CONFIG_UNLOCKED: { state: 'CONFIG_UNLOCKED', reached: unlocked },
  CONFIG_LOCKED: { state: 'CONFIG_LOCKED', reached: locked },
  RUN: { state: 'RUN', reached: running },
  ERROR: { state: 'ERROR', reached: failed },
};

/** What a cell stands for: how it is tried, and what it says. */
type Cell = (state: TdiState, says: string) => readonly Part[];
const noSuch = (cell: string): never => {
  throw new Error(`four-states: no cell says '${cell}'`);
};
/** Tried in the state. */
const there =
  (tried: (state: TdiState, says: string) => Part): Cell =>
  (state, says) => [STATES[state]?.reached ?? noSuch(state), tried(state, says)];

/** A configuration change completes; the cell says what it does to the state. */
const change = (attempt: Untold): Cell =>
  there((state, says) =>
    attempt.accepted().leaving('tdi.VF1', {
      state: says === 'stays' ? state : says === 'ERROR' ? 'ERROR' : noSuch(says),
    }),
  );
const command = (bme: 0 | 1, mse: 0 | 1): Cell =>
  change(host('command.write', { tdi: 'VF1', bme, mse }));
const register = (name: Literals['Register'][number], tdi: 'VF1' | 'PF' = 'VF1'): Cell =>
  change(host('config.write', { tdi, register: name }));

/** A request is sent, or is not for the reason in the cell. */
const request = (access: 'write' | 'read', traffic: 'legacy' | 'shared' | 'private'): Cell =>
  there((state, says) => {
    const page = traffic === 'private' ? 'P1' : 'P3';
    const attempt = device('dma.issue', { tdi: 'VF1', page, access, traffic });
    const step =
      says === 'sent'
        ? attempt.accepted('sent').leaving('tlp.S1', { kind: access, traffic })
        : attempt.refused(says).leaving('tlp.S1', { kind: 'none' });
    return step.leaving('tdi.VF1', { state });
  });

/** An access is served, has no mapping to go through, or is rejected for the reason in the cell. */
const access = (attempt: Untold): Cell =>
  there((state, says) => {
    const rejected = says === 'NOT_MAPPED' ? attempt.refused(says) : attempt.dropped(says);
    return (says === 'served' ? attempt.accepted() : rejected).leaving('tdi.VF1', { state });
  });
const fromGuest = (by: 'G1' | 'G2', range: 'tee' | 'nonTee'): Cell =>
  access(guest('mmio.private', { guest: by, tdi: 'VF1', range }));
const fromHost = (range: 'tee' | 'nonTee'): Cell =>
  access(host('mmio.legacy', { tdi: 'VF1', range }));

/**
 * A completion arrives in the state. It cannot in CONFIG_LOCKED: LOCK is refused while a read is
 * open.
 */
const comesIn: Cell = (state, says) => {
  switch (state) {
    case 'RUN':
      return says === 'G1'
        ? [
            serving,
            readAnswered,
            arrives.accepted('completion').leaving('tdi.VF1', { holds: says }),
          ]
        : noSuch(says);
    case 'ERROR':
      return [
        serving,
        readAnswered,
        failure,
        arrives.dropped(says).leaving('tdi.VF1', { state, holds: 'nobody' }),
      ];
    case 'CONFIG_UNLOCKED':
      return [
        serving,
        readAnswered,
        host('reset.conventional').accepted('reset').leaving('tdi.VF1', { state }),
        arrives.dropped(says).leaving('tdi.VF1', { state, holds: 'nobody' }),
      ];
    case 'CONFIG_LOCKED':
      return [
        connected,
        enable('VF1'),
        device('dma.issue', { tdi: 'VF1', page: 'P3', access: 'read', traffic: 'legacy' }).accepted(
          'sent',
        ),
        arrives.accepted('legacy read').leaving('tlp.S1', { kind: 'completion' }),
        host('tsm.bind', { tdi: 'VF1', guest: 'G1', id: 'hosted' }).accepted('request made'),
        tsm('tdisp.lock', { tdi: 'VF1', entropy: 'enough' })
          .refused(says)
          .leaving('tdi.VF1', { state: 'CONFIG_UNLOCKED' }),
      ];
    default: {
      const never: never = state;
      return noSuch(never);
    }
  }
};
const held: Cell = there((_, says) =>
  now('tdi.VF1', { holds: says === 'G1' ? 'G1' : says === 'nobody' ? 'nobody' : noSuch(says) }),
);
const goesOut: Cell = there((_, says) => {
  const attempt = device('dma.issue', {
    tdi: 'VF1',
    page: 'P3',
    access: 'write',
    traffic: 'legacy',
  });
  return says === 'nobody'
    ? attempt.accepted('sent').leaving('tlp.S1', { kind: 'write', data: 'nobody' })
    : attempt.refused(says).leaving('tlp.S1', { kind: 'none' });
});

/** A scenario for every cell of a table. */
function scenariosOf(
  title: string,
  clauses: readonly ClauseId[],
  text: string,
  columns: Readonly<Record<string, Cell>>,
): readonly Scenario[] {
  const table = readTable(text);
  return table.rows.flatMap(({ name, cells }) =>
    table.columns.map((column) => {
      const cell = columns[column] ?? noSuch(column);
      const { state } = STATES[name] ?? noSuch(name);
      const says = cells[column] ?? '';
      return scenario(
        `four states, ${title}: ${state}, ${column}: ${says}`,
        {
          says: `A cell of the four-state table: ${title}, row ${state}, column ${column}.`,
          clauses: ['tdisp-states', ...clauses],
          readings: { autoErrorExit: 'yes' },
        },
        cell(state, says),
      );
    }),
  );
}

export const SCENARIOS: readonly Scenario[] = [
  ...scenariosOf('configuration', ['cfg-command', 'cfg-bar', 'rst-flr'], CONFIGURATION, {
    'clear BME': command(0, 1),
    'clear MSE': command(1, 0),
    'set both': command(1, 1),
    'move BAR': change(host('bar.write', { tdi: 'VF1', place: 'moved' })),
    'same BAR': change(host('bar.write', { tdi: 'VF1', place: 'home' })),
    FLR: change(host('reset.flr', { tdi: 'VF1' })),
    'PF FLR': change(host('reset.flr', { tdi: 'PF' })),
  }),
  ...scenariosOf('registers', ['cfg-registers', 'ide-registers'], REGISTERS, {
    AER: register('aerStatus'),
    MPS: register('deviceControlMps'),
    link: register('linkStatus'),
    tags: register('deviceControlTags'),
    BIST: register('bist'),
    PASID: register('pasid'),
    PRI: register('pageRequest'),
    'SR-IOV': register('sriov', 'PF'),
    IDE: register('ideStreamControl'),
  }),
  ...scenariosOf('DMA', ['tdisp-requester'], REQUESTER, {
    'write T=0': request('write', 'legacy'),
    'read T=0': request('read', 'legacy'),
    'write T=1': request('write', 'private'),
    'read T=1': request('read', 'private'),
    'write T=1, shared': request('write', 'shared'),
  }),
  ...scenariosOf('MMIO', ['tdisp-completer', 'mmio-tee'], COMPLETER, {
    'TEE T=1': fromGuest('G1', 'tee'),
    'TEE T=0': fromHost('tee'),
    'non-TEE T=1': fromGuest('G1', 'nonTee'),
    'non-TEE T=0': fromHost('nonTee'),
    'TEE T=1, other guest': fromGuest('G2', 'tee'),
  }),
  ...scenariosOf(
    'confidential data',
    ['tdisp-run-episode', 'tdisp-stop', 'tdisp-lock-drains'],
    CONFIDENTIAL,
    {
      'comes in': comesIn,
      held,
      'goes out': goesOut,
    },
  ),
];
