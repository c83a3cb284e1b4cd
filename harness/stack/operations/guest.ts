/** Guests, private MMIO, and the TSM's verbs. */
import { ACCEPTED, DROPPED, refused, type StackOutcome } from '../outcome.ts';
import { barPlace, FUNCTIONS, mmioAddress, NON_TEE_RANGE, STREAM, TEE_RANGE } from '../platform.ts';
import type { StackWorld } from '../world.ts';
import type { Operations } from './operation.ts';

function dealing(w: StackWorld, guest: number, tdi: number) {
  const found = w.guests[guest]?.[tdi];
  if (found === undefined) throw new RangeError(`dealing: guest ${guest} and TDI ${tdi}`);
  return found;
}
function readEvidence(w: StackWorld, guest: number, tdi: number): StackOutcome {
  const no = w.tsm.callerProblem(tdi, guest);
  if (no !== undefined) return no;
  if (w.tsm.of(tdi).report === undefined) return refused('NO_REPORT');
  dealing(w, guest, tdi).evidence = w.tsm.of(tdi).lockSession;
  return ACCEPTED;
}
function accept(w: StackWorld, guest: number, tdi: number): StackOutcome {
  const no = w.tsm.callerProblem(tdi, guest);
  if (no !== undefined) return no;
  const mine = dealing(w, guest, tdi);
  const held = w.tsm.of(tdi);
  if (mine.evidence === undefined) return refused('NO_EVIDENCE');
  if (mine.evidence !== held.lockSession) return refused('STALE_EVIDENCE');
  if (held.cached !== 'CONFIG_LOCKED') return refused('NOT_LOCKED');
  mine.accepted = held.lockSession;
  held.accepted = true;
  return ACCEPTED;
}
/** Why a guest may not open anything to a TDI. */
function notRunning(w: StackWorld, guest: number, tdi: number): StackOutcome | undefined {
  const held = w.tsm.of(tdi);
  if (dealing(w, guest, tdi).accepted !== held.lockSession) return refused('NOT_ACCEPTED');
  return held.cached === 'RUN' ? undefined : refused('NOT_RUN');
}
function enableDma(w: StackWorld, guest: number, tdi: number): StackOutcome {
  const no = w.tsm.callerProblem(tdi, guest) ?? notRunning(w, guest, tdi);
  if (no !== undefined) return no;
  w.tsm.openDma(tdi, guest);
  return ACCEPTED;
}

function mapMmio(w: StackWorld, guest: number, tdi: number): StackOutcome {
  const no = w.tsm.callerProblem(tdi, guest);
  if (no !== undefined) return no;
  const held = w.tsm.of(tdi);
  if (held.nonce === undefined) return refused('NOT_LOCKED');
  if (held.mmio !== undefined) return refused('MAPPED');
  held.mmio = { guest, place: tdi === 0 ? barPlace(w.device) : 'home', accepted: false };
  return ACCEPTED;
}
function unmapMmio(w: StackWorld, tdi: number): StackOutcome {
  const held = w.tsm.of(tdi);
  if (held.mmio === undefined) return refused('NOT_MAPPED');
  if (held.boundTo !== null && held.teardown === 'none') return refused('BOUND');
  held.mmio = undefined;
  return ACCEPTED;
}
function acceptMmio(w: StackWorld, guest: number, tdi: number): StackOutcome {
  const no = w.tsm.callerProblem(tdi, guest);
  if (no !== undefined) return no;
  const { mmio, report } = w.tsm.of(tdi);
  if (mmio?.guest !== guest) return refused('NOT_MAPPED');
  const not = notRunning(w, guest, tdi);
  if (not !== undefined) return not;
  if (mmio.place !== (report?.place ?? 'home')) return refused('MISMATCH');
  mmio.accepted = true;
  return ACCEPTED;
}

const WRITTEN = 0x5a;
/** A write of one word to a range of the PF; accepted if it has come to be in the device's memory. */
function touch(w: StackWorld, address: bigint, range: 'tee' | 'nonTee', t: boolean): StackOutcome {
  const memory = w.device.memory(
    FUNCTIONS[0] as number,
    range === 'tee' ? TEE_RANGE : NON_TEE_RANGE,
  );
  const data = new Uint8Array(4).fill(WRITTEN);
  const bytes = w.rootPort.mmioWrite({ address, t, stream: t ? STREAM : undefined }, data);
  if (bytes === undefined) return DROPPED;
  const before = memory.slice(0, data.length);
  w.device.receive(bytes);
  const served = memory[0] === WRITTEN;
  memory.set(before);
  return served ? ACCEPTED : DROPPED;
}
function privateMmio(
  w: StackWorld,
  guest: number,
  tdi: number,
  range: 'tee' | 'nonTee',
): StackOutcome {
  const { mmio } = w.tsm.of(tdi);
  if (mmio?.guest !== guest || !mmio.accepted) return refused('NOT_MAPPED');
  return touch(w, mmioAddress(mmio.place, range), range, true);
}

const rangeOf = (range: unknown): 'tee' | 'nonTee' => (range === 'nonTee' ? 'nonTee' : 'tee');
export const GUEST_OPERATIONS: Operations = {
  'guest.evidence': (w, { guest, tdi }) => readEvidence(w, Number(guest), Number(tdi)),
  'guest.accept': (w, { guest, tdi }) => accept(w, Number(guest), Number(tdi)),
  'guest.enable-dma': (w, { guest, tdi }) => enableDma(w, Number(guest), Number(tdi)),
  'mmio.map': (w, { guest, tdi }) => mapMmio(w, Number(guest), Number(tdi)),
  'mmio.unmap': (w, { tdi }) => unmapMmio(w, Number(tdi)),
  'mmio.accept': (w, { guest, tdi }) => acceptMmio(w, Number(guest), Number(tdi)),
  'mmio.private': (w, { guest, tdi, range }) =>
    privateMmio(w, Number(guest), Number(tdi), rangeOf(range)),
  'mmio.legacy': (w, { range }) =>
    touch(w, mmioAddress(barPlace(w.device), rangeOf(range)), rangeOf(range), false),
  'tsm.bind': (w, { tdi, guest, id }) => w.tsm.bind(Number(tdi), Number(guest), id === 'foreign'),
  'tsm.relock': (w, { tdi }) => w.tsm.relock(Number(tdi)),
  'tsm.report': (w, { tdi }) => w.tsm.report(Number(tdi)),
  'tsm.poll': (w, { tdi }) => w.tsm.poll(Number(tdi)),
  'tsm.start': (w, { tdi }) => w.tsm.start(Number(tdi)),
  'tsm.unbind.begin': (w, { tdi }) => w.tsm.unbindBegin(Number(tdi)),
  'tsm.unbind.stop': (w, { tdi }) => w.tsm.unbindStop(Number(tdi)),
  'tsm.unbind.end': (w, { tdi }) =>
    w.tsm.unbindEnd(Number(tdi), w.hasFlying(Number(tdi), ['write'])),
  'tsm.unbind.force': (w, { tdi }) => w.tsm.unbindForce(Number(tdi)),
  'tsm.return': (w) => w.tsm.takeAnswer(),
};
