import type { Behaviour } from '../../impl/stack/device/behaviour.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../result.ts';
import { addressFrom } from '../socket/address.ts';
import { serve } from '../socket/serve.ts';
import { type Profile, servedDevice } from '../socket/served.ts';
import { STACK_FAULTS } from '../stack/faults.ts';
import { watchInterrupts } from './interrupt.ts';
import { pick } from './pick.ts';
import type { Terminal } from './terminal.ts';

export interface DeviceCommandOptions {
  readonly listen: string;
  readonly anyAddress?: boolean;
  readonly profile: Profile;
  readonly seed: number;
  /** A fault of the stack that is one of its device. */
  readonly mutant?: string;
}

/** `device`: serves the stack's device until Ctrl-C or SHUTDOWN; both end it with 0. */
export async function deviceCommand(o: DeviceCommandOptions, terminal: Terminal): Promise<number> {
  const { host, port } = addressFrom(o.listen, '--listen', o.anyAddress === true);
  const behaviour = o.mutant === undefined ? {} : behaviourOf(o.mutant);
  const device = servedDevice(o.profile, o.seed, { behaviour });
  const say = (line: string): void => terminal.err(`tdicheck: ${line}\n`);
  const known = new Set<number>();
  const mailbox = {
    doe: (request: Uint8Array) => {
      const response = device.doe(request);
      const now = new Set(device.sessions());
      for (const id of now) if (!known.has(id)) say(`session ${hex(id)} established`);
      for (const id of known) if (!now.has(id)) say(`session ${hex(id)} over`);
      known.clear();
      for (const id of now) known.add(id);
      return response;
    },
  };
  const serving = await serve({ host, port, mailbox, log: say }).catch((error: Error) => {
    throw new UsageError(`--listen ${o.listen} cannot be had`, error.message);
  });
  const interrupts = watchInterrupts(() => serving.close());
  const shown = host.includes(':') ? `[${host}]` : host;
  const fault = o.mutant === undefined ? '' : ` with fault ${o.mutant}`;
  say(`device of profile ${o.profile}${fault}, seed ${o.seed}, on tcp://${shown}:${serving.port}`);
  say('PCI DOE behind the socket of spdm-emu; sample keys, which protect nothing; Ctrl-C ends it');
  try {
    const why = await serving.ended;
    say(why === 'SHUTDOWN' ? 'ended by SHUTDOWN' : 'ended');
    return EXIT.holds;
  } finally {
    interrupts.release();
  }
}

/** The wrong decision of a device that a fault of the stack is; others are of the TSM, the link or the memory. */
function behaviourOf(id: string): Partial<Behaviour> {
  const faults = STACK_FAULTS.flatMap(({ id: name, make }) => {
    const { behaviour } = make();
    return behaviour === undefined ? [] : [{ id: name, behaviour }];
  });
  return pick('fault', id, faults).behaviour;
}

const hex = (id: number): string => `0x${id.toString(16).padStart(8, '0')}`;
