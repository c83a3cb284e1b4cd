import { CLAUSES, type ClauseId } from '../../model/clauses.ts';
import { FACETS, type Facet } from '../../model/fields.ts';
import { SIGNATURES } from '../../model/words/index.ts';
import { READINGS } from '../../model/world.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { UsageError } from '../errors.ts';
import { SLICE_FAULTS } from '../explore/slices.ts';
import { PLANTED_FAULTS } from '../faults.ts';
import { KNOWN_BUGS } from '../known-bugs.ts';
import { mutantsOf } from '../mutate.ts';
import { clausePage } from '../report/explain/clause-page.ts';
import { codePage, codesOf } from '../report/explain/code-page.ts';
import { type Page, pageRecord, pageText } from '../report/explain/page.ts';
import { propertyPage } from '../report/explain/property-page.ts';
import { rulePage } from '../report/explain/rule-page.ts';
import {
  backendPage,
  facetPage,
  faultPage,
  knownBugPage,
  mutantPage,
  presetPage,
  readingPage,
  sliceFaultPage,
  stackFaultPage,
} from '../report/explain/simple-pages.ts';
import { VERDICT_WORDS, verdictPage } from '../report/explain/verdict-page.ts';
import { wordPage } from '../report/explain/word-page.ts';
import { signatureOf } from '../report/signature-of.ts';
import { RULE_FAULTS } from '../rule-faults.ts';
import { rulesOf } from '../setup.ts';
import { STACK_FAULTS } from '../stack/faults.ts';
import { KNOWN_PRESETS } from '../subjects.ts';
import { backendFor } from './backend-for.ts';
import { BACKENDS, usableIn, usableText, withKnown } from './backends.ts';
import { DEFAULT_BACKEND } from './defaults.ts';
import { hintFor } from './pick.ts';
import type { Terminal } from './terminal.ts';

export interface ExplainOptions {
  /** Undefined: the one that is assumed, and what only others have as well. */
  readonly backend?: string;
  readonly format: 'pretty' | 'json';
}

/** `explain`: everything about one thing; where an id names several things, about each. */
export async function explainCommand(
  id: string,
  o: ExplainOptions,
  terminal: Terminal,
): Promise<number> {
  const backend = await backendFor(o.backend ?? DEFAULT_BACKEND);
  const backends = withKnown(backend);
  const rules = rulesOf(backend);
  // They are many, take long to make, and have a colon in their ids, which nothing else has.
  const mutants = id.includes(':') ? mutantsOf(rules) : [];
  const elsewhere = o.backend === undefined ? BACKENDS : [];
  const ofRule = [rules, ...elsewhere.map(rulesOf)].find((some) =>
    some.some((r) => r.id === id.split(':')[0]),
  );
  const words = Object.keys(SIGNATURES);
  const byId = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] =>
    all.filter((x) => x.id === id);
  const named = <K extends string>(of: Readonly<Record<K, unknown>>): readonly K[] =>
    (Object.keys(of) as K[]).filter((k) => k === id);

  const pages: readonly (Page | undefined)[] = [
    ...byId(ofRule ?? []).map(rulePage),
    ...byId(PROPERTIES).map((p) =>
      propertyPage(
        p,
        RULE_FAULTS.filter((f) => f.properties.includes(p.id)).map(({ id: fault, title }) => ({
          id: fault,
          title,
        })),
      ),
    ),
    ...words
      .filter((w) => w === id)
      .flatMap((w) => {
        const signature = signatureOf(w);
        return signature === undefined ? [] : [wordPage(w, signature, rules)];
      }),
    ...byId(id.includes(':') ? mutantsOf(ofRule ?? []) : []).map(mutantPage),
    ...byId(PLANTED_FAULTS).map(faultPage),
    ...byId(KNOWN_BUGS).map(knownBugPage),
    ...byId(SLICE_FAULTS).map(sliceFaultPage),
    ...byId(STACK_FAULTS).map(stackFaultPage),
    ...named<ClauseId>(CLAUSES).map((c) =>
      clausePage(c, CLAUSES[c], {
        rules,
        properties: PROPERTIES,
        words: words.filter((w) => signatureOf(w)?.clauses.includes(c)),
      }),
    ),
    ...named<Facet>(FACETS).map((f) => facetPage(f, rules, PROPERTIES)),
    ...byId(KNOWN_PRESETS).map((p) => {
      const ids = usableIn(p);
      return presetPage(p, { ids, text: usableText(ids) });
    }),
    ...named<keyof typeof READINGS>(READINGS).map((r) => readingPage(r, rules)),
    ...byId(backends).map(backendPage),
    codePage(id, rules),
    verdictPage(id),
  ];
  const found = pages.filter((p) => p !== undefined);
  if (found.length === 0) {
    const ids = [
      ...[...rules, ...PROPERTIES, ...RULE_FAULTS, ...STACK_FAULTS],
      ...[...KNOWN_PRESETS, ...backends],
    ].map((x) => x.id);
    const others = [CLAUSES, FACETS, READINGS].flatMap((r) => Object.keys(r));
    const known = [...ids, ...words, ...others, ...codesOf(rules), ...VERDICT_WORDS];
    // Mutants are so many and so long that they are only suggested to those who mean one.
    const all = mutants.length > 0 ? mutants.map((m) => m.id) : known;
    throw new UsageError(
      `nothing is called ${JSON.stringify(id)}`,
      hintFor(id, all, 'npx tdicheck list'),
      'known are ids of rules, properties, words, mutants, faults, clauses, facets, presets, readings, backends, codes, verdicts',
    );
  }
  terminal.out(
    o.format === 'json'
      ? `${JSON.stringify(found.map(pageRecord), undefined, 2)}\n`
      : found.map((p) => pageText(p, terminal.columns, terminal.paint)).join('\n'),
  );
  return 0;
}
