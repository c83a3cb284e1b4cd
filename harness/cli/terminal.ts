import { type Paint, paintFor } from '../report/paint.ts';

/** Where a command writes, and what it may assume of the reader. */
export interface Terminal {
  /** Results, on stdout. */
  readonly out: (text: string) => void;
  /** Errors and progress, on stderr. */
  readonly err: (text: string) => void;
  readonly paint: Paint;
  readonly columns: number;
  /** Whether stderr can show a panel that redraws itself. */
  readonly live: boolean;
}

/** Reports are made for this width, and for narrower terminals down to the other. */
const COLUMNS_MAX = 100;
const COLUMNS_MIN = 60;
type Env = Readonly<Record<string, string | undefined>>;

/** Colour only on a terminal; NO_COLOR takes it away, FORCE_COLOR decides before both, as in Node. */
export function isColoured(isTerminal: boolean, env: Env): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTerminal && env.TERM !== 'dumb';
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const inCi = env.CI !== undefined && env.CI !== '' && env.CI !== 'false';
  const wide = stdout.isTTY ? stdout.columns : COLUMNS_MAX;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    paint: paintFor(isColoured(stdout.isTTY === true, env)),
    columns: Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, wide || COLUMNS_MAX)),
    // A terminal that does not know its size has no room for a panel.
    live: stderr.isTTY === true && stderr.rows > 0 && !inCi && env.TERM !== 'dumb',
  };
}
