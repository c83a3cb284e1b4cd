/** Words about the kernel of a guest: modes, drivers, buffers, policy, page views (host-guest 3). */
import { effect, effectOf, guard, guardOf } from '../author.ts';
import type { Literals } from '../sorts.ts';
import type { World } from '../world.ts';

type Row = World['os'][number][number];
type Mode = Row['mode'];
type Driver = Row['driver'];
type Kind = Row['tee'];
type Policy = World['kernel'][number]['policy'];
type View = World['view'][number][number]['now'];
type Value<S extends keyof Literals> = Literals[S][number];

const guest = { guest: 'Guest' } as const;
const pair = { guest: 'Guest', tdi: 'Tdi' } as const;
const view = { guest: 'Guest', page: 'Page' } as const;
const buffer = { guest: 'Guest', tdi: 'Tdi', page: 'Page' } as const;

export const OS = {
  osModeIs: guardOf<[...Mode[]]>()(pair, 'the kernel of {guest} has {tdi} as {0}…'),
  osModeTo: effectOf<[Mode]>()(pair, 'the kernel of {guest} has {tdi} as {0}'),
  osForget: effect(pair, 'the kernel of {guest} knows nothing of {tdi}', 'os-kexec'),
  osHoldsSome: guard(
    guest,
    'the kernel of {guest} has some TDI as locked, evidenced, accepting, accepted or broken',
    'os-kexec',
  ),

  osDriverIs: guardOf<[...Driver[]]>()(pair, 'the driver that {guest} has bound to {tdi} is {0}…'),
  osDriverTo: effectOf<[Driver]>()(pair, 'the driver that {guest} has bound to {tdi} is {0}'),
  dmaDirect: guard(pair, 'buffers of {guest} for {tdi} are private pages', 'os-bounce'),
  dmaOpsTo: effectOf<[Row['dmaops']]>()(
    pair,
    'buffers of {guest} for {tdi} are made so: {0}',
    'os-bounce',
  ),
  rangesMapped: guard(pair, 'the kernel of {guest} has some MMIO range of {tdi} mapped'),
  teeEncrypted: guard(
    pair,
    'the kernel of {guest} has the TEE ranges of {tdi} mapped encrypted',
    'os-mmio',
  ),
  rangesTo: effectOf<[tee: Kind, nonTee: Kind]>()(
    pair,
    'the kernel of {guest} has the TEE ranges of {tdi} {0}, the others {1}',
    'os-mmio',
  ),

  hasBuffer: guard(pair, 'a DMA mapping of {guest} for {tdi} is alive', 'os-bounce'),
  bufferIsIn: guard(buffer, 'the DMA mapping of {guest} for {tdi} is in {page}'),
  someBufferIn: guard(view, 'a DMA mapping of {guest} for some TDI is in {page}', 'os-convert'),
  mapBuffer: effect(buffer, 'a DMA mapping of {guest} for {tdi} is alive in {page}'),
  unmapBuffer: effect(pair, 'no DMA mapping of {guest} for {tdi} is alive'),

  verdictGiven: guard(pair, 'a verifier has allowed {guest} some lock session of {tdi}'),
  verdictCurrent: guard(
    pair,
    'the lock session of {tdi} that a verifier has allowed {guest} is the current one',
    'os-verify',
  ),
  giveVerdict: effect(
    pair,
    'a verifier has allowed {guest} the lock session of {tdi} that its evidence is of',
    'os-verify',
  ),
  dropEvidence: effect(
    pair,
    '{guest} has neither evidence nor verdict nor acceptance of {tdi}',
    'os-unlock',
  ),

  policyIs: guardOf<[...Policy[]]>()(guest, 'the policy of {guest} is {0}…', 'os-policy'),
  loadPolicy: effect(
    { guest: 'Guest', policy: 'Policy' },
    'the policy of {guest} is {policy}',
    'os-policy',
  ),
  unloadPolicy: effect(guest, 'no policy of {guest} is loaded'),

  viewIs: guardOf<[...View[]]>()(view, 'the kernel of {guest} takes {page} for {0}…'),
  viewTo: effectOf<[View]>()(view, 'the kernel of {guest} takes {page} for {0}', 'os-convert'),

  blobsAre: guardOf<[...Value<'Blobs'>[]]>()(
    { blobs: 'Blobs' },
    'the evidence that the host hands over is {0}…',
  ),
  findingIs: guardOf<[...Value<'Finding'>[]]>()({ finding: 'Finding' }, 'the verifier finds {0}…'),
  sourceIs: guardOf<[Value<'Source'>]>()({ source: 'Source' }, 'who says so is the {0}'),
  signIs: guardOf<[Value<'Sign'>]>()({ sign: 'Sign' }, 'the sign looked for is {0}'),
  handoverIs: guardOf<[Value<'Handover'>]>()({ handover: 'Handover' }, 'it is a {0}'),
  remeasuredIs: guardOf<[Value<'Remeasured'>]>()(
    { measured: 'Remeasured' },
    'the measurement is {0}',
  ),
} as const;
