/** Runs of steps that scenarios of TD launches share. */
import { host, type Part, type Phrase, phrase } from '../../harness/scenario.ts';
import type { Name } from '../../harness/telling.ts';

type Guest = Name<'Guest'>;
type Page = Name<'Page'>;

/** Of a TD: everything before its memory. */
export const readyForMemory = (g: Guest): Phrase =>
  phrase(`${g} is a TD with a vCPU`, [
    host('tsm.tdx-check-type', { kind: 'td' }).accepted('supported'),
    host('tsm.tdx-create-vm', { guest: g, kind: 'td' }).accepted('created'),
    host('tsm.tdx-capabilities', { guest: g }).accepted('told'),
    host('tsm.tdx-init-vm', { guest: g })
      .accepted('initialised')
      .leaving(`td.${g}`, { stage: 'initialised', hwError: false }),
    host('tsm.tdx-create-vcpu', { guest: g }).accepted('created'),
    host('tsm.tdx-init-vcpu', { guest: g }).accepted('initialised'),
    host('tsm.tdx-set-cpuid', { guest: g, cpuid: 'asInitialised' }).accepted('set'),
  ]);
/** A private page without anything in it. */
export const privatePage = (g: Guest, p: Page): Phrase =>
  phrase(`${p} of ${g} is private`, [
    host('tsm.tdx-set-slot', { guest: g, page: p, change: 'create' }).accepted('made'),
    host('tsm.tdx-set-attribute', { guest: g, page: p, space: 'private' })
      .accepted('converted')
      .leaving(`gpa.${g}.${p}`, { attribute: 'private', sept: 'absent', frame: 'zero' }),
  ]);
/** A page of the image, measured. */
export const addsMeasured = (g: Guest, p: Page): Part =>
  host('tsm.tdx-add-page', { guest: g, page: p, measure: 'measured' })
    .accepted('added and measured')
    .leaving(`gpa.${g}.${p}`, { sept: 'accepted', frame: 'image', measured: true });
/** A TD with one measured page runs. */
export const runs = (g: Guest, p: Page): Phrase =>
  phrase(`TD ${g} runs`, [
    readyForMemory(g),
    privatePage(g, p),
    addsMeasured(g, p),
    host('tsm.tdx-finalize', { guest: g })
      .accepted('finalised')
      .leaving(`td.${g}`, { stage: 'finalised' }),
    host('tsm.tdx-run', { guest: g }).accepted('runs').leaving(`td.${g}`, { running: true }),
  ]);
/** A normal VM with one page runs. */
export const normalVmRuns = (g: Guest, p: Page): Phrase =>
  phrase(`normal VM ${g} runs`, [
    host('tsm.tdx-create-vm', { guest: g, kind: 'legacy' }).accepted('created'),
    host('tsm.tdx-create-vcpu', { guest: g }).accepted('created'),
    host('tsm.tdx-set-slot', { guest: g, page: p, change: 'create' }).accepted('made'),
    host('tsm.tdx-run', { guest: g }).accepted('runs'),
  ]);
