/**
 * Where generated statements go: `const` lines, each computing a new name, nothing ever assigned.
 *
 * Because every name has one meaning for ever, equal expressions are bound once, and a line that
 * nothing asks for is left out of the text.
 */

interface Line {
  readonly name: string;
  readonly js: string;
}

const NAME = /^(?:[A-Za-z_$][\w$]*|\d+)$/;

export class Scope {
  readonly #parent: Scope | undefined;
  readonly #names = new Map<string, string>();
  readonly #lines: Line[] = [];
  /** Shared by all scopes of a function, so that no name hides another. */
  readonly #counter: { next: number };

  constructor(parent?: Scope) {
    this.#parent = parent;
    this.#counter = parent === undefined ? { next: 0 } : parent.#counter;
  }
  /** A name for the value of an expression; names and numbers stand for themselves. */
  bind(js: string): string {
    if (NAME.test(js)) return js;
    const bound = this.#find(js);
    if (bound !== undefined) return bound;
    const name = `v${this.#counter.next++}`;
    this.#names.set(js, name);
    this.#lines.push({ name, js });
    return name;
  }
  /** The scope of a block inside this one: it sees what is bound here, not the other way round. */
  child(): Scope {
    return new Scope(this);
  }
  /** The lines that give the needed names, in order; adds the names that those lines need. */
  linesFor(needed: Set<string>): string {
    let lines = '';
    for (let i = this.#lines.length - 1; i >= 0; i--) {
      const line = this.#lines[i];
      if (line === undefined || !needed.has(line.name)) continue;
      for (const name of namesIn(line.js)) needed.add(name);
      lines = `const ${line.name}=${line.js};${lines}`;
    }
    return lines;
  }
  #find(js: string): string | undefined {
    const name = this.#names.get(js);
    return name ?? (this.#parent === undefined ? undefined : this.#parent.#find(js));
  }
}

/** The bound names that a text uses. */
export const namesIn = (js: string): readonly string[] => js.match(/\bv\d+\b/g) ?? [];

/**
 * The words of the state before the step are read into `s0`, `s1`, …; these are the ones a text
 * uses.
 */
export function wordsIn(text: string): number[] {
  const found = new Set((text.match(/\bs\d+\b/g) ?? []).map((name) => Number(name.slice(1))));
  return [...found].sort((a, b) => a - b);
}
