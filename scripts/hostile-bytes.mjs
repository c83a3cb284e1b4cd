// Throws hostile bytes at every decoder of the wire, and at the socket of a device: good messages changed, cut and
// grown, and bytes at random.
//
//   npm run hostile                              a million inputs for each half; about ten minutes
//   npm run hostile -- --count 20000 --seed 7
//
// A decoder must not throw, has to name a field and an offset within the input for what it refuses, and what it
// accepts must write bytes that read as the same again. As many inputs go to the socket of a device: it must answer or
// be silent, be there for the next, and nothing of it may change. A tenth as many messages are said under the keys of a
// session: what is refused must leave everything as it was. Ends with 0, or with 1 and the input that broke this. The
// same count and seed try the same inputs.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { hostileSocket } from '../harness/socket/hostile.fixture.ts';
import { hostileSession } from '../harness/socket/hostile-session.fixture.ts';
import { hostile, lastingFaults, TARGETS } from '../impl/stack/wire/hostile.fixture.ts';

function usage(text) {
  console.error(`hostile: ${text}, for example: npm run hostile -- --count 20000 --seed 7`);
  process.exit(2);
}
function optionsOf(args) {
  try {
    const options = { count: { type: 'string' }, seed: { type: 'string' } };
    return parseArgs({ args, options }).values;
  } catch (error) {
    return usage(error.message.split('\n')[0]);
  }
}
/** A whole number from `min` up, or the end. */
function wholeNumber(name, text, min) {
  const value = Number(text);
  if (text === '' || !Number.isSafeInteger(value) || value < min) {
    usage(`--${name} ${text}: expected a whole number from ${min} up`);
  }
  return value;
}

const { count: countText = '1000000', seed: seedText = '1' } = optionsOf(process.argv.slice(2));
const count = wholeNumber('count', countText, TARGETS.length);
const seed = wholeNumber('seed', seedText, 0);

const began = performance.now();
let last = began;
/** Seconds since the last call. */
function seconds() {
  const now = performance.now();
  const text = `${((now - last) / 1000).toFixed(1)} s`;
  last = now;
  return text;
}
const faults = [];

let tried = 0;
for (const [i, target] of TARGETS.entries()) {
  const numRuns = Math.floor((count * (i + 1)) / TARGETS.length) - tried;
  tried += numRuns;
  let accepted = 0;
  const holds = fc.property(hostile(target), (bytes) => {
    const lasting = lastingFaults(target, bytes);
    if (lasting.length > 0) throw new Error(lasting.join('; '));
    if (target.decode(bytes).ok) accepted++;
  });
  const { failed, counterexample, errorInstance } = fc.check(holds, { numRuns, seed });
  if (failed)
    faults.push(
      `${target.name}: ${Buffer.from(counterexample[0]).toString('hex')}: ${errorInstance.message}`,
    );
  else console.log(`${target.name}: ${numRuns} inputs, ${accepted} of them accepted`);
}
console.log(`decoders: ${tried} inputs, seed ${seed}, ${seconds()}`);

const socket = await hostileSocket(count, seed);
console.log(
  `socket: ${count} inputs, ${socket.answered} answered, ${socket.cut} connections cut, ${seconds()}`,
);
if (socket.fault !== undefined) faults.push(`socket: ${socket.fault}`);

const said = Math.ceil(count / 10);
const { refused, silent, accepted, changes, fault } = hostileSession(said, seed);
console.log(
  `session: ${said} messages, ${refused} refused, ${silent} not answered, ${accepted} accepted (${changes} changed the device), ${seconds()}`,
);
if (fault !== undefined) faults.push(`session: ${fault}`);

for (const line of faults) console.log(line);
console.log(`${faults.length} faults, ${((performance.now() - began) / 1000).toFixed(1)} s`);
process.exitCode = faults.length === 0 ? 0 : 1;
