import { PROPERTIES } from '../../../properties/index.ts';
import type { CheckReport, FoundReport } from '../../result.ts';
import { grouped } from '../grouped.ts';
import { renderStrip } from '../strip.ts';
import { stripOf } from '../strip-of.ts';
import { replayArguments } from './command.ts';
import type { SummaryContext } from './context.ts';

/** A found failure: what, how it was found, its steps, why, and how to see it again. */
export function failureLines(f: FoundReport, r: CheckReport, c: SummaryContext): readonly string[] {
  const { setup, subject } = c.subjectFor(f.readings);
  const found =
    `seed ${r.seed} · found at ${grouped(f.sequence)} of ${grouped(r.budget)} sequences · ` +
    `${grouped(f.foundLength)} → ${f.length} steps`;
  return [
    ...renderStrip({
      ...stripOf(setup, subject, f.steps, f.at),
      property: PROPERTIES.find((p) => p.id === f.property) ?? null,
      found,
      why: f.why,
      ...(f.file === null ? {} : { replay: replayArguments(f.file, c) }),
      columns: c.columns,
      paint: c.paint,
    }),
    ...(f.file === null ? ['  It was not written to a file.'] : []),
  ];
}
