// Goal: what TypeScript refuses in a scenario. Method: each wrong line is expected not to compile.
import { guest, host, now, type Part, tsm } from './scenario.ts';

const parts: Part[] = [];
parts.push(
  host('command.write', { tdi: 'VF1', bme: 1, mse: 0 })
    .accepted()
    .leaving('tdi.VF1', { state: 'ERROR', nonce: 'past', holds: 'G2' })
    .leaving('dma.PF.P3', { flush: 'pending' })
    .keeping('stream', 'guest.G1.VF2'),
  now('relay', { tdi: 'nobody', place: 'home' }).and('tlp.S1', { keySet: 'none', page: 'P1' }),
);
/** The row of a member whose name is not literal is typed as well. */
export const locked = (tdi: 'PF' | `VF${number}`): Part =>
  now(`tdi.${tdi}`, { state: 'CONFIG_LOCKED' });

// @ts-expect-error an attempt of which nothing is said is no step
parts.push(host('reset.conventional'));
// @ts-expect-error no such role
host('command.write', { device: 'VF1' });
// @ts-expect-error a guest where a TDI is meant
host('reset.flr', { tdi: 'G1' });
// @ts-expect-error no such choice
guest('mmio.private', { guest: 'G1', tdi: 'VF1', range: 'all' });
// @ts-expect-error no such record
tsm('ide.set-go', { keySet: 'K0' }).accepted().leaving('tdi.G1', { bme: true });
// @ts-expect-error no such field
now('tdi.VF1', { colour: 'red' });
// @ts-expect-error no such value
now('tdi.VF1', { state: 'LOCKED' });
// @ts-expect-error counters of episodes have no value to tell
now('tdi.VF1', { lock: 1 });
// @ts-expect-error a guest where a page is meant
now('tlp.S1', { page: 'G1' });
