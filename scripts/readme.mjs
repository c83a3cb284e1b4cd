// Runs the commands of README.md that an output follows, and puts what they print today in its place. They run in a
// folder of their own, where the stored traces and the examples are those of the checkout.
//
//   npm run readme
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const README = join(root, 'README.md');
/** A shell block whose last line calls tdicheck, and the output behind it. */
const PAIR = /```sh\n([^`]*?)npx tdicheck ([^\n#`]*?) *(?:#[^\n]*)?\n```\n\n```text\n[^`]*```/g;

/** What a command line prints. Words have no quotes here. */
function outputOf(line) {
  const folder = mkdtempSync(join(tmpdir(), 'tdicheck-readme-'));
  try {
    const planted = 'counterexamples/planted';
    cpSync(join(root, planted), join(folder, planted), { recursive: true });
    cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
    const argv = [join(root, 'bin', 'tdicheck.mjs'), ...line.trim().split(/ +/)];
    console.error(`npx tdicheck ${line}`);
    const { stdout, stderr } = spawnSync(process.execPath, argv, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    if (stdout === '') throw new Error(`npx tdicheck ${line} printed nothing\n${stderr}`);
    return stdout.trimEnd();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const text = readFileSync(README, 'utf8');
writeFileSync(
  README,
  text.replace(PAIR, (pair, _, line) =>
    pair.replace(/```text\n[^`]*```$/, () => `\`\`\`text\n${outputOf(line)}\n\`\`\``),
  ),
);
