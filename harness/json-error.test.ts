import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonErrorIn } from './json-error.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('jsonErrorIn', () => {
  it('points at the first thing that is wrong', () => {
    // Goal: the place is exact. Method: texts with an arrow in front of the error.
    for (const marked of [
      '▶x',
      '{\n  "a": 1\n  ▶"b": 2\n}',
      '{ "a" ▶1 }',
      '{ ▶a: 1 }',
      '{ "a": 1, ▶}',
      '[1, ▶]',
      '[1 ▶2]',
      '[1▶}',
      '{ "a": [1]▶] }',
      '{}▶ {}'.replace('▶ ', ' ▶'),
      '▶,',
      '"tab ▶\t"',
      '"bad ▶\\x"',
      '["a", ▶01]'.replace('▶01', '0▶1'),
      '[nul▶]'.replace('nul▶', '▶nul'),
      '[-▶]'.replace('-▶', '▶-'),
      '\n\n  ▶}',
    ]) {
      const [before = ''] = marked.split('▶');
      const text = marked.replace('▶', '');
      expect(isJson(text)).toBe(false);
      const lines = before.split('\n');
      expect({ text, ...jsonErrorIn(text) }).toEqual({
        text,
        line: lines.length,
        column: (lines.at(-1)?.length ?? 0) + 1,
        atEnd: false,
      });
    }
  });

  it('tells a text that only ends too early', () => {
    // Goal: a truncated file is called so. Method: every proper beginning of a text.
    const text = '{ "a": [1, "b\\u0041\\n", null], "c": { "d": "e" } }';
    for (let length = 0; length < text.length; length++) {
      const cut = text.slice(0, length);
      const { line, column, atEnd } = jsonErrorIn(cut);
      const inToken = /(?:\\u?[0-9a-f]*|n|nu|nul)$/i.test(cut);
      if (!inToken)
        expect({ cut, atEnd, line, column }).toEqual({
          cut,
          atEnd: true,
          line: 1,
          column: length + 1,
        });
    }
  });

  it('agrees with JSON.parse on what is wrong', () => {
    // Goal: what comes before the error could have been JSON, and what includes it could not.
    // Method: JSON with one character changed; the part before the error is completed by force.
    const damaged = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', ':', '"', '{', ']', 'x', '1', '\\', '\n'),
      )
      .map(
        ([text, at, by]) =>
          text.slice(0, at % text.length) + by + text.slice((at % text.length) + 1),
      )
      .filter((text) => !isJson(text));
    fc.assert(
      fc.property(damaged, (text) => {
        const { line, column, atEnd } = jsonErrorIn(text);
        const before = text
          .split('\n')
          .slice(0, line - 1)
          .join('\n');
        const offset = (line > 1 ? before.length + 1 : 0) + column - 1;
        expect(offset).toBeLessThanOrEqual(text.length);
        expect(atEnd).toBe(offset >= text.length);
      }),
    );
  });

  it('takes a long string and deep brackets', () => {
    // Goal: a hostile file ends neither the stack nor the patience.
    const long = `["${'a'.repeat(5_000_000)}\\q"]`;
    expect(jsonErrorIn(long)).toEqual({ line: 1, column: 5_000_003, atEnd: false });
    const deep = '['.repeat(1_000_000);
    expect(jsonErrorIn(deep)).toEqual({ line: 1, column: 1_000_001, atEnd: true });
  });
});
