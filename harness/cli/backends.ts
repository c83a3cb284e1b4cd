import type { Backend } from '../../model/author.ts';
import { BASE } from '../../model/vendors/base.ts';

/** The backends that are known by name. */
export const BACKENDS: readonly Backend[] = [BASE];
/** These, and the one that a user brought along. */
export const withKnown = (backend: Backend | undefined): readonly Backend[] =>
  backend === undefined || BACKENDS.includes(backend) ? BACKENDS : [...BACKENDS, backend];
