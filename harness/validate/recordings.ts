/** The recordings that are kept in examples/recordings/, and how they are made. */
import { type RecordedFiles, recordLife } from './record.ts';

export const RECORDINGS: readonly { readonly name: string; readonly make: () => RecordedFiles }[] =
  [
    {
      name: 'spdm12-p256-chacha-clear',
      make: () =>
        recordLife('clear', {
          versions: [0x12],
          hashes: ['SHA_256'],
          aeads: ['CHACHA20_POLY1305'],
          handshakeInTheClear: true,
        }),
    },
    {
      name: 'spdm13-p256-aes',
      make: () =>
        recordLife('aes', { versions: [0x13], hashes: ['SHA_384'], aeads: ['AES_256_GCM'] }),
    },
  ];
