import { fileURLToPath } from 'node:url';
import { UsageError } from '../errors.ts';
import { EXIT } from '../result.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** "name (place)" of the innermost frame of a stack, with the place relative to the package. */
function placeOf(error: Error): string {
  const frame = /^\s+at (.+)$/m.exec(error.stack ?? '')?.[1];
  if (frame === undefined) return 'an unknown function';
  const [, name, place = frame] = /^(?:async )?(.+?) \((.+)\)$/.exec(frame) ?? [];
  const root = new URL('../../', import.meta.url);
  const shown = place.replace(root.href, '').replace(fileURLToPath(root), '');
  return name === undefined ? shown : `${name} (${shown})`;
}

/** The seed of the failed run, as it was given. */
function seedOf(argv: readonly string[]): string {
  const at = argv.findIndex((a) => a === '--seed' || a.startsWith('--seed='));
  const given = argv[at]?.split('=')[1] ?? argv[at + 1];
  return at < 0 || given === undefined ? 'the default seed' : `seed ${given}`;
}

/** Tells what went wrong: with the user's input in at most three lines, or with us in two. */
export function explainFailure(
  error: unknown,
  argv: readonly string[],
  terminal: Pick<Terminal, 'err'>,
): number {
  if (error instanceof UsageError) {
    // An indented line that begins with "at" reads like a frame of a stack.
    const [what = '', ...rest] = error.lines.map((l) => l.replace(/^at /, 'in '));
    terminal.err([`tdicheck: ${what}\n`, ...rest.map((l) => `  ${l}\n`)].join(''));
    return EXIT.usage;
  }
  const text = error instanceof Error ? error.message : String(error);
  const place = error instanceof Error ? ` in ${placeOf(error)}` : '';
  terminal.err(
    `tdicheck: internal error${place}: ${text.replace(/\s+/g, ' ')}\n` +
      `  this is a bug of tdicheck; please report it with this line, the command, ${seedOf(argv)} and version ${version()}\n`,
  );
  return EXIT.bug;
}
