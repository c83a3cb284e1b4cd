import type { SummaryContext } from './context.ts';

/** An argument as a shell takes it. */
export const quoted = (text: string): string =>
  /^[\w.,:=/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
/** Names the backend, unless it is the one that a command takes by itself. */
export const backendOption = ({ backend }: SummaryContext): string =>
  backend === 'base' ? '' : `--backend ${quoted(backend)}`;
/** What replays a stored trace of the checked backend. */
export const replayArguments = (file: string, c: SummaryContext): string =>
  [quoted(file), backendOption(c)].filter((part) => part !== '').join(' ');
