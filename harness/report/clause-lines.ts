import { CLAUSES, type ClauseId } from '../../model/clauses.ts';
import { hang } from './wrap.ts';

/** Each clause in full: document, section, what it says in our words. */
export function clauseLines(ids: readonly ClauseId[], columns: number): readonly string[] {
  return ids.flatMap((id) => {
    const { document, section, says, specified } = CLAUSES[id];
    return [
      ...hang(
        `  ${id}  `,
        `${document}, ${section}${specified ? '' : ' (unspecified; our choice)'}`,
        columns,
      ),
      ...hang('    ', says, columns),
    ];
  });
}
/** The clauses as records. */
export const clauseRecords = (ids: readonly ClauseId[]): readonly object[] =>
  ids.map((id) => ({ id, ...CLAUSES[id] }));
