import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PRESETS } from '../../model/world.ts';
import type { Property } from '../../properties/property.ts';
import { type CorpusEntry, corpusEntry, corpusFiles } from '../corpus.ts';
import { BACKENDS } from './backends.ts';
import { mutantNamed } from './mutant-named.ts';

/** The planted faults' traces that come with the package. */
const PLANTED = fileURLToPath(new URL('../../counterexamples/planted', import.meta.url));

/** Every stored trace that concerns the properties: those of the package, then those in the user's folder. */
export function corpusFor(
  folder: string | undefined,
  properties: readonly Property[],
): readonly CorpusEntry[] {
  const files = corpusFiles([PLANTED, ...(folder === undefined ? [] : [folder])]);
  const known = { backends: BACKENDS, presets: PRESETS, properties, mutant: mutantNamed };
  // The user's folder may be the package's own.
  const unique = new Map(files.map((f) => [realpathSync(f), f]));
  return [...unique.values()]
    .map((f) => corpusEntry(relative(process.cwd(), f), known))
    .filter(
      ({ trace: { property } }) => property === null || properties.some((p) => p.id === property),
    );
}
