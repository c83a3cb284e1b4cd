/** Reads Markdown for tests: its code blocks, its links, what stands between backticks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** A fenced block: ```` ```ts model/clauses.ts before some text of a line ````. */
export interface Block {
  readonly language: string;
  /** What follows the language on the line of the fence. */
  readonly info: string;
  readonly body: string;
}
const FENCE = /^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm;
export const blocksOf = (text: string): readonly Block[] =>
  [...text.matchAll(FENCE)].map(([, language = '', info = '', body = '']) => ({
    language,
    info,
    body,
  }));
/** The text without its fenced blocks. */
export const proseOf = (text: string): string => text.replace(FENCE, '');
/** What stands between single backticks. */
export const codesIn = (prose: string): readonly string[] =>
  [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
/** The targets of links. */
export const linksIn = (prose: string): readonly string[] =>
  [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
/** The anchors of headings, as GitHub makes them. */
export const anchorsIn = (text: string): readonly string[] =>
  [...proseOf(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** A command line that a document shows. */
export interface Shown {
  readonly argv: readonly string[];
  /** What it says about the exit code; undefined: nothing. */
  readonly code: number | undefined;
}
/** The commands of a shell block that begin with these words. */
export function commandsIn(body: string, start: string): readonly Shown[] {
  return body.split('\n').flatMap((line) => {
    const [command = '', comment = ''] = line.split(/ +# /);
    const code = /exit code (\d+)/.exec(comment)?.[1];
    return command
      .split('&&')
      .map((part) => part.trim())
      .filter((part) => part.startsWith(start))
      .map((part) => ({
        argv: [...part.slice(start.length).matchAll(/'([^']*)'|\S+/g)].map(
          ([whole, quoted]) => quoted ?? whole,
        ),
        code: code === undefined ? undefined : Number(code),
      }));
  });
}

/** Makes the change that a block describes to the sources in a folder; false: it describes none. */
export function applyEdit({ language, info, body }: Block, folder: string): boolean {
  if (language !== 'ts' || info === '') return false;
  const [, file = '', where, line] = /^(\S+)(?: (before|after) (.+))?$/.exec(info) ?? [];
  const path = join(folder, file);
  if (where === undefined || line === undefined) {
    writeFileSync(path, body, { flag: 'wx' });
    return true;
  }
  const lines = readFileSync(path, 'utf8').split('\n');
  const found = lines.flatMap((l, n) => (l.includes(line) ? [n] : []));
  const [n] = found;
  if (n === undefined || found.length > 1)
    throw new Error(`applyEdit: ${found.length} lines of ${file} have “${line}”`);
  if (where === 'after' && !/[,;]$/.test(lines[n] ?? ''))
    throw new Error(`applyEdit: what has “${line}” in ${file} goes on over several lines`);
  lines.splice(where === 'before' ? n : n + 1, 0, body.replace(/\n$/, ''));
  writeFileSync(path, lines.join('\n'));
  return true;
}
