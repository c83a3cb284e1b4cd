import type { Backend } from '../../model/author.ts';
import { BASE } from '../../model/vendors/base.ts';

/** The backends that are known by name. */
export const BACKENDS: readonly Backend[] = [BASE];
