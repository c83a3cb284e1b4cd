import { isLive, type Property } from '../../../properties/property.ts';
import { clauseRecords } from '../clause-lines.ts';
import { hang } from '../wrap.ts';
import { clausesPart } from './clauses-part.ts';
import type { Page } from './page.ts';

const KINDS: Readonly<Record<Property['kind'], string>> = {
  invariant: 'must hold in every state',
  step: 'must hold of every step',
  reach: 'must be possible',
  recover: 'must be possible from every state, if those concerned want it',
  bounded: 'must be possible from every state, whatever the others do',
};

/** A fault, planted or a known bug, that the property must name. */
export interface KnownFault {
  readonly id: string;
  readonly title: string;
}

/** A property: what it demands, what it looks at, what shows that it is not vacuous. */
export function propertyPage(p: Property, faults: readonly KnownFault[]): Page {
  const rules = p.kind === 'invariant' ? [] : p.rules;
  const witnesses = p.kind === 'reach' ? [] : Object.keys(p.witnesses);
  return {
    id: p.id,
    kind: `property, ${KINDS[p.kind]}`,
    says: `${p.title}.`,
    facts: [
      ['facets', p.facets.length === 0 ? '' : `only where ${p.facets.join(', ')} is on`],
      ['reads', p.reads.join(', ')],
      [
        'rules',
        rules.length === 0
          ? ''
          : `${isLive(p) ? 'moves' : 'judged also after every attempt of'} ${rules.join(', ')}`,
      ],
      ['by', isLive(p) ? `${p.by.join(', ')}, within ${p.within} moves` : ''],
    ],
    parts: [
      {
        title: 'vacuous unless these were seen',
        lines: (columns) => witnesses.flatMap((w) => hang('  ', w, columns)),
      },
      {
        title: 'faults that it must name',
        lines: (columns) => faults.flatMap((f) => hang(`  ${f.id}  `, f.title, columns)),
      },
      clausesPart(p.clauses),
    ],
    record: {
      title: p.title,
      property: p.kind,
      facets: p.facets,
      reads: p.reads,
      rules,
      witnesses,
      faults,
      clauses: clauseRecords(p.clauses),
    },
  };
}
