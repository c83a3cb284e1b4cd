/** Every rule that the stack can carry out. */
import { CONFIG_OPERATIONS } from './config.ts';
import { GUEST_OPERATIONS } from './guest.ts';
import { IDE_OPERATIONS } from './ide.ts';
import { MEMORY_OPERATIONS } from './memory.ts';
import type { Operations } from './operation.ts';
import { SESSION_OPERATIONS } from './session.ts';
import { TDISP_OPERATIONS } from './tdisp.ts';

export const OPERATIONS: Operations = {
  ...SESSION_OPERATIONS,
  ...IDE_OPERATIONS,
  ...TDISP_OPERATIONS,
  ...CONFIG_OPERATIONS,
  ...MEMORY_OPERATIONS,
  ...GUEST_OPERATIONS,
};
