// Goal: no secret of a handshake outlives it where it fails. Method: the secrets are caught as they are
// derived, the device falls silent or answers nonsense to FINISH, and they are looked at afterwards.
import { beforeEach, expect, test, vi } from 'vitest';
import { handshakeSecrets } from '../crypto/schedule.ts';
import { CHEAP, makeDevice, makeRequester } from '../stack.fixture.ts';
import { converse, type Dialogue, type Outcome } from './dialogue.ts';
import { openSession } from './session.ts';

vi.mock('../crypto/schedule.ts', async (actual) => {
  const schedule = await actual<typeof import('../crypto/schedule.ts')>();
  return { ...schedule, handshakeSecrets: vi.fn(schedule.handshakeSecrets) };
});
beforeEach(() => {
  vi.mocked(handshakeSecrets).mockClear();
});

test.each([
  ['no answer', (): undefined => undefined],
  ['nonsense', (): Uint8Array => new Uint8Array(12)],
] as const)('%s to FINISH: what the requester derived is wiped', (_, answer) => {
  const device = makeDevice();
  const requester = makeRequester(CHEAP);
  let exchanges = Number.POSITIVE_INFINITY;
  const run = <T>(dialogue: Dialogue<T>): Outcome<T> =>
    converse(dialogue, (request): Uint8Array | undefined =>
      exchanges-- > 0 ? device.doe(request) : answer(),
    );
  run(requester.negotiate());
  const peer = run(requester.identify(0));
  if (!peer.ok) throw new Error(peer.error.text);
  exchanges = 1;
  expect(run(openSession(requester, peer.value, 1)).ok).toBe(false);
  // The device derived the same before the requester, and waits for FINISH with them.
  const [theirs, ours] = vi.mocked(handshakeSecrets).mock.results.map(({ value }) => value);
  const sum = (secrets: Record<string, Uint8Array>): number =>
    Object.values(secrets)
      .flatMap((secret) => [...secret])
      .reduce((a, b) => a + b, 0);
  expect(sum(theirs)).toBeGreaterThan(0);
  expect(sum(ours)).toBe(0);
});
