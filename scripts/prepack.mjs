// Compiles the published package: `dist/` holds the rooms as JavaScript beside the data files that they
// read, laid out as in a checkout, so that a relative path means the same in both.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const dist = new URL('dist/', root);
const dataPaths = ['package.json', 'counterexamples'];

rmSync(dist, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  cwd: fileURLToPath(root),
  stdio: 'inherit',
});
for (const path of dataPaths) {
  const source = new URL(path, root);
  if (existsSync(source)) cpSync(source, new URL(path, dist), { recursive: true });
}
