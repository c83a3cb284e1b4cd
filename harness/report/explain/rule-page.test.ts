import { expect, test } from 'vitest';
import {
  accepted,
  anyOf,
  at,
  each,
  idle,
  not,
  refused,
  rule,
  when,
} from '../../../model/author.ts';
import { W } from '../../../model/words/index.ts';
import { paintFor } from '../paint.ts';
import { pageText } from './page.ts';
import { rulePage } from './rule-page.ts';

/** Every kind of node, in the words of the model. */
const RULE = rule('test.rule', {
  by: 'tsm',
  role: 'hostile',
  says: 'Something happens.',
  over: { tdi: 'Tdi', traffic: 'Traffic' },
  clauses: ['cfg-bar'],
  facets: ['bar'],
  codesInAnyOrder: true,
  cases: [
    refused('NO', 'not here', [not(W.tdiIs('CONFIG_LOCKED', 'RUN')), anyOf(W.bmeSet, W.mseSet)]),
    idle('the case above takes it', refused('NEVER', 'dead', [W.bmeSet])),
    accepted(
      'done',
      [],
      [
        when([W.bmeSet], [W.tdiTo('ERROR'), W.dropNonce]),
        at({ tdi: W.relayTdi }, W.unbind),
        each({ page: 'Page' }, [W.mapped], [W.unmapPage]),
      ],
    ),
  ],
});

test('a decision table in words', () => {
  const text = pageText(rulePage(RULE), 100, paintFor(false));
  expect(text.slice(0, text.indexOf('clauses'))).toMatchInlineSnapshot(`
    "test.rule  rule, attempted by the TSM

    Something happens.

      over    tdi (a Tdi); traffic (legacy, shared, private)
      role    works against it
      facets  only where bar is on
      order   the first case whose conditions all hold decides; the documents fix no order, so the code
              of any refusing case that holds will do
      words   tdiIs, bmeSet, mseSet, tdiTo, dropNonce, relayTdi, unbind, mapped, unmapPage

    cases
       1  not here: refused NO
          if   it is not so that the TDI is in one of CONFIG_LOCKED, RUN
          and  Bus Master Enable of the TDI is 1, or Memory Space Enable of the TDI is 1
          then nothing changes
       2  dead: refused NEVER
          if   Bus Master Enable of the TDI is 1
          then nothing changes
          idle the case above takes it
       3  done: accepted
          otherwise
          then if Bus Master Enable of the TDI is 1: the TDI becomes ERROR, and no report of it is being
               read in parts; the TDI holds no nonce
          and  the TDI that the carried exchange is about is bound to nobody
          and  for every page for which the table maps that page for the TDI, in either half: the table
               does not map that page for the TDI

    "
  `);
});

test('a narrow page wraps below its labels', () => {
  const text = pageText(rulePage(RULE), 60, paintFor(false));
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(text.split('\n').length).toBeGreaterThan(
    pageText(rulePage(RULE), 100, paintFor(false)).split('\n').length,
  );
});
