import { UsageError } from '../errors.ts';
import { suggest } from './suggest.ts';

/** How many names an error shows when none is near. */
const SHOWN_MAX = 8;

/** "did you mean …", or what there is to choose from. */
export function hintFor(name: string, known: readonly string[], listing: string): string {
  const near = suggest(name, known);
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
  if (known.length <= SHOWN_MAX) return `known: ${known.join(', ')}`;
  return `${listing} shows all ${known.length}`;
}

/** The record with an id, or a usage error that suggests the nearest; `listing` is the command that shows them. */
export function pick<T extends { readonly id: string }>(
  what: string,
  id: string,
  known: readonly T[],
  listing = `npx tdicheck list ${what}s`,
): T {
  const found = known.find((k) => k.id === id);
  if (found !== undefined) return found;
  const ids = known.map((k) => k.id);
  throw new UsageError(`no ${what} is called ${JSON.stringify(id)}`, hintFor(id, ids, listing));
}
