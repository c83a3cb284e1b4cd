import { mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** The folder itself, or the nearest one above it that exists. */
function nearestExisting(path: string): string {
  try {
    statSync(path);
    return path;
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error;
    return nearestExisting(parent);
  }
}

/**
 * Why a folder cannot be written to, or made; undefined if it can. Asked before a run, so that its result is not
 * lost. Permission bits do not tell (read-only mounts, root), so it is tried, and undone.
 */
export function whyUnwritable(folder: string): string | undefined {
  try {
    const there = nearestExisting(resolve(folder));
    if (!statSync(there).isDirectory()) return `${there} is not a folder`;
    rmdirSync(mkdtempSync(join(there, '.tdicheck-')));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
