/** Pages of things about which little is to be said. */
import type { Backend, Rule } from '../../../model/author.ts';
import { FACETS, type Facet, PCI_FACETS } from '../../../model/fields.ts';
import {
  DEFAULT_READINGS,
  PRESETS,
  type Preset,
  READINGS,
  type Readings,
  SCHEMA,
} from '../../../model/world.ts';
import type { Property } from '../../../properties/property.ts';
import { backendOfSlice, type SliceFault } from '../../explore/slices.ts';
import type { PlantedFault } from '../../faults.ts';
import type { KnownBug } from '../../known-bugs.ts';
import type { Mutant } from '../../mutate.ts';
import type { NamedFault } from '../../stack/faults.ts';
import { clauseRecords } from '../clause-lines.ts';
import { clausesPart } from './clauses-part.ts';
import type { Page } from './page.ts';

/** A mutant: what is wrong with its rule, and how to check it. */
export const mutantPage = ({ id, rule, kind, says }: Mutant): Page => ({
  id,
  kind: 'mutant, rules with one mistake',
  says,
  facts: [
    ['rule', rule],
    ['mistake', kind.replaceAll('-', ' ')],
    ['try it', `npx tdicheck check --mutant '${id}'`],
  ],
  parts: [],
  record: { rule, mutation: kind },
});

/** A planted fault: what is wrong, which mutants make it, which properties must name it. */
export const faultPage = ({
  id,
  title,
  backend,
  mutants,
  properties,
  facets,
}: PlantedFault): Page => ({
  id,
  kind: 'planted fault, hunted by every clean check',
  says: `${title}.`,
  facts: [
    ['backend', backend],
    ['mutants', mutants.join(', ')],
    ['named by', properties.join(', ')],
    ['facets', facets.length === 0 ? '' : `only where ${facets.join(', ')} is on`],
    ['try it', `npx tdicheck check --backend ${backend} --mutant ${id}`],
  ],
  parts: [],
  record: { backend, mutants, properties, facets },
});

/** A known bug: what was wrong, where it shows, which properties must name it. */
export const knownBugPage = ({ id, title, backend, readings, properties }: KnownBug): Page => ({
  id,
  kind: 'known bug, as a mistake in rules',
  says: `${title}.`,
  facts: [
    ['backend', backend],
    ['readings', readingsText(readings)],
    ['named by', properties.join(', ')],
    ['try it', `npx tdicheck check --backend ${backend} --mutant ${id}`],
  ],
  parts: [],
  record: { backend, readings, properties },
});

/** The fault that shows what a slice is for, if it is made by hand. */
export const sliceFaultPage = ({ id, title, slice, backend, properties }: SliceFault): Page => ({
  id,
  kind: 'fault of a slice, as a mistake in rules',
  says: `${title}.`,
  facts: [
    ['backend', backend],
    ['slice', slice],
    ['named by', properties.join(', ')],
    ['try it', `npx tdicheck explore --preset ${slice} --mutant ${id}`],
  ],
  parts: [],
  record: { backend, preset: slice, properties },
});

/** A fault of the stack: a wrong decision of its device, TSM, link or memory. */
export const stackFaultPage = ({ id, title }: NamedFault): Page => ({
  id,
  kind: 'fault of the stack, one wrong decision',
  says: `${title}.`,
  facts: [['try it', `npx tdicheck check --subject stack --mutant ${id}`]],
  parts: [],
  record: { subject: 'stack' },
});

/** A facet: a part of the world that can be switched off, and what goes with it. */
export function facetPage(
  id: Facet,
  rules: readonly Rule[],
  properties: readonly Property[],
): Page {
  const presets = PRESETS.filter((p) => p.facets.includes(id)).map((p) => p.id);
  const fields = Object.entries(SCHEMA).flatMap(([group, g]) =>
    Object.entries(g.fields)
      .filter(([, f]) => f.facet === id)
      .map(([field]) => `${group}.${field}`),
  );
  const has = (x: { readonly facets: readonly Facet[] }): boolean => x.facets.includes(id);
  const ofRules = rules.filter(has).map((r) => r.id);
  const ofProperties = properties.filter(has).map((p) => p.id);
  return {
    id,
    kind: 'facet, a part of the world that a preset switches on',
    says: `${FACETS[id]}.`,
    facts: [
      ['on in', presets.map((p) => `preset ${p}`).join(', ')],
      // Listing most of the world would say nothing.
      ['fields', id === 'core' ? '' : fields.join(', ')],
      ['rules', ofRules.join(', ')],
      ['properties', ofProperties.join(', ')],
    ],
    parts: [],
    record: { presets, fields, rules: ofRules, properties: ofProperties },
  };
}

/** A preset: sizes, facets, readings, and which backends are of use in it. */
export const presetPage = (
  { id, says, sizes, facets, readings }: Preset,
  { ids, text }: { readonly ids: readonly string[]; readonly text: string },
): Page => ({
  id,
  kind: 'preset, how large the world is',
  says,
  facts: [
    [
      'sizes',
      Object.entries(sizes)
        .map(([sort, n]) => `${n} ${sort}`)
        .join(', '),
    ],
    ['facets on', facets.join(', ')],
    [
      'facets off',
      Object.keys(FACETS)
        .filter((f) => !facets.some((g) => g === f))
        .join(', '),
    ],
    ['readings', readingsText(readings)],
    ['backend', backendOfSlice(id) ?? text],
  ],
  parts: [],
  record: { sizes, facets, readings, backend: backendOfSlice(id) ?? null, backends: ids },
});

/** A reading: its values, and which rules ask for it. */
export function readingPage(id: keyof typeof READINGS, rules: readonly Rule[]): Page {
  const asking = rules
    .filter((r) => JSON.stringify(r.cases).includes(JSON.stringify(id)))
    .map((r) => r.id);
  return {
    id,
    kind: 'reading, where the documents are silent or disputed',
    says: `One of ${READINGS[id].join(', ')}. Every safety property must hold under each.`,
    facts: [
      ['default', DEFAULT_READINGS[id]],
      ['rules', asking.join(', ')],
      ['fix it', `npx tdicheck check --reading ${id}=${READINGS[id][1]}`],
    ],
    parts: [],
    record: { values: READINGS[id], default: DEFAULT_READINGS[id], rules: asking },
  };
}

/** A backend: its world, what it fixes, its TSM verbs. */
export const backendPage = ({
  id,
  title,
  says,
  rules,
  clauses,
  facets = PCI_FACETS,
  fixes = {},
}: Backend): Page => ({
  id,
  kind: 'backend, the verbs of one TSM',
  says: `${title}. ${says}`,
  facts: [
    ['facets', facets.join(', ')],
    ['fixed readings', readingsText(fixes)],
    ['rules', rules.map(ruleText).join(', ')],
  ],
  parts: [clausesPart(clauses)],
  record: {
    title,
    facets,
    fixes,
    rules: rules.map((r) => r.id),
    known: Object.fromEntries(
      rules.flatMap(({ id: own, as }) => (as === undefined ? [] : [[own, as]])),
    ),
    clauses: clauseRecords(clauses),
  },
});
const ruleText = ({ id, as }: Rule): string => (as === undefined ? id : `${id} (as ${as})`);
/** Readings with their values, in a line. */
export const readingsText = (fixes: Partial<Readings>): string =>
  Object.entries(fixes)
    .map(([name, v]) => `${name} ${v}`)
    .join(', ');
