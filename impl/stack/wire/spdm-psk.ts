/** PSK_EXCHANGE and its response: DSP0274. All lengths stand before all contents. */
import { type Coder, take, u16, wrap } from './coder.ts';

/** The lengths of `names`, then the fields of `between`, then the contents. */
export const lengthsFirst = <const N extends string, T extends object>(
  names: readonly N[],
  between: Coder<T>,
): Coder<T & Readonly<Record<N, Uint8Array>>> =>
  wrap({
    encodeStream: (w, value: T & Readonly<Record<N, Uint8Array>>) => {
      for (const name of names) u16.encodeStream(w, value[name].length);
      between.encodeStream(w, value);
      for (const name of names) w.bytes(value[name]);
    },
    decodeStream: (r) => {
      const lengths = names.map(() => u16.decodeStream(r));
      const fields = between.decodeStream(r);
      const contents = names.map((name, i) => [name, take(r, r.pos, lengths[i] ?? 0, name)]);
      return { ...fields, ...Object.fromEntries(contents) };
    },
  });
