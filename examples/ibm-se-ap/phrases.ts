/** Runs of steps that scenarios of AP queues share. */
import { device, guest, host, type Phrase, phrase } from '../../harness/scenario.ts';
import type { Name } from '../../harness/telling.ts';

type Guest = Name<'Guest'>;
type Queue = Name<'Queue'>;
type Secret = Name<'Secret'>;

/** A guest starts, and its owner's secret comes into its store. */
export const startsWith = (g: Guest, x: Secret): Phrase =>
  phrase(`${g} starts with ${x} in its store`, [
    host('tsm.ap-guest-start', { guest: g }).accepted('started'),
    guest('tsm.ap-prepare', { guest: g, secret: x }).accepted('made'),
    guest('tsm.ap-add-secret', { guest: g, secret: x, blob: 'intact' }).accepted('added'),
  ]);
/** A reset is through, and the driver goes on to idle. */
export const becomesIdle = (g: Guest, q: Queue): Phrase =>
  phrase(`the driver of ${g} gets ${q} ready`, [
    guest('tsm.ap-poll', { guest: g, queue: q }).refused('EBUSY', 'the reset runs'),
    device('tsm.ap-reset-end', { queue: q }).accepted('through'),
    guest('tsm.ap-poll', { guest: g, queue: q }).accepted('reset is through'),
    guest('tsm.ap-poll', { guest: g, queue: q })
      .accepted('interrupts are on')
      .leaving(`driver.${g}.${q}`, { device: 'operating', state: 'idle', index: 'none' }),
  ]);
/** The driver of a guest finds a queue that the host has assigned to it. */
export const findsQueue = (g: Guest, q: Queue): Phrase =>
  phrase(`${g} finds ${q}`, [
    guest('tsm.ap-poll', { guest: g, queue: q }).accepted('found'),
    guest('tsm.ap-poll', { guest: g, queue: q }).accepted('begins a reset'),
    becomesIdle(g, q),
  ]);
/** From a queue that is free and idle to one that is associated. */
export const bindsAndAssociates = (g: Guest, q: Queue, x: Secret): Phrase =>
  phrase(`${g} binds ${q} and associates it with ${x}`, [
    guest('tsm.ap-bind', { guest: g, queue: q })
      .accepted('bound')
      .leaving(`queue.${q}`, { holder: g }),
    guest('tsm.ap-associate', { guest: g, queue: q, secret: x })
      .accepted('pending')
      .leaving(`queue.${q}`, { secret: x, association: 'pending' })
      .leaving(`driver.${g}.${q}`, { state: 'assocWait', index: x }),
    guest('tsm.ap-poll', { guest: g, queue: q }).refused('EAGAIN', 'the association is pending'),
    device('tsm.ap-associate.end', { queue: q, end: 'done' }).accepted('well'),
    guest('tsm.ap-poll', { guest: g, queue: q })
      .accepted('the association is through')
      .leaving(`driver.${g}.${q}`, { state: 'idle', index: x }),
  ]);
/** All of it, for a queue that is assigned to nobody. */
export const serves = (g: Guest, q: Queue, x: Secret): Phrase =>
  phrase(`${q} serves ${g}`, [
    startsWith(g, x),
    host('tsm.ap-assign', { guest: g, queue: q }).accepted('assigned'),
    findsQueue(g, q),
    bindsAndAssociates(g, q, x),
  ]);
/** A key is made in the session of the secret. */
export const makesKey = (g: Guest, q: Queue, x: Secret): Phrase =>
  phrase(`${g} makes a key`, [
    guest('tsm.ap-send', { guest: g, queue: q, work: 'generate' }).accepted('sent'),
    device('tsm.ap-process', { queue: q })
      .accepted('a key made')
      .leaving(`secret.${x}`, { keys: 'current' }),
    guest('tsm.ap-receive', { guest: g, queue: q }).accepted('taken'),
  ]);
