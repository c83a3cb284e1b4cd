import { stripVTControlCharacters } from 'node:util';

/** Breaks text into lines of at most `width` columns at spaces; a longer word has a line of its own. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** The same behind a label: continued lines are indented to where the text began. */
export function hang(label: string, text: string, width: number): readonly string[] {
  const indent = stripVTControlCharacters(label).length;
  const [first = '', ...rest] = wrap(text, Math.max(20, width - indent));
  return [`${label}${first}`.trimEnd(), ...rest.map((line) => ' '.repeat(indent) + line)];
}
