/**
 * What must be possible: a run in which one of these is never reached shows a model, or a subject,
 * that is too strict.
 */
import {
  accepted,
  actor,
  entered,
  is,
  someEntered,
  someFell,
  someWent,
  tlpOf,
  was,
  wasLocked,
} from './helpers.ts';
import { type Property, reach, type Step } from './property.ts';

/** A T=1 request of a running TDI was served. */
const servedInRun = (s: Step, traffic: 'private' | 'shared'): boolean => {
  if (!accepted(s, 'fabric.deliver')) return false;
  const tlp = tlpOf(s);
  return (
    tlp.kind !== 'completion' &&
    tlp.traffic === traffic &&
    tlp.tdi !== null &&
    was(s, tlp.tdi) === 'RUN'
  );
};
/** The function written to fell from a locked state to ERROR. */
const actorFell = (s: Step, rule: string): boolean =>
  accepted(s, rule) && wasLocked(s, actor(s)) && is(s, actor(s)) === 'ERROR';
/** Some TDI fell while none is named in the attempt. */
const fellBy = (s: Step, rule: string): boolean => s.rule === rule && someFell(s);

export const REACH: readonly Property[] = [
  /** RUN with DMA to private memory, end to end. */
  reach({
    id: 'reach-run',
    title: 'A TDI in RUN reaches private memory of its guest',
    clauses: ['tdisp-start', 'private-dma'],
    reads: ['tdi.state', 'tlp.kind', 'tlp.traffic', 'tlp.tdi'],
    rules: ['fabric.deliver'],
    reached: (s) => servedInRun(s, 'private'),
  }),
  /** RUN with T=1 DMA to a page that the guest shares with the host. */
  reach({
    id: 'reach-shared-in-run',
    title: 'A TDI in RUN reaches shared memory',
    clauses: ['tdisp-requester', 'iommu-table'],
    reads: ['tdi.state', 'tlp.kind', 'tlp.traffic', 'tlp.tdi'],
    rules: ['fabric.deliver'],
    reached: (s) => servedInRun(s, 'shared'),
  }),
  /** A private read and its completion, in RUN. */
  reach({
    id: 'reach-read-in-run',
    title: 'A TDI in RUN reads private memory and takes the completion in',
    clauses: ['tdisp-run-episode'],
    facets: ['reads'],
    reads: ['tlp.kind', 'tlp.traffic'],
    rules: ['fabric.deliver'],
    reached: (s) => {
      if (!accepted(s, 'fabric.deliver')) return false;
      const tlp = tlpOf(s);
      return tlp.kind === 'completion' && tlp.traffic === 'private';
    },
  }),
  /**
   * The same TDI serves one guest after the other. Seen when it starts for one while another has
   * once accepted it; whether a reset came in between is not remembered.
   */
  reach({
    id: 'reach-two-tenants',
    title: 'A TDI runs for one guest and later for another',
    clauses: ['verb-unbind', 'tsm-one-guest'],
    sizes: { Guest: 2 },
    reads: ['tdi.state', 'tsm.boundTo', 'guest.accepted'],
    rules: ['tdisp.start'],
    reached: (s) => {
      for (let t = 0; t < s.after.tdi.length; t++) {
        if (!entered(s, t, 'RUN')) continue;
        const { boundTo } = s.after.tsm[t]!;
        for (let g = 0; g < s.after.guest.length && boundTo !== null; g++)
          if (g !== boundTo && s.after.guest[g]![t]!.accepted !== null) return true;
      }
      return false;
    },
  }),
  /** A legacy VM uses an unlocked TDI with T=0 DMA to shared memory. */
  reach({
    id: 'reach-legacy',
    title: 'An unlocked TDI reaches shared memory by T=0 DMA',
    clauses: ['tdisp-requester'],
    facets: ['legacy'],
    reads: ['tlp.kind', 'tlp.traffic'],
    rules: ['fabric.deliver'],
    reached: (s) =>
      accepted(s, 'fabric.deliver') && tlpOf(s).traffic === 'legacy' && tlpOf(s).kind === 'write',
  }),
  /** Sending moves to the other key set in RUN, with traffic under the first still in flight. */
  reach({
    id: 'reach-refresh-in-run',
    title: 'Keys are refreshed in RUN with traffic in flight',
    clauses: ['ide-refresh'],
    facets: ['refresh'],
    reads: ['stream.sending', 'tdi.state', 'tlp.kind', 'tlp.keySet'],
    rules: ['ide.switch'],
    reached: (s) => {
      if (!accepted(s, 'ide.switch') || s.after.tlp[0]!.kind === 'none') return false;
      for (let t = 0; t < s.after.tdi.length; t++)
        if (is(s, t) === 'RUN' && s.after.tlp[0]!.keySet === s.before.stream.sending) return true;
      return false;
    },
  }),
  /** What was sent under the first set lands after the switch. */
  reach({
    id: 'reach-old-set-drains',
    title: 'After the switch of a key refresh, what was sent before still lands',
    clauses: ['ide-refresh'],
    facets: ['refresh'],
    reads: ['stream.sending', 'tlp.keySet', 'tlp.traffic'],
    rules: ['fabric.deliver'],
    reached: (s) =>
      accepted(s, 'fabric.deliver') &&
      tlpOf(s).traffic !== 'legacy' &&
      tlpOf(s).keySet !== s.before.stream.sending,
  }),
  /** A TDI that failed is stopped and may be used again. */
  reach({
    id: 'reach-recovery-by-stop',
    title: 'A TDI in ERROR is stopped and unlocked',
    clauses: ['tdisp-stop', 'tdisp-error'],
    reads: ['tdi.state'],
    rules: ['tdisp.stop.end'],
    reached: (s) => s.rule === 'tdisp.stop.end' && someWent(s, 'ERROR', 'CONFIG_UNLOCKED'),
  }),
  /** A TDI that was taken back by force serves again after STOP. */
  reach({
    id: 'reach-recovery-of-lost',
    title: 'A TDI that was unbound by force is stopped and trusted again',
    clauses: ['tsm-force'],
    facets: ['force'],
    reads: ['tsm.lost'],
    rules: ['tsm.return'],
    reached: (s) => {
      for (let t = 0; t < s.after.tsm.length; t++)
        if (s.before.tsm[t]!.lost && !s.after.tsm[t]!.lost) return true;
      return false;
    },
  }),
  /** Private MMIO, mapped, accepted and used. */
  reach({
    id: 'reach-private-mmio',
    title: 'A guest uses the TEE range of its running TDI through its private mapping',
    clauses: ['tdisp-completer', 'mmio-accept'],
    facets: ['mmio', 'mse'],
    reads: ['tdi.state'],
    rules: ['mmio.private'],
    reached: (s) =>
      accepted(s, 'mmio.private') && s.args.range === 'tee' && was(s, actor(s)) === 'RUN',
  }),
  /** One reach property for each row of tdisp-semantics 2 that this slice has. */
  reach({
    id: 'reach-error-bme',
    title: 'ERROR is reached by clearing BME',
    clauses: ['cfg-command'],
    reads: ['tdi.state', 'tdi.bme'],
    rules: ['command.write'],
    reached: (s) => actorFell(s, 'command.write') && s.before.tdi[actor(s)]!.bme,
  }),
  reach({
    id: 'reach-error-mse',
    title: 'ERROR is reached by clearing MSE alone',
    clauses: ['cfg-command'],
    facets: ['mse'],
    reads: ['tdi.state', 'tdi.mse'],
    rules: ['command.write'],
    reached: (s) =>
      actorFell(s, 'command.write') && s.before.tdi[actor(s)]!.mse && s.args.bme === 1,
  }),
  reach({
    id: 'reach-error-bar',
    title: 'ERROR is reached by moving a BAR',
    clauses: ['cfg-bar'],
    facets: ['bar'],
    reads: ['tdi.state'],
    rules: ['bar.write'],
    reached: (s) => actorFell(s, 'bar.write'),
  }),
  reach({
    id: 'reach-error-register',
    title: 'ERROR is reached by a tracked register',
    clauses: ['cfg-registers'],
    facets: ['registers'],
    reads: ['tdi.state'],
    rules: ['config.write', 'config.set'],
    reached: (s) => actorFell(s, 'config.write') || actorFell(s, 'config.set'),
  }),
  reach({
    id: 'reach-error-flr',
    title: 'ERROR is reached by FLR',
    clauses: ['rst-flr'],
    reads: ['tdi.state'],
    rules: ['reset.flr'],
    reached: (s) => actorFell(s, 'reset.flr'),
  }),
  reach({
    id: 'reach-error-stream',
    title: 'ERROR is reached by the loss of the stream alone',
    clauses: ['tdisp-stream-loss'],
    reads: ['tdi.state', 'stream.secure', 'session.phase'],
    rules: [],
    reached: (s) =>
      someFell(s) &&
      s.before.stream.secure &&
      !s.after.stream.secure &&
      s.after.session.phase === 'established',
  }),
  reach({
    id: 'reach-error-session',
    title: 'ERROR is reached by the end of the session',
    clauses: ['tdisp-session-end'],
    reads: ['tdi.state'],
    rules: ['spdm.session.end'],
    reached: (s) => fellBy(s, 'spdm.session.end'),
  }),
  reach({
    id: 'reach-error-internal',
    title: 'ERROR is reached by a failure of the device itself',
    clauses: ['tdisp-internal-error'],
    reads: ['tdi.state'],
    rules: ['device.error'],
    reached: (s) => fellBy(s, 'device.error'),
  }),
  /** A whole life: locked again after it has been in RUN. */
  reach({
    id: 'reach-relock',
    title: 'A TDI is locked again after it was stopped',
    clauses: ['tdisp-lock', 'lock-session'],
    reads: ['tdi.state', 'tsm.lockSession', 'guest.accepted'],
    rules: ['tdisp.lock'],
    reached: (s) => {
      if (!someEntered(s, 'CONFIG_LOCKED')) return false;
      const t = actor(s);
      for (let g = 0; g < s.after.guest.length; g++)
        if (
          s.after.guest[g]![t]!.accepted !== null &&
          s.after.guest[g]![t]!.accepted !== s.after.tsm[t]!.lockSession
        )
          return true;
      return false;
    },
  }),
  reach({
    id: 'reach-error-power',
    title: 'ERROR is reached by a loss of power',
    clauses: ['cfg-power'],
    facets: ['registers'],
    reads: ['tdi.state'],
    rules: ['power.write'],
    reached: (s) => actorFell(s, 'power.write'),
  }),
  reach({
    id: 'reach-error-requester-id',
    title: 'ERROR is reached by renumbering the bus',
    clauses: ['cfg-requester'],
    facets: ['registers'],
    reads: ['tdi.state'],
    rules: ['requester.change'],
    reached: (s) => fellBy(s, 'requester.change'),
  }),
  reach({
    id: 'reach-error-bad-data',
    title: 'ERROR is reached by what comes in for a TDI',
    clauses: ['tdisp-poison'],
    facets: ['events'],
    reads: ['tdi.state'],
    rules: ['device.receive'],
    reached: (s) => actorFell(s, 'device.receive'),
  }),
  reach({
    id: 'reach-error-link',
    title: 'ERROR is reached by the loss of the link',
    clauses: ['link-down'],
    facets: ['events'],
    reads: ['tdi.state'],
    rules: ['link.down'],
    reached: (s) => fellBy(s, 'link.down'),
  }),
  reach({
    id: 'reach-error-doe',
    title: 'ERROR is reached by a DOE error',
    clauses: ['doe-error'],
    facets: ['events'],
    reads: ['tdi.state'],
    rules: ['spdm.doe-error'],
    reached: (s) => fellBy(s, 'spdm.doe-error'),
  }),
  reach({
    id: 'reach-error-root-port',
    title: 'ERROR is reached by a register of the root port',
    clauses: ['port-tracked'],
    facets: ['rootport'],
    reads: ['tdi.state'],
    rules: ['port.write'],
    reached: (s) => fellBy(s, 'port.write'),
  }),
  reach({
    id: 'reach-error-debug',
    title: 'ERROR is reached by enabling debug',
    clauses: ['dbg-enable'],
    facets: ['firmware'],
    reads: ['tdi.state'],
    rules: ['debug.enable'],
    reached: (s) => fellBy(s, 'debug.enable'),
  }),
  /** A run-time update that disturbs nobody, where the device can. */
  reach({
    id: 'reach-update-live',
    title: 'Firmware is updated under a TDI in RUN that goes on',
    clauses: ['fw-update'],
    facets: ['firmware'],
    reads: ['tdi.state'],
    rules: ['firmware.update'],
    reached: (s) => {
      for (let t = 0; t < s.after.tdi.length; t++)
        if (accepted(s, 'firmware.update') && is(s, t) === 'RUN') return true;
      return false;
    },
  }),
];
