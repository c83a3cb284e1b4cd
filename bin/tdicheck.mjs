#!/usr/bin/env node
import { existsSync } from 'node:fs';

const bugExitCode = 70;
const interruptedExitCode = 130;

const sources = new URL('../harness/cli/main.ts', import.meta.url);
const compiled = new URL('../dist/harness/cli/main.js', import.meta.url);

/** A checkout always runs its sources as they stand; the published package has compiled files only. */
async function loadCommandLine() {
  if (!existsSync(sources)) return import(compiled.href);
  const { tsImport } = await import('tsx/esm/api');
  return tsImport(sources.href, { parentURL: import.meta.url, tsconfig: false });
}

/** One line: what was thrown, and where. */
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const lines = String(error.stack ?? error).split('\n');
  const frame = lines.find((line) => /^\s+at /.test(line));
  return [lines[0], frame].flatMap((line) => line?.trim() ?? []).join(' ');
}

function fail(error) {
  // The reader of a pipe went away (`tdicheck … | head`): nothing is wrong, and nothing was decided.
  if (error?.code === 'EPIPE') process.exit(interruptedExitCode);
  process.stderr.write(`tdicheck: internal error: ${describe(error)}\n`);
  process.exit(bugExitCode);
}

process.on('uncaughtException', fail);
try {
  const { main } = await loadCommandLine();
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  fail(error);
}
