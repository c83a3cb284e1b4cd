import type { SummaryContext } from './context.ts';

/** An argument as a shell takes it. */
export const quoted = (text: string): string =>
  /^[\w.,:=/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
/** Names the backend, unless it is the one that `check` takes by itself. */
export const backendOption = ({ backend, preset }: SummaryContext): string =>
  backend === 'amd-sev-tio' && preset.id === 'small' ? '' : `--backend ${quoted(backend)}`;
/** What replays a stored trace of the checked backend: it names one of ours itself. */
export const replayArguments = (
  file: string,
  { backend }: Pick<SummaryContext, 'backend'>,
): string =>
  /[\\/.]/.test(backend) ? `${quoted(file)} --backend ${quoted(backend)}` : quoted(file);
