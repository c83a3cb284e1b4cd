/** The backend that a user names: by its id, or by the file of a module that exports it. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Backend } from '../../model/author.ts';
import { UsageError } from '../errors.ts';
import { BACKENDS } from './backends.ts';
import { checkedBackend } from './checked-backend.ts';
import { hintFor } from './pick.ts';

const isFile = (given: string): boolean => /[\\/]|\.[cm]?[jt]s$/.test(given);

export async function backendFor(given: string): Promise<Backend> {
  if (isFile(given)) return backendIn(given);
  const found = BACKENDS.find((b) => b.id === given);
  if (found !== undefined) return found;
  const ids = BACKENDS.map((b) => b.id);
  throw new UsageError(
    `no backend is called ${JSON.stringify(given)}`,
    hintFor(given, ids, 'npx tdicheck list backends'),
    'or give the file of a module that exports one, such as ./my-tsm.ts',
  );
}

async function backendIn(file: string): Promise<Backend> {
  const exported = exportedBackend(await moduleIn(file), file);
  const backend = checkedBackend(exported, file);
  if (!BACKENDS.some((b) => b.id === backend.id)) return backend;
  throw new UsageError(
    `a backend is called “${backend.id}” already`,
    `in ${file}`,
    'expected an id of its own',
  );
}

/**
 * Loads a module. TypeScript is read as it stands, in a checkout and in the published package alike; a file outside a folder
 * of type "module" then has copies of our modules of its own, so nothing of it may be compared with ours by identity.
 */
async function moduleIn(file: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(file);
  const about = statSync(path, { throwIfNoEntry: false });
  if (about?.isFile() !== true)
    throw new UsageError(
      `there is no file ${JSON.stringify(file)}`,
      ...(about === undefined ? [] : (['it is something else'] as const)),
      'expected a module that exports a backend',
    );
  const { tsImport } = await import('tsx/esm/api');
  try {
    return await tsImport(pathToFileURL(path).href, {
      parentURL: import.meta.url,
      tsconfig: false,
    });
  } catch (error) {
    const why = messageOf(error);
    throw new UsageError(
      `the module cannot be loaded: ${why}`,
      `in ${file}`,
      // What a copy of examples/vendors/toy.ts imports is beside it in the sources only.
      /Cannot find module .*[\\/]model[\\/](author|words)/.test(why)
        ? 'expected imports from tdicheck/dist/model/author.js and tdicheck/dist/model/words/index.js'
        : 'expected a module that exports a backend',
    );
  }
}
/** What went wrong, in one line. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [first = '', second] = text.split('\n');
  // esbuild says how many errors there are, and then which.
  return /^Transform failed/.test(first) && second !== undefined ? second : first;
}

const isRecord = (x: unknown): boolean => typeof x === 'object' && x !== null;
const looksLikeBackend = (x: unknown): boolean =>
  isRecord(x) && Array.isArray((x as { readonly rules?: unknown }).rules);

/** The export called `backend`, or the only one that looks like a backend. */
function exportedBackend(module: Readonly<Record<string, unknown>>, file: string): unknown {
  // CommonJS shows its exports once more under `default`.
  const all: Readonly<Record<string, unknown>> = { ...(module.default as object), ...module };
  if (isRecord(all.backend)) return all.backend;
  const found = Object.keys(all).filter((name) => looksLikeBackend(all[name]));
  const [first, ...others] = new Set(found.map((name) => all[name]));
  if (first !== undefined && others.length === 0) return first;
  const names = Object.keys(all).filter((name) => name !== 'default');
  throw first === undefined
    ? new UsageError(
        'the module exports no backend',
        `in ${file}, which exports ${names.join(', ') || 'nothing'}`,
        "expected one: export const MY_TSM = backend('my-tsm', { … })",
      )
    : new UsageError(
        `the module exports several backends: ${found.join(', ')}`,
        `in ${file}`,
        'expected one, or that one of them is called backend',
      );
}
