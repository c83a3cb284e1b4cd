import { Chalk } from 'chalk';

type Paints = (text: string) => string;
/** What a colour means. Texts must read the same without any. */
export interface Paint {
  readonly good: Paints;
  readonly bad: Paints;
  readonly warn: Paints;
  readonly strong: Paints;
  readonly dim: Paints;
}

/** Paint for a stream with colours, or without. Only the 16 colours that every terminal has are used. */
export function paintFor(coloured: boolean): Paint {
  const chalk = new Chalk({ level: coloured ? 1 : 0 });
  return {
    good: chalk.green,
    bad: chalk.red,
    warn: chalk.yellow,
    strong: chalk.bold,
    dim: chalk.dim,
  };
}
