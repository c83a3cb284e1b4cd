import { UsageError } from '../errors.ts';
import { EXIT } from '../result.ts';
import { addressFrom } from '../socket/address.ts';
import { serve } from '../socket/serve.ts';
import { type Profile, servedDevice } from '../socket/served.ts';
import { watchInterrupts } from './interrupt.ts';
import type { Terminal } from './terminal.ts';

export interface DeviceCommandOptions {
  readonly listen: string;
  readonly anyAddress?: boolean;
  readonly profile: Profile;
  readonly seed: number;
}

/** `device`: serves the stack's device until Ctrl-C or SHUTDOWN; both end it with 0. */
export async function deviceCommand(o: DeviceCommandOptions, terminal: Terminal): Promise<number> {
  const { host, port } = addressFrom(o.listen, '--listen', o.anyAddress === true);
  const device = servedDevice(o.profile, o.seed);
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
  say(`device of profile ${o.profile}, seed ${o.seed}, on tcp://${shown}:${serving.port}`);
  say('PCI DOE behind the socket of spdm-emu; sample keys, which protect nothing; Ctrl-C ends it');
  try {
    const why = await serving.ended;
    say(why === 'SHUTDOWN' ? 'ended by SHUTDOWN' : 'ended');
    return EXIT.holds;
  } finally {
    interrupts.release();
  }
}

const hex = (id: number): string => `0x${id.toString(16).padStart(8, '0')}`;
