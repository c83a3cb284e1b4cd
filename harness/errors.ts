/** A line is cut here: what the user gave may be megabytes. */
const COLUMNS_MAX = 400;

/** One printable line, whatever a hostile input put into it. */
const line = (text: string): string => {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '·');
  return plain.length <= COLUMNS_MAX ? plain : `${plain.slice(0, COLUMNS_MAX - 1)}…`;
};

/**
 * Something that the user gave is not usable. It is shown as it is, without a stack trace: what is
 * wrong, where (path, line or step), what was expected.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly lines: readonly string[];

  constructor(...lines: readonly [what: string, where?: string, expected?: string]) {
    const shown = lines.filter((l) => l !== undefined).map(line);
    super(shown.join('\n'));
    this.lines = Object.freeze(shown);
  }
}
