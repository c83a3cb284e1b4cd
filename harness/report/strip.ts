/**
 * A counterexample in a terminal: one line a step, one column a TDI (or queue, or VM), and what else changed.
 *
 * Everything is given: attempts, the subject's worlds, what the reference says of the violating
 * step. The strip reads the same without colours, and has an ASCII form.
 */
import type { Outcome } from '../../model/author.ts';
import { CLAUSES, type ClauseId } from '../../model/clauses.ts';
import type { Attempt, Result } from '../../model/step.ts';
import type { Preset, World } from '../../model/world.ts';
import { attemptText } from './attempt-text.ts';
import { type Change, changesBetween, changeText, resultText } from './changes.ts';
import { columnsOf, type Letter, type Shade } from './columns.ts';
import type { Paint } from './paint.ts';
import { hang, wrap } from './wrap.ts';

export interface StripInput {
  /** The violated property; null: subject and model differ, and no property names the fault. */
  readonly property: {
    readonly id: string;
    readonly title: string;
    readonly clauses: readonly ClauseId[];
  } | null;
  /** How it was found, in one line. */
  readonly found?: string;
  /** What to tell a reader about the violation. */
  readonly why?: string;
  readonly preset: Preset;
  readonly attempts: readonly Attempt[];
  /** Attempts by their indices. */
  readonly steps: readonly number[];
  /** The subject's worlds: at power-on, then after each step. */
  readonly states: readonly World[];
  /** What the steps came to, where that is known. */
  readonly outcomes?: readonly Outcome[];
  /** The step that violates, counted from 0; -1: the world at power-on does. */
  readonly at: number;
  /** What the reference makes of that step, from the subject's world before it. */
  readonly expected?: Pick<Result, 'outcome' | 'world'>;
  /** What must be so, in the property's own words; otherwise `expected` says it. */
  readonly must?: string;
  /** What `replay` is given to see it again: the file that the trace is in, and options. */
  readonly replay?: string;
  /** At least 72, or lines will be longer. */
  readonly columns: number;
  readonly paint: Paint;
  /** Nothing but ASCII. */
  readonly ascii?: boolean;
}

const GAP = '  ';
/** Of a line, so much is the attempt's at most; so much is left for what changed at least. */
const ATTEMPT_SHARE = 0.3;
const CHANGES_COLUMNS_MIN = 20;

const ASCII: Readonly<Record<string, string>> = {
  '→': '->',
  '◄': '<',
  '✗': 'x',
  '·': '-',
  '…': '...',
  '–': '-',
  '—': '-',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
};
const toAscii = (text: string): string => text.replace(/[^\n -~]/gu, (sign) => ASCII[sign] ?? '?');

/** Where the first of the clauses is, as briefly as a reader can find it: `TDISP 11.2.6`. */
function clauseText([id]: readonly ClauseId[]): string {
  if (id === undefined) return '';
  const { document, section } = CLAUSES[id];
  return `${/\(([^)]+)\)$/.exec(document)?.[1] ?? document} ${section}`;
}

const outcomeText = (o: Outcome): string =>
  o.is === 'accepted' ? 'accepted' : `${o.is} ${o.code}`;

/** Where the reference would be elsewhere than the subject is. */
function missing(input: StripInput, after: World): readonly Change[] {
  const { expected, preset } = input;
  return expected === undefined ? [] : changesBetween(after, expected.world, preset);
}
/**
 * What the marked step should have come to: letters, outcome, or failing these another field.
 */
function demand(input: StripInput, after: World): string {
  const { at, expected, must, outcomes, preset } = input;
  const { names, letters } = columnsOf(preset);
  const got = letters(after);
  const states = (expected === undefined ? [] : letters(expected.world)).flatMap(({ letter }, i) =>
    letter === got[i]?.letter ? [] : [`${names[i]} must be ${letter}`],
  );
  const wanted = expected && outcomeText(expected.outcome);
  const came = outcomes?.[at] && outcomeText(outcomes[at]);
  const outcome = wanted === undefined || wanted === came ? [] : [`must be ${wanted}`];
  const fields = missing(input, after)
    .slice(0, 2)
    .map((c) => `${c.label} must be ${c.after}`);
  const first = [
    states.length > 0 ? [...states, ...outcome] : [],
    must ? [must] : [],
    outcome,
    fields,
  ];
  return first.find((some) => some.length > 0)?.join(', ') ?? 'violates it';
}

/** One step as cells of plain text. */
interface Row {
  readonly cells: readonly string[];
  /** One for each column. */
  readonly states: readonly Letter[];
  readonly changes: string;
  readonly marked: boolean;
}
function rowOf(input: StripInput, i: number): Row {
  const { attempts, steps, states, preset, at } = input;
  const attempt = attempts[steps[i] ?? -1];
  const before = states[i];
  const after = states[i + 1];
  if (attempt === undefined || before === undefined || after === undefined)
    throw new Error(`renderStrip: step ${i} of ${steps.length} has no attempt or no worlds`);
  const marked = i === at;
  const { letters, tells } = columnsOf(preset);
  const others = changesBetween(before, after, preset).filter((c) => !tells(c.of));
  const outcome = input.outcomes?.[i];
  const failed = outcome === undefined || outcome.is === 'accepted' ? [] : [outcomeText(outcome)];
  // What the marked step changed is told below the table.
  const text = [...failed, ...(marked ? [] : others.map(resultText))].join(', ');
  const mark = marked ? `◄ ${demand(input, after)}` : '';
  return {
    cells: [String(i + 1), attempt.rule.by, attemptText(attempt)],
    states: letters(after),
    changes: [mark, text].filter((p) => p !== '').join('; '),
    marked,
  };
}

/** The table of steps. */
function tableLines(input: StripInput, say: (text: string) => string): readonly string[] {
  const { columns, paint, preset } = input;
  const rows = input.steps.map((_, i) => rowOf(input, i));
  const { names } = columnsOf(preset);
  const head = ['#', 'by', 'rule'];
  const widths = head.map((h, c) =>
    Math.max(h.length, ...rows.map((r) => r.cells[c]?.length ?? 0)),
  );
  widths[2] = Math.min(widths[2] ?? 0, Math.max(20, Math.floor(columns * ATTEMPT_SHARE)));
  const left = [...widths, ...names.map((n) => n.length)];
  const used = GAP.length + left.reduce((sum, w) => sum + w + GAP.length, 0);
  const room = Math.max(CHANGES_COLUMNS_MIN, columns - used);
  const line = (
    cells: readonly string[],
    paints: readonly ((text: string) => string)[] = [],
  ): string =>
    cells
      .reduce((text, cell, c) => {
        const padded = c === 0 ? cell.padStart(left[0] ?? 0) : cell.padEnd(left[c] ?? 0);
        return `${text}${GAP}${paints[c]?.(padded) ?? padded}`;
      }, '')
      .trimEnd();
  const paintOf: Readonly<Record<Shade, (text: string) => string>> = {
    none: paint.dim,
    some: paint.warn,
    good: paint.good,
    bad: paint.bad,
  };
  const lines = rows.flatMap(({ cells: [n = '', by = '', rule = ''], states, changes, marked }) => {
    const rules = wrap(rule, widths[2] ?? 0);
    const texts = changes === '' ? [] : wrap(say(changes), room);
    const some = Math.max(rules.length, texts.length, 1);
    return Array.from({ length: some }, (_, i) => {
      const first = i === 0;
      const letters = states.map((s) => (first ? s.letter : ''));
      const cells = [first ? n : '', first ? by : '', rules[i] ?? '', ...letters, texts[i] ?? ''];
      const strong = marked ? paint.strong : undefined;
      const paints = [
        strong,
        strong,
        strong,
        ...states.map((s) => paintOf[s.shade]),
        marked ? paint.bad : paint.dim,
      ];
      return line(
        cells,
        paints.map((p) => p ?? ((text) => text)),
      );
    });
  });
  return [paint.dim(line([...head, ...names])), ...lines];
}

/** The title, and what it is called and where it comes from at the end of the line or below. */
function titleLines(input: StripInput, say: (text: string) => string): readonly string[] {
  const { property, columns, paint } = input;
  const title = say(`✗ ${property?.title ?? 'Subject and model differ'}`);
  const clause = clauseText(property?.clauses ?? []);
  const about = say([property?.id, clause].filter(Boolean).join(' · '));
  const room = columns - title.length - about.length;
  if (about === '' || room < GAP.length)
    return [
      ...wrap(title, columns).map((l) => paint.bad(l)),
      ...(about === '' ? [] : hang(GAP, about, columns)),
    ];
  return [paint.bad(title) + ' '.repeat(room) + paint.dim(about)];
}

/** A counterexample as lines. */
export function renderStrip(input: StripInput): string[] {
  const { at, columns, expected, found, preset, states, why } = input;
  const say = input.ascii === true ? toAscii : (text: string): string => text;
  const before = states[at];
  const after = states[at + 1];
  if (after === undefined) throw new Error(`renderStrip: there is no world after step ${at}`);
  const changed = before === undefined ? [] : changesBetween(before, after, preset);
  const kept =
    before === undefined || expected === undefined
      ? []
      : missing(input, after).filter((c) => !changed.some((x) => x.of === c.of));
  const told = (label: string, texts: readonly string[]): readonly (readonly [string, string])[] =>
    texts.length === 0 ? [] : [[label, texts.join(', ')]];
  const notes = [
    ...told(`step ${at + 1} changed`, changed.map(changeText)),
    ...told(
      'unchanged',
      kept.map((c) => `${c.label} ${c.before}`),
    ),
    ...told('why', why === undefined ? [] : [why]),
  ];
  // A command is copied: it is never broken.
  const replay = input.replay === undefined ? [] : [`npx tdicheck replay ${input.replay}`];
  const width = Math.max('replay'.length, ...notes.map(([label]) => label.length));
  const lines = [
    ...titleLines(input, say),
    ...(found === undefined ? [] : hang(GAP, say(found), columns)),
    '',
    ...(input.steps.length === 0
      ? [`${GAP}no step is needed: it is so at power-on`]
      : tableLines(input, say)),
    ...notes.flatMap(([label, text]) =>
      hang(`${GAP}${label.padEnd(width)}${GAP}`, say(text), columns),
    ),
    ...replay.map((command) => `${GAP}${'replay'.padEnd(width)}${GAP}${command}`),
  ];
  return lines.map((l) => (l.trim() === '' ? '' : l));
}
