/** Runs the command line for tests: in this process, which is quick, or as a child, which is real. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paintFor } from '../report/paint.ts';
import { answer } from './main.ts';

export interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
export const BIN = fileURLToPath(new URL('../../bin/tdicheck.mjs', import.meta.url));

/** The command line in this process, with the working directory as it is. */
export async function ask(...argv: string[]): Promise<Answer> {
  let out = '';
  let err = '';
  const code = await answer(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    paint: paintFor(false),
    columns: 100,
    live: false,
  });
  return { code, out, err };
}

interface ChildOptions {
  readonly bin?: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with what stderr has so far; may send signals. */
  readonly onErr?: (err: string, kill: (signal: NodeJS.Signals) => void) => void;
}
/** The command line as a process of its own. */
export function askChild(argv: readonly string[], o: ChildOptions): Promise<Answer> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const child = spawn(process.execPath, [o.bin ?? BIN, ...argv], {
    cwd: o.cwd,
    env: { ...env, ...o.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => {
    out += String(data);
  });
  child.stderr.on('data', (data) => {
    err += String(data);
    o.onErr?.(err, (signal) => child.kill(signal));
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** An empty folder, and what takes it away. */
export function emptyFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'tdicheck-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
/** The files below a folder with their contents. */
export function contentsOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  return Object.fromEntries(
    names.map((n) => {
      const path = join(folder, n);
      return [n, statSync(path).isDirectory() ? 'folder' : readFileSync(path, 'latin1')];
    }),
  );
}
