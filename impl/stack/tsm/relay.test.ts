// Goal: whoever carries the bytes between TSM and device can stop things, never forge them. Method: a
// carrier that changes, repeats, swaps, withholds or drops each single message of a whole life of a
// TDI in turn; whatever it does, the verb in progress fails with an error as a value or the bytes
// were not used, and the device never runs without the guest's acceptance of what it was shown.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHEAP, makeStack, STREAM, type Stack, VF1 } from '../stack.fixture.ts';
import { converse, type Dialogue, type Outcome } from './dialogue.ts';

const GUEST = 1;
const OPTIONS = { flags: 0, reportingOffset: 0n };
type Carry = (request: Uint8Array) => Uint8Array | undefined;

/** All verbs up to START, over a carrier; the first error, if any. */
function life({ tsm }: Stack, carry: Carry): Outcome<void> {
  const connected = converse(tsm.connect(0, STREAM), carry);
  if (!connected.ok) return connected;
  const evidence = converse(tsm.bind(VF1, GUEST, OPTIONS), carry);
  if (!evidence.ok) return evidence;
  const accepted = tsm.accept(VF1, GUEST, evidence.value.digest);
  return accepted.ok ? converse(tsm.start(VF1), carry) : accepted;
}

/** How many exchanges a life has. */
function exchangeCount(): number {
  const stack = makeStack();
  let count = 0;
  const outcome = life(stack, (request) => {
    count++;
    return stack.device.doe(request);
  });
  if (!outcome.ok) throw new Error(outcome.error.text);
  return count;
}

/** Flips one bit beyond the DOE header. */
const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const index = 8 + (at % (bytes.length - 8));
  return bytes.with(index, (bytes[index] ?? 0) ^ (1 << (at % 8)));
};

const COUNT = exchangeCount();
/** GET_VERSION to GET_CERTIFICATE: in the clear, and covered by what is signed later. */
const FIRST_SECURED = 7;
/** Behind the DOE header, the session id and the length. */
const CIPHERTEXT_AT = 14;

/** A life with something done to exchange `index`; afterwards nothing may have been forged. */
function attacked(
  index: number,
  attack: (request: Uint8Array, stack: Stack) => Uint8Array | undefined,
) {
  const stack = makeStack({}, CHEAP);
  let at = 0;
  const outcome = life(stack, (request) =>
    at++ === index ? attack(request, stack) : stack.device.doe(request),
  );
  return { stack, outcome };
}

describe('each exchange of a life', () => {
  const indices = Array.from({ length: COUNT }, (_, i) => i);

  test.each([0, 2, 5, FIRST_SECURED, 12, 20, COUNT - 3, COUNT - 1])('lost request %i', (index) => {
    const { stack, outcome } = attacked(index, () => undefined);
    expect(outcome).toMatchObject({ error: { fault: 'no-response' } });
    expect(stack.iommu.trusted(VF1)).toBeUndefined();
  });

  test('a changed response is never taken for what was sent', () => {
    for (const index of indices) {
      const { stack, outcome } = attacked(index, (request, { device }) => {
        const response = device.doe(request);
        return response && flipped(response, 8 * index + 5);
      });
      // In the clear too: what is changed there does not fit the signature of KEY_EXCHANGE_RSP.
      expect(outcome, `exchange ${index}`).toMatchObject({ ok: false });
      expect(stack.iommu.trusted(VF1)).toBeUndefined();
    }
  });

  test('a changed request in a session ends the session, and the TDI with it', () => {
    for (const index of [FIRST_SECURED + 1, 15, COUNT - 1]) {
      const { stack, outcome } = attacked(index, (request, { device }) =>
        device.doe(request.with(CIPHERTEXT_AT, (request[CIPHERTEXT_AT] ?? 0) ^ 1)),
      );
      expect(outcome).toMatchObject({ ok: false });
      expect(stack.device.sessions()).toEqual([]);
      expect(stack.device.tdi(VF1)?.state).not.toBe('RUN');
    }
  });
});

test.each([
  ['mac', 'the MAC', -3],
  ['signature', 'the signature', -40],
  ['signature', 'the random bytes', 30],
  ['secured', 'nothing there, and the tag of FINISH_RSP', undefined],
] as const)('fault %s: %s changed in the handshake', (fault, _, at) => {
  const index = at === undefined ? FIRST_SECURED : FIRST_SECURED - 1;
  const { outcome } = attacked(index, (request, { device }) => {
    const response = device.doe(request);
    return response?.with(at ?? -5, (response.at(at ?? -5) ?? 0) ^ 1);
  });
  expect(outcome).toMatchObject({ error: { fault } });
});

test('a replayed record ends the session: STOP cannot be sent a second time by another', () => {
  const stack = makeStack();
  const { device, tsm, hold } = stack;
  expect(life(stack, stack.carry)).toEqual({ ok: true });
  let record: Uint8Array | undefined;
  stack.carry = (request) => {
    record = request;
    return device.doe(request);
  };
  hold(tsm.state(VF1));
  device.doe(record ?? new Uint8Array(0));
  expect(device.sessions()).toEqual([]);
  expect(device.tdi(VF1)?.state).toBe('ERROR');
});

test('swapped answers are not taken, nor is an old one for a new request', () => {
  const stack = makeStack();
  const { device, tsm } = stack;
  expect(life(stack, stack.carry)).toEqual({ ok: true });
  const answers: Uint8Array[] = [];
  const keep: Carry = (request) => {
    const answer = device.doe(request);
    if (answer !== undefined) answers.push(answer);
    return answer;
  };
  expect(converse(tsm.state(VF1), keep)).toEqual({ ok: true, value: 'RUN' });
  device.internalError(VF1);
  const stale = converse(tsm.state(VF1), (request) => {
    device.doe(request);
    return answers[0];
  });
  expect(stale).toMatchObject({ error: { fault: 'secured' } });
  expect(tsm.session?.alive).toBe(false);
});

test('unbind without cooperation: DMA is blocked, and the TDI is not bound again unstopped', () => {
  const stack = makeStack();
  const { tsm, iommu } = stack;
  expect(life(stack, stack.carry)).toEqual({ ok: true });
  expect(iommu.trusted(VF1)).toEqual({ guest: GUEST, stream: STREAM });
  expect(converse(tsm.unbind(VF1), () => undefined)).toMatchObject({
    error: { fault: 'no-response' },
  });
  expect(iommu.trusted(VF1)).toBeUndefined();
  const again: Dialogue<unknown> = tsm.bind(VF1, 2, OPTIONS);
  expect(converse(again, stack.carry)).toMatchObject({ error: { fault: 'state' } });
  // The device never saw that STOP, so the next record does not open there.
  tsm.forget();
  expect(tsm.session).toBeUndefined();
});

test('any bytes as answers: an error as a value, and an end', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.option(fc.uint8Array({ maxLength: 64 }))), (answers) => {
      const { tsm } = makeStack();
      const outcome = converse(tsm.connect(0, STREAM), () => answers.next().value ?? undefined);
      expect(outcome.ok).toBe(false);
    }),
    { numRuns: 50, seed: 1 },
  );
});

test('another device behind the same name: its chain is not trusted', () => {
  const stack = makeStack({}, { ...CHEAP, roots: [] });
  expect(life(stack, stack.carry)).toMatchObject({ error: { fault: 'certificate' } });
});
