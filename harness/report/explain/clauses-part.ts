import type { ClauseId } from '../../../model/clauses.ts';
import { clauseLines } from '../clause-lines.ts';
import type { Page } from './page.ts';

/** The clauses as a part of a page. */
export const clausesPart = (ids: readonly ClauseId[]): Page['parts'][number] => ({
  title: 'clauses',
  lines: (columns) => clauseLines(ids, columns),
});
