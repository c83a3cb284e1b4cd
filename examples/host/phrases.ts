/** Runs of steps that the scenarios of the host share. */
import { host, type Phrase, phrase } from '../../harness/scenario.ts';
import type { Name } from '../../harness/telling.ts';
import { bind } from '../phrases.ts';

type Tdi = Name<'Tdi'>;
type Guest = Name<'Guest'>;
type Page = Name<'Page'>;

/** The kernel connects: it reads back that the stream is Secure. */
export const connectHost = phrase('the kernel connects', [
  host('dsm.connect').accepted('connected').leaving('dsm', { context: 'connected' }),
]);

/** V1 to V5: a function is handed to a VM, with a neutral table entry. */
export const assign = (tdi: Tdi, to: Guest): Phrase =>
  phrase(`assign ${tdi} to the VM of ${to}`, [
    host('vfio.driver', { tdi, driver: 'vfio' }).accepted('bound'),
    host('vfio.open', { tdi, guest: to }).accepted('opened'),
    host('vfio.attach', { tdi }).accepted('neutral entry'),
    host('vfio.vdevice', { tdi })
      .accepted('allocated')
      .leaving(`fn.${tdi}`, { opener: to, iommufd: 'vdevice', dte: 'shared', bar: 'mappable' }),
  ]);

/** V9: prepared by the kernel, done by the TSM, recorded by the kernel. */
export const bindInOrder = (tdi: Tdi, to: Guest): Phrase =>
  phrase(`bind ${tdi} to ${to} in order`, [
    host('vfio.bind.begin', { tdi })
      .accepted('prepared')
      .leaving(`fn.${tdi}`, { bound: 'binding', dte: 'secure', bar: 'revoked' }),
    bind(tdi, to),
    host('vfio.bind.end', { tdi }).accepted('bound').leaving(`fn.${tdi}`, { bound: 'yes' }),
  ]);

/** From unbound to closed, the newest object first. */
export const release = (tdi: Tdi): Phrase =>
  phrase(`release ${tdi}`, [
    host('vfio.detach', { tdi }).refused('EBUSY', 'it has a vdevice'),
    host('vfio.vdevice.destroy', { tdi }).accepted('destroyed'),
    host('vfio.close', { tdi }).refused('EBUSY', 'attached'),
    host('vfio.detach', { tdi }).accepted('detached').leaving(`fn.${tdi}`, { dte: 'off' }),
    host('vfio.close', { tdi }).accepted('closed').leaving(`fn.${tdi}`, { opener: 'nobody' }),
  ]);

/** The VM that is there at power-on is destroyed, and a new one is created. */
export const newVm = (guest: Guest): Phrase =>
  phrase(`a new VM of ${guest}`, [
    host('vm.destroy.begin', { guest }).accepted('dying'),
    host('vm.destroy.end', { guest }).accepted('gone').leaving(`vm.${guest}`, { phase: 'gone' }),
    host('vm.create', { guest }).accepted('created'),
    host('vm.launch.start', { guest })
      .accepted('started')
      .leaving(`vm.${guest}`, { phase: 'launching' }),
  ]);

/** One page is added to the image, the launch is finished, and the VM runs. */
export const launch = (guest: Guest, page: Page): Phrase =>
  phrase(`launch the VM of ${guest} with ${page}`, [
    host('vm.launch.update', { guest, page, contents: 'normal' })
      .accepted('added')
      .leaving(`page.${page}`, { owner: guest, accepted: true })
      .leaving(`image.${page}`, { measured: 'current' }),
    host('vm.launch.finish', { guest }).accepted('finished'),
    host('vm.run', { guest }).accepted('runs').leaving(`vm.${guest}`, { phase: 'running' }),
  ]);
