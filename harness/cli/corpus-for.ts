import { realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Backend } from '../../model/author.ts';
import type { Property } from '../../properties/property.ts';
import { type CorpusEntry, corpusEntry, corpusFiles } from '../corpus.ts';
import type { StoredRun } from '../stored-runs.ts';
import { KNOWN_PRESETS } from '../subjects.ts';
import { readTrace } from '../trace.ts';
import { withKnown } from './backends.ts';
import { mistakeNamed } from './mistake-named.ts';

/** The runs that come with the package for what they show, in a folder for each backend. */
const WITNESSES = fileURLToPath(new URL('../../counterexamples/witnesses', import.meta.url));
/** The planted faults' traces that come with the package. */
const PLANTED = fileURLToPath(new URL('../../counterexamples/planted', import.meta.url));

/**
 * Every stored trace that concerns the properties: those of the package, then those of the backend in the
 * user's folder. A trace of another backend is for checks of that one.
 */
export function corpusFor(
  folder: string,
  properties: readonly Property[],
  backend: Backend,
): { readonly entries: readonly CorpusEntry[]; readonly ofOthers: readonly string[] } {
  const own = corpusFiles([folder]);
  const ofOthers = own.filter((f) => readTrace(f).backend !== backend.id);
  const files = [...corpusFiles([PLANTED]), ...own.filter((f) => !ofOthers.includes(f))];
  const known = {
    backends: withKnown(backend),
    presets: KNOWN_PRESETS,
    properties,
    mistake: mistakeNamed,
  };
  // The user's folder may be the package's own.
  const unique = new Map(files.map((f) => [realpathSync(f), f]));
  const entries = [...unique.values()]
    .map((f) => corpusEntry(relative(process.cwd(), f), known))
    .filter(
      ({ trace: { property } }) => property === null || properties.some((p) => p.id === property),
    );
  return { entries, ofOthers };
}

/** The stored runs of a backend that show something of the properties. One of the user's own has none. */
export const storedRunsFor = (
  properties: readonly Property[],
  backend: Backend,
): readonly StoredRun[] =>
  corpusFiles([join(WITNESSES, backend.id)])
    .map((f) => ({ file: relative(process.cwd(), f), trace: readTrace(f) }))
    .filter(({ trace }) =>
      trace.shows?.some(({ property }) => properties.some((p) => p.id === property)),
    );
