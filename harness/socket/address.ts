/** Where to listen and whom to call: HOST:PORT, on this machine unless it is said otherwise. */
import { isIP } from 'node:net';
import { UsageError } from '../errors.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * Reads `127.0.0.1:2323`, `[::1]:2323` or `localhost:2323`. What is not loopback is refused unless `anyAddress`:
 * neither the device nor the keys of its sessions are made for a network.
 */
export function addressFrom(text: string, option: string, anyAddress: boolean): Address {
  const [, six, four, digits = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = six ?? four;
  const port = Number(digits);
  if (host === undefined || port > 0xffff || (six !== undefined && isIP(six) !== 6))
    throw new UsageError(
      `${option} cannot be ${JSON.stringify(text)}`,
      'expected HOST:PORT, for example 127.0.0.1:2323',
    );
  if (!anyAddress && !LOOPBACK.test(host))
    throw new UsageError(
      `${option} ${text} is not on this machine`,
      'expected 127.0.0.1, ::1 or localhost; --any-address allows any',
    );
  return { host, port };
}
