// Goal: a refused message changes nothing, whoever says it. Method: messages of the protocols with changes, sealed in a
// session; and a device whose refusals do change something, which must be found.
import { expect, test } from 'vitest';
import { STREAM } from '../../impl/stack/device/sample.ts';
import { hostileSession } from './hostile-session.fixture.ts';

test('hostile messages in a session: what is refused leaves everything as it was', () => {
  const { fault, refused, accepted, changes } = hostileSession(600, 1);
  expect(fault).toBeUndefined();
  expect(refused).toBeGreaterThan(300);
  expect(accepted).toBeGreaterThan(10);
  expect(changes).toBeGreaterThan(5);
});

test('a LOCK of another stream that is refused and takes ours along is found', () => {
  const { fault } = hostileSession(1000, 1, {
    lockStream: () => true,
    lockKeys: (streams, stream) => {
      if (stream !== STREAM) streams.drop(STREAM);
      return stream === STREAM;
    },
  });
  expect(fault).toMatch(/^[0-9a-f]+: Error: refused: .*"secure":true.* became .*"secure":false/);
});
