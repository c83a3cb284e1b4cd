import { performance } from 'node:perf_hooks';
import { type ProgressView, plainProgress } from '../report/progress.ts';
import type { Terminal } from './terminal.ts';

/** Progress as the terminal can show it, on stderr. */
export async function progressOn(terminal: Terminal): Promise<ProgressView> {
  const clock = (): number => performance.now();
  if (!terminal.live) return plainProgress(terminal.err, clock);
  const { livePanel } = await import('../report/panel.ts');
  return livePanel(process.stderr, clock);
}
