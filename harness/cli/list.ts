import { UsageError } from '../errors.ts';
import { filtered, listingJson, listingText } from '../report/listing.ts';
import { backendFor } from './backend-for.ts';
import { listingOf } from './listings.ts';
import { hintFor } from './pick.ts';
import type { Terminal } from './terminal.ts';
import { TOPICS } from './topics.ts';

export interface ListOptions {
  readonly backend: string;
  readonly grep?: RegExp;
  readonly format: 'pretty' | 'json';
}

/** `list`: everything of one kind. */
export async function listCommand(
  name: string,
  o: ListOptions,
  terminal: Terminal,
): Promise<number> {
  const topic = TOPICS.find((t) => t === name);
  if (topic === undefined)
    throw new UsageError(
      `cannot list ${JSON.stringify(name)}`,
      hintFor(name, TOPICS, 'npx tdicheck list --help'),
      `expected one of ${TOPICS.join(', ')}`,
    );
  const listing = filtered(await listingOf(topic, await backendFor(o.backend)), o.grep);
  if (listing.entries.length === 0 && o.grep !== undefined) {
    terminal.err(`tdicheck: none of the ${topic} matches /${o.grep.source}/\n`);
    if (o.format === 'pretty') return 0;
  }
  terminal.out(
    o.format === 'json'
      ? listingJson(listing)
      : listingText(listing, terminal.columns, terminal.paint),
  );
  return 0;
}
