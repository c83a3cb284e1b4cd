/** Where a text stops being JSON. */
export interface JsonError {
  /** Both counted from 1. */
  readonly line: number;
  readonly column: number;
  /** Nothing is wrong but that the text ends there. */
  readonly atEnd: boolean;
}

const SPACE = /[\t\n\r ]*/y;
/** Everything but strings, of which one may be as long as the file. */
const TOKEN = /[{}[\],:]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The end of a match of a sticky pattern at a place; undefined: no match there. */
function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
/** The end of the string that begins at a quote, or the place where it goes wrong. */
function stringAt(text: string, at: number): { end: number } | { wrong: number } {
  let i = at + 1;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c === 0x22) return { end: i + 1 };
    if (c < 0x20) break;
    const next = c === 0x5c ? endOf(ESCAPE, text, i) : i + 1;
    if (next === undefined) break;
    i = next;
  }
  return { wrong: i };
}

/** What may stand next. */
type Expecting = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end';
/**
 * What may stand after a token, given the brackets that are open; undefined: the token is wrong
 * here.
 */
function after(token: string, expecting: Expecting, open: string[]): Expecting | undefined {
  const isValue = token !== '' && !'{}[],:'.includes(token);
  switch (expecting) {
    case 'colon':
      return token === ':' ? 'value' : undefined;
    case 'key':
    case 'key or }':
      if (token.startsWith('"')) return 'colon';
      return token === '}' && expecting === 'key or }' ? close(open) : undefined;
    case 'value':
    case 'value or ]':
      if (isValue) return 'comma or end';
      if (token === ']' && expecting === 'value or ]') return close(open);
      if (token !== '{' && token !== '[') return undefined;
      open.push(token);
      return token === '{' ? 'key or }' : 'value or ]';
    case 'comma or end': {
      const inside = open.at(-1);
      if (token === ',' && inside !== undefined) return inside === '{' ? 'key' : 'value';
      return (token === '}' && inside === '{') || (token === ']' && inside === '[')
        ? close(open)
        : undefined;
    }
    default: {
      const never: never = expecting;
      throw new Error(`jsonErrorIn: unknown place ${String(never)}`);
    }
  }
}
function close(open: string[]): Expecting {
  open.pop();
  return 'comma or end';
}

/**
 * Finds the first error in a text that JSON.parse refused. The platform's own message names a place
 * in some versions and not in others; what we print must not depend on that.
 */
export function jsonErrorIn(text: string): JsonError {
  const at = offsetOfError(text);
  const before = text.slice(0, at).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  return { line: before.length, column, atEnd: at >= text.length };
}
function offsetOfError(text: string): number {
  const open: string[] = [];
  let expecting: Expecting = 'value';
  for (let at = 0; ; ) {
    const start = endOf(SPACE, text, at) ?? at;
    let end = endOf(TOKEN, text, start);
    if (text[start] === '"') {
      const string = stringAt(text, start);
      if ('wrong' in string) return string.wrong;
      end = string.end;
    }
    if (end === undefined) return start;
    const next = after(text.slice(start, Math.min(end, start + 8)), expecting, open);
    if (next === undefined) return start;
    expecting = next;
    at = end;
  }
}
