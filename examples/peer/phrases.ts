/** Runs of steps with a second device that several scenarios share. */
import { fabric, guest, host, type Phrase, phrase, tsm } from '../../harness/scenario.ts';
import type { Name } from '../../harness/telling.ts';
import { connected, enable, openDma, run } from '../phrases.ts';

type Tdi = Name<'Tdi'>;
type Guest = Name<'Guest'>;
type Page = Name<'Page'>;

/** The second device has a session and a Secure stream of its own. */
export const peerConnected = phrase('connect the second device', [
  tsm('peer.connect').accepted('connected').leaving('peer', { open: true }),
  tsm('peer.key').accepted('Secure').leaving('peer', { secure: true }),
]);

/** Bound to a guest and locked, ready for peer-to-peer. */
export const bindPeer = (to: Guest): Phrase =>
  phrase(`bind the second device to ${to}`, [
    host('peer.bind', { guest: to, flags: 'bindP2p' })
      .accepted('locked')
      .leaving('peer', { state: 'CONFIG_LOCKED', boundTo: to, flags: 'bindP2p', accepted: 'none' }),
  ]);

/** From CONFIG_LOCKED to RUN, with DMA to a private page of the guest. */
export const startPeer = (by: Guest, page: Page): Phrase =>
  phrase(`the second device runs for ${by}`, [
    guest('peer.evidence', { guest: by, whose: 'own' })
      .accepted('read')
      .leaving('peer', { evidence: 'current', foreign: false }),
    guest('peer.accept', { guest: by })
      .accepted('accepted')
      .leaving('peer', { accepted: 'current' }),
    host('peer.start').accepted('running').leaving('peer', { state: 'RUN' }),
    guest('peer.enable-dma', { guest: by }).accepted('open').leaving('peer', { dma: true }),
    host('peer.map', { page, space: 'private' })
      .accepted('mapped')
      .leaving(`peerDma.${page}`, { table: 'private' }),
  ]);

/** Both devices run for one guest; a TDI of the first was locked for peer-to-peer. */
export const bothRun = (tdi: Tdi, to: Guest, page: Page): Phrase =>
  phrase(`${tdi} and the second device run for ${to}`, [
    connected,
    enable(tdi),
    tsm('lock.p2p', { tdi, flags: 'bindP2p' })
      .accepted('chosen')
      .leaving(`p2pTdi.${tdi}`, { wants: 'bindP2p', flags: 'plain' }),
    run(tdi, to),
    openDma(tdi, to, page),
    peerConnected,
    bindPeer(to),
    startPeer(to, page),
  ]);

/** The stream between the devices has all keys, at both ends. */
export const p2pKeyed = phrase('key the stream between the devices', [
  tsm('p2p.key', { at: 'first', keys: 'all' })
    .accepted('first end keyed')
    .leaving('p2p', { first: 'current', peer: 'none', whole: true }),
  tsm('p2p.key', { at: 'peer', keys: 'all' })
    .accepted('second end keyed')
    .leaving('p2p', { peer: 'current' }),
]);

/** It is bound at both ends, and each has a translation to the other. */
export const p2pBound = (tdi: Tdi): Phrase =>
  phrase(`bind the stream between ${tdi} and the second device`, [
    p2pKeyed,
    tsm('p2p.bind', { tdi }).accepted('bound').leaving(`p2pTdi.${tdi}`, { bound: 'current' }),
    tsm('p2p.bind-peer').accepted('bound').leaving('p2p', { bound: 'current' }),
    tsm('p2p.translate', { tdi, way: 'toPeer' })
      .accepted('translated')
      .leaving(`p2pTdi.${tdi}`, { toPeer: 'current' }),
    tsm('p2p.translate', { tdi, way: 'fromPeer' })
      .accepted('translated')
      .leaving(`p2pTdi.${tdi}`, { fromPeer: 'current' }),
  ]);

/** The second device is given back, orderly; `mapped`: pages were mapped for it. */
export const unbindPeer = ({ mapped }: { mapped: boolean }): Phrase =>
  phrase('unbind the second device', [
    host('peer.unbind.begin')
      .accepted('DMA blocked')
      .leaving('peer', { teardown: true, dma: false, evidence: 'none', accepted: 'none' }),
    mapped
      ? fabric('peer.invalidate').accepted('completed')
      : fabric('peer.invalidate').refused('NOT_NEEDED'),
    host('peer.unbind.end').accepted('stopped').leaving('peer', {
      state: 'CONFIG_UNLOCKED',
      boundTo: 'nobody',
      teardown: false,
      holds: 'nobody',
    }),
  ]);
