// Throws hostile bytes at every decoder of the wire, and at the socket of a device: good messages changed, cut and
// grown, and bytes at random.
//
//   npm run hostile                              a million inputs for decoders and socket; some minutes
//   npm run hostile -- --count 20000 --seed 7
//
// A decoder must not throw, has to name a field and an offset within the input for what it refuses, and what it
// accepts must write bytes that read as the same again. Ends with 0, or with 1 and the smallest input that broke
// this. The same count and seed try the same inputs. A tenth as many go to the device: it must answer or be silent,
// stay there for the next, and no TDI may move.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { hostileSocket } from '../harness/socket/hostile.fixture.ts';
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

const started = performance.now();
let [tried, broken] = [0, 0];
for (const [i, target] of TARGETS.entries()) {
  const numRuns = Math.floor((count * (i + 1)) / TARGETS.length) - tried;
  tried += numRuns;
  let accepted = 0;
  const holds = fc.property(hostile(target), (bytes) => {
    const faults = lastingFaults(target, bytes);
    if (faults.length > 0) throw new Error(faults.join('; '));
    if (target.decode(bytes).ok) accepted++;
  });
  const { failed, counterexample, errorInstance } = fc.check(holds, { numRuns, seed });
  if (failed) {
    broken++;
    console.log(`${target.name}: ${Buffer.from(counterexample[0]).toString('hex')}`);
    console.log(`  ${errorInstance.message}`);
  } else {
    console.log(`${target.name}: ${numRuns} inputs, ${accepted} of them accepted`);
  }
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${tried} inputs, seed ${seed}, ${seconds} s: ${broken} decoders broken`);
const sent = Math.ceil(count / 10);
const atDevice = await hostileSocket(sent, seed);
console.log(
  `device: ${sent} inputs over its socket, ${atDevice.answered} answered, ${atDevice.cut} connections cut`,
);
if (atDevice.fault !== undefined) console.log(`  ${atDevice.fault}`);
process.exitCode = broken === 0 && atDevice.fault === undefined ? 0 : 1;
