/**
 * What a strip has a column for: the TDIs of a PCIe world, the queues of a world of AP queues, the VMs of a world
 * of launches. One letter says how far each is.
 */
import type { IndexSort } from '../../model/sorts.ts';
import { isOn, nameOf, type Preset, type World } from '../../model/world.ts';

/** How a letter is painted: nothing yet, on the way, in use, lost. */
export type Shade = 'none' | 'some' | 'good' | 'bad';
export interface Letter {
  readonly letter: string;
  readonly shade: Shade;
}
interface Kind {
  readonly sort: IndexSort;
  /** The letter of a member in a world. */
  readonly letter: (w: World, i: number) => Letter;
  /** Fields, as "group.field", that the letter tells completely. */
  readonly tells: readonly string[];
}

const at = <T>(rows: readonly T[], i: number): T => {
  const found = rows[i];
  if (found === undefined) throw new RangeError(`columns: no member ${i}`);
  return found;
};

const TDI_LETTERS: Readonly<Record<World['tdi'][number]['state'], Letter>> = {
  CONFIG_UNLOCKED: { letter: 'U', shade: 'none' },
  CONFIG_LOCKED: { letter: 'L', shade: 'some' },
  RUN: { letter: 'R', shade: 'good' },
  ERROR: { letter: 'E', shade: 'bad' },
};
const TDIS: Kind = {
  sort: 'Tdi',
  letter: (w, i) => TDI_LETTERS[at(w.tdi, i).state],
  tells: ['tdi.state'],
};

/** Free, bound, association pending or failed, associated: U, B, P, F, A. */
const QUEUES: Kind = {
  sort: 'Queue',
  letter: (w, i) => {
    const { holder, secret, association } = at(w.queue, i);
    if (association === 'failed') return { letter: 'F', shade: 'bad' };
    if (association === 'pending') return { letter: 'P', shade: 'some' };
    if (holder === null) return { letter: 'U', shade: 'none' };
    return secret === null ? { letter: 'B', shade: 'some' } : { letter: 'A', shade: 'good' };
  },
  tells: [],
};

const STAGES: Readonly<Record<World['td'][number]['stage'], Letter>> = {
  created: { letter: 'C', shade: 'none' },
  initialised: { letter: 'I', shade: 'some' },
  finalised: { letter: 'F', shade: 'some' },
  terminated: { letter: 'T', shade: 'bad' },
};
/** No VM, a normal one, or a TD: created, initialised, finalised, running, terminated. */
const VMS: Kind = {
  sort: 'Guest',
  letter: (w, i) => {
    const { kind, stage, running } = at(w.td, i);
    if (kind === 'none') return { letter: '-', shade: 'none' };
    if (kind === 'legacy') return { letter: 'N', shade: running ? 'good' : 'none' };
    return running ? { letter: 'R', shade: 'good' } : STAGES[stage];
  },
  tells: [],
};

const kindOf = (p: Preset): Kind => {
  if (isOn(p, 'core')) return TDIS;
  return isOn(p, 'ap') ? QUEUES : VMS;
};

/** The columns of a preset. */
export function columnsOf(p: Preset): {
  readonly names: readonly string[];
  readonly letters: (w: World) => readonly Letter[];
  /** Whether a column tells a field, such as `tdi.VF1.state`. */
  readonly tells: (field: string) => boolean;
} {
  const { sort, letter, tells } = kindOf(p);
  const all = Array.from({ length: p.sizes[sort] }, (_, i) => i);
  return {
    names: all.map((i) => nameOf(sort, i)),
    letters: (w) => all.map((i) => letter(w, i)),
    tells: (field) => tells.includes(field.replace(/^([^.]+)\..*\./, '$1.')),
  };
}
