import type { AnySignature, Backend } from '../../model/author.ts';
import { CLAUSES } from '../../model/clauses.ts';
import { FACETS, type Facet, PCI_FACETS } from '../../model/fields.ts';
import { SIGNATURES } from '../../model/words/index.ts';
import { DEFAULT_READINGS, PRESETS, READINGS } from '../../model/world.ts';
import { readingsText } from '../report/explain/simple-pages.ts';
import type { Listing } from '../report/listing.ts';
import { wordsIn } from '../report/words-in.ts';
import { rulesOf } from '../setup.ts';
import { usableIn, usableText, withKnown } from './backends.ts';
import type { Topic } from './topics.ts';

/** Everything of one kind. What takes long to load is loaded only for its own topic. */
export async function listingOf(topic: Topic, backend: Backend): Promise<Listing> {
  switch (topic) {
    case 'rules':
      return rules(backend);
    case 'properties':
      return properties();
    case 'words':
      return words(backend);
    case 'backends':
      return backends(backend);
    case 'mutants':
      return mutants(backend);
    case 'faults':
      return faults();
    case 'presets':
      return presets();
    case 'facets':
      return facets();
    case 'readings':
      return readings();
    case 'clauses':
      return clauses();
    default: {
      const never: never = topic;
      throw new Error(`listingOf: unknown topic ${String(never)}`);
    }
  }
}

const rules = (backend: Backend): Listing => ({
  head: ['rule', 'by', 'cases', 'says'],
  right: [2],
  entries: rulesOf(backend).map((r) => {
    const { id, by, role, says, over, facets, clauses, cases } = r;
    const names = cases.map((c) => c.name);
    return {
      row: [id, by, String(cases.length), says],
      record: { id, by, role, says, over, facets, clauses, cases: names },
    };
  }),
});

async function properties(): Promise<Listing> {
  const { PROPERTIES } = await import('../../properties/index.ts');
  const { familyOf } = await import('../report/family.ts');
  return {
    head: ['property', 'family', 'kind', 'title'],
    entries: PROPERTIES.map((p) => ({
      row: [p.id, familyOf(p.id), p.kind, p.title],
      record: {
        id: p.id,
        family: familyOf(p.id),
        kind: p.kind,
        title: p.title,
        clauses: p.clauses,
        facets: p.facets,
        reads: p.reads,
        rules: p.kind === 'invariant' ? [] : p.rules,
        witnesses: p.kind === 'reach' ? [] : Object.keys(p.witnesses),
      },
    })),
  };
}

function words(backend: Backend): Listing {
  const users = rulesOf(backend).map((r) => ({ id: r.id, words: wordsIn(r) }));
  return {
    head: ['word', 'kind', 'rules', 'says'],
    right: [2],
    entries: Object.entries(SIGNATURES as Readonly<Record<string, AnySignature>>).map(([id, s]) => {
      const used = users.filter((u) => u.words.has(id)).map((u) => u.id);
      return {
        row: [id, s.kind, String(used.length), s.says],
        record: {
          id,
          kind: s.kind,
          says: s.says,
          roles: s.roles,
          clauses: s.clauses,
          rules: used,
        },
      };
    }),
  };
}

const backends = (backend: Backend): Listing => ({
  head: ['backend', 'rules', 'facets', 'fixed readings', 'title'],
  right: [1],
  entries: withKnown(backend).map(
    ({ id, title, says, clauses, rules: own, facets: on = PCI_FACETS, fixes = {} }) => ({
      row: [id, String(own.length), facetsText(on), readingsText(fixes) || 'none', title],
      record: { id, title, says, clauses, facets: on, fixes, rules: own.map((r) => r.id) },
    }),
  ),
});
/** All facets of a PCIe device are one word. */
function facetsText(on: readonly Facet[]): string {
  const isPci = PCI_FACETS.every((f) => on.includes(f));
  const named = isPci ? on.filter((f) => !PCI_FACETS.includes(f)) : on;
  return [...(isPci ? ['PCI'] : []), ...named].join(' ');
}

async function mutants(backend: Backend): Promise<Listing> {
  const { mutantsOf } = await import('../mutate.ts');
  return {
    head: ['mutant', 'says'],
    stacked: true,
    entries: mutantsOf(rulesOf(backend)).map(({ id, rule, kind, says }) => ({
      row: [id, says],
      record: { id, rule, kind, says },
    })),
  };
}

/** Faults planted in rules, then known bugs, then those of slices, then those of the stack. */
async function faults(): Promise<Listing> {
  const { PLANTED_FAULTS } = await import('../faults.ts');
  const { KNOWN_BUGS } = await import('../known-bugs.ts');
  const { SLICE_FAULTS } = await import('../explore/slices.ts');
  const { STACK_FAULTS } = await import('../stack/faults.ts');
  const ofRules = PLANTED_FAULTS.map(
    ({ id, title, backend, mutants: made, properties: named, facets: on }) => ({
      row: [id, backend, named.join(' '), title],
      record: {
        id,
        title,
        subject: 'engine',
        backend,
        mutants: made,
        properties: named,
        facets: on,
      },
    }),
  );
  const known = KNOWN_BUGS.map(({ id, title, backend, readings: under, properties: named }) => ({
    row: [id, backend, named.join(' '), title],
    record: { id, title, subject: 'engine', backend, readings: under, properties: named },
  }));
  const ofSlices = SLICE_FAULTS.map(({ id, title, slice, backend, properties: named }) => ({
    row: [id, backend, named.join(' '), title],
    record: { id, title, subject: 'engine', backend, preset: slice, properties: named },
  }));
  const ofStack = STACK_FAULTS.map(({ id, title }) => ({
    row: [id, 'the stack', '', title],
    record: { id, title, subject: 'stack' },
  }));
  return {
    head: ['fault', 'in the rules of', 'named by', 'says'],
    entries: [...ofRules, ...known, ...ofSlices, ...ofStack],
  };
}

async function presets(): Promise<Listing> {
  const { KNOWN_PRESETS } = await import('../subjects.ts');
  const { backendOfSlice } = await import('../explore/slices.ts');
  return {
    head: ['preset', 'TDIs', 'guests', 'pages', 'slots', 'key sets', 'facets', 'backend', 'says'],
    right: [1, 2, 3, 4, 5, 6],
    entries: KNOWN_PRESETS.map((preset) => {
      const { id, says, sizes, facets: on, readings: fixed } = preset;
      const backend = backendOfSlice(id) ?? null;
      const usable = usableIn(preset);
      return {
        row: [
          id,
          ...[sizes.Tdi, sizes.Guest, sizes.Page, sizes.Slot, sizes.KeySet, on.length].map(String),
          backend ?? usableText(usable),
          says,
        ],
        record: { id, says, sizes, facets: on, readings: fixed, backend, backends: usable },
      };
    }),
  };
}

const facets = (): Listing => ({
  head: ['facet', 'presets', 'says'],
  entries: Object.entries(FACETS).map(([id, says]) => {
    const on = PRESETS.filter((p) => p.facets.some((f) => f === id)).map((p) => p.id);
    return { row: [id, on.join(' '), says], record: { id, says, presets: on } };
  }),
});

const readings = (): Listing => ({
  head: ['reading', 'values (the first is the default)'],
  entries: Object.entries(READINGS).map(([id, values]) => ({
    row: [id, values.join(', ')],
    record: { id, values, default: DEFAULT_READINGS[id as keyof typeof READINGS] },
  })),
});

const clauses = (): Listing => ({
  head: ['clause', 'document', 'section', 'says'],
  entries: Object.entries(CLAUSES).map(([id, c]) => ({
    row: [id, c.document, c.section, c.says],
    record: { id, ...c },
  })),
});
