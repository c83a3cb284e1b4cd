import { EXIT } from '../../result.ts';
import type { Page } from './page.ts';

type Word = keyof typeof EXIT;
const MEANINGS: Readonly<Record<Word, string>> = {
  holds:
    'The budget was spent, every witness fired, and nothing was found. It is not a proof: sequences are samples.',
  violated: 'A property does not hold. The counterexample was minimised and written.',
  usage: 'Something that was given cannot be used; nothing was run and nothing was written.',
  vacuous:
    'A property was judged, but a situation without which it says nothing was never seen. Raise --budget, or look at why it cannot be reached.',
  inconclusive: 'A limit ended the run before its budget was spent.',
  differs:
    'The subject came to another outcome or state than the model, and no property names the fault.',
  'corpus changed':
    'A stored counterexample, or a planted fault, does not come to the verdict that is recorded for it.',
  'trace rejected':
    'A recording does not verify, or the model does not admit what it shows. The longest admitted prefix is reported.',
  bug: 'Something was thrown that should not have been: a bug of tdicheck, please report it.',
  interrupted: 'The run was interrupted; what was found before that is kept.',
};
export const VERDICT_WORDS = Object.keys(EXIT) as readonly Word[];

/** A verdict with its exit code, by word or by number. */
export function verdictPage(id: string): Page | undefined {
  const word = VERDICT_WORDS.find((w) => w === id || String(EXIT[w]) === id);
  if (word === undefined) return undefined;
  return {
    id: word,
    kind: `verdict, exit code ${EXIT[word]}`,
    says: MEANINGS[word],
    facts: [
      ['precedence', 'where several verdicts apply, the exit code is the first of 1, 5, 6, 3, 4'],
    ],
    parts: [],
    record: { exitCode: EXIT[word] },
  };
}
