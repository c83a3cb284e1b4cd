/** What goes over the wire between a TSM and a device, as far as the model speaks of it. */
import type { TdiState } from '../../model/sorts.ts';

export type TdispRequest = 'lock' | 'report' | 'state' | 'start' | 'stop';
/** One IDE key: of which stream, key set, sub-stream (0 PR, 1 NPR, 2 CPL) and direction. */
export interface KeySlot {
  readonly stream: number;
  readonly keySet: number;
  readonly sub: number;
  readonly direction: 'RX' | 'TX';
}

/** One request. */
export type Ask =
  /** KEY_EXCHANGE and FINISH. */
  | { readonly kind: 'connect' }
  | { readonly kind: 'end'; readonly by: 'END_SESSION' | 'GET_VERSION' | 'DecryptError' }
  | ({ readonly kind: 'KEY_PROG' | 'K_SET_GO' | 'K_SET_STOP' } & KeySlot)
  | {
      readonly kind: 'tdisp';
      readonly request: TdispRequest;
      /** Index of the TDI; `foreign` for an interface that the device does not host. */
      readonly tdi: number | 'foreign';
      /** For START: whether it bears the nonce of the last LOCK of this TDI. */
      readonly nonce?: 'last' | 'other';
      /** Whether it came outside any session. */
      readonly outside?: boolean;
    }
  /** GET_TDISP_VERSION and GET_TDISP_CAPABILITIES: legal everywhere, without effect. */
  | {
      readonly kind: 'hello';
      readonly request: 'GET_TDISP_VERSION' | 'GET_TDISP_CAPABILITIES';
      readonly tdi: number | 'foreign';
      readonly outside?: boolean;
    };

/** What came back. */
export type Answer =
  | { readonly is: 'accepted'; readonly state?: TdiState }
  /** A TDISP error, a KP_ACK status or an SPDM error, by its name. */
  | { readonly is: 'refused'; readonly code: string }
  | { readonly is: 'silent' };

/** In few words. */
export function answerText(a: Answer): string {
  if (a.is === 'refused') return a.code;
  return a.is === 'silent' ? 'no answer' : (a.state ?? 'accepted');
}

/** In few words. */
export function askText(a: Ask): string {
  switch (a.kind) {
    case 'connect':
      return 'KEY_EXCHANGE, FINISH';
    case 'end':
      return a.by;
    case 'hello':
      return `${a.request} ${tdiText(a.tdi)}${a.outside ? ', outside a session' : ''}`;
    case 'tdisp': {
      const nonce = a.nonce === 'other' ? ', wrong nonce' : '';
      return `${MESSAGES[a.request]} ${tdiText(a.tdi)}${nonce}${a.outside ? ', outside a session' : ''}`;
    }
    default:
      return `${a.kind} stream ${a.stream} K${a.keySet} ${SUBS[a.sub] ?? a.sub} ${a.direction}`;
  }
}

export const SUBS = ['PR', 'NPR', 'CPL'] as const;
const MESSAGES: Readonly<Record<TdispRequest, string>> = {
  lock: 'LOCK',
  report: 'GET_REPORT',
  state: 'GET_STATE',
  start: 'START',
  stop: 'STOP',
};
const tdiText = (tdi: number | 'foreign'): string => (tdi === 'foreign' ? 'foreign' : `TDI${tdi}`);
