import { createLogUpdate } from 'log-update';
import type { Progress } from '../check.ts';
import { grouped } from './grouped.ts';
import { type Clock, type ProgressView, progressText } from './progress.ts';

const FIRST_MS = 2000;
const FRAME_MS = 100;
const BAR_COLUMNS = 30;
/** Rates settle after this. */
const RATE_MIN_MS = 1000;

/** How the campaign is going, in two lines. `elapsed` is that of the present phase. */
export function panelText(p: Progress, elapsedMs: number): string {
  const share = p.total === 0 ? 0 : Math.min(1, p.done / p.total);
  const full = Math.round(share * BAR_COLUMNS);
  const bar = '█'.repeat(full) + '░'.repeat(BAR_COLUMNS - full);
  const settled = elapsedMs >= RATE_MIN_MS && share > 0;
  const left = settled ? `about ${Math.ceil((elapsedMs * (1 / share - 1)) / 1000)} s left` : '';
  const rate =
    settled && p.steps > 0 ? `${grouped(Math.round((p.steps * 1000) / elapsedMs))} steps/s` : '';
  const tail = [rate, left].filter((part) => part !== '').join(' · ');
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${tail}\n${progressText(p)} · Ctrl-C ends`;
}

/** A panel on the terminal that redraws itself. A run that is over soon shows none. */
export function livePanel(stream: NodeJS.WriteStream, clock: Clock): ProgressView {
  const draw = createLogUpdate(stream);
  let next = clock() + FIRST_MS;
  let phase: Progress['phase'] | undefined;
  let phaseBegan = clock();
  let drawn = false;
  return {
    update: (progress) => {
      const now = clock();
      if (progress.phase !== phase) {
        phase = progress.phase;
        phaseBegan = now;
      }
      if (now < next) return;
      next = now + FRAME_MS;
      drawn = true;
      draw(panelText(progress, now - phaseBegan));
    },
    end: () => {
      if (!drawn) return;
      draw.clear();
      draw.done();
    },
  };
}
