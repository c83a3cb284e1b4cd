// The directions in which the rooms may import one another. Type imports count; tests are exempt by name.

const anyTest = '[.](test|test-d)[.]ts$';
const rooms = '^(model|properties|impl|harness|examples|bench)/';
const vendorFiles = '^(model|examples)/vendors/';

/** The source files below `path`, tests apart. */
const sourcesIn = (path, options = {}) => ({
  path,
  ...options,
  pathNot: [anyTest, ...(options.pathNot ?? [])],
});

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files that import each other in a circle cannot be read, or judged, one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'model-stands-alone',
      comment:
        'The reference is pure: it knows no implementation, no harness and no platform, only ts-pattern.',
      severity: 'error',
      from: sourcesIn('^model/'),
      to: { pathNot: ['^model/', '^node_modules/ts-pattern/'] },
    },
    {
      name: 'tables-carry-no-meaning',
      comment:
        'Declarations and rules are shared by all meanings. If they reached one of them, ' +
        'every implementation would reach it through them.',
      severity: 'error',
      from: sourcesIn('^model/', { pathNot: ['^model/vocabulary/', '^model/step[.]ts$'] }),
      to: { path: ['^model/vocabulary/', '^model/step[.]ts$'] },
    },
    {
      name: 'properties-judge-worlds-only',
      comment:
        'A property sees the world, its fields, sorts and clauses. With words or rules in hand ' +
        'it would repeat the guard that it should judge.',
      severity: 'error',
      from: sourcesIn('^properties/'),
      to: { pathNot: ['^properties/', '^model/(world|fields|sorts|clauses)[.]ts$'] },
    },
    {
      name: 'impl-takes-no-meaning-from-the-model',
      comment:
        'An implementation takes declarations and rule tables from the model, never the meaning ' +
        'of a word and never the step: comparing them would prove nothing.',
      severity: 'error',
      from: sourcesIn('^impl/'),
      to: { path: ['^model/vocabulary/', '^model/step[.]ts$', '^properties/'] },
    },
    {
      name: 'engine-is-general',
      comment: 'The engine knows no TDISP: it imports no other room and no neighbour in impl/.',
      severity: 'error',
      from: sourcesIn('^impl/engine/'),
      to: { path: rooms, pathNot: '^impl/engine/' },
    },
    {
      name: 'packed-words-know-no-rules',
      comment:
        'A packed meaning is written against the engine and the declarations of words, sorts, ' +
        'fields and the world.',
      severity: 'error',
      from: sourcesIn('^impl/words/'),
      to: {
        path: rooms,
        pathNot: [
          '^impl/(engine|words)/',
          '^model/words/',
          '^model/(words|author|sorts|world|fields|clauses)[.]ts$',
        ],
      },
    },
    {
      name: 'packed-words-take-authoring-types-only',
      comment: 'Nothing of the authoring surface runs inside a packed meaning.',
      severity: 'error',
      from: sourcesIn('^impl/words/'),
      to: { path: '^model/author[.]ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'stack-is-independent',
      comment:
        'The stack is written from the wire documents: it shares neither rules nor words with the ' +
        'model, and nothing with the engine.',
      severity: 'error',
      from: sourcesIn('^impl/stack/'),
      to: {
        path: [
          '^model/(rules|words|vocabulary|vendors)/',
          '^model/(rules|words|phrases|vocabulary|author|step)[.]ts$',
          '^impl/(engine|words)/',
        ],
      },
    },
    {
      name: 'vendors-use-the-authoring-surface',
      comment:
        'A backend is data over the authoring surface, so that it can live in another repository.',
      severity: 'error',
      from: sourcesIn(vendorFiles),
      to: {
        pathNot: [
          vendorFiles,
          '^model/words/',
          '^model/(author|words|phrases|clauses|sorts)[.]ts$',
        ],
      },
    },
    {
      name: 'only-users-import-the-harness',
      comment: 'The harness is on top: only examples, benchmarks and scripts build on it.',
      severity: 'error',
      from: sourcesIn('.', { pathNot: ['^(harness|examples|bench|scripts)/'] }),
      to: { path: '^harness/' },
    },
    {
      name: 'nothing-imports-examples-or-bench',
      comment:
        'Examples and benchmarks are leaves, for scripts at most; the published package does not contain them.',
      severity: 'error',
      from: sourcesIn('.', { pathNot: ['^(examples|bench|scripts)/'] }),
      to: { path: '^(examples|bench)/' },
    },
    {
      name: 'sources-import-no-tests',
      comment: 'What a source file needs is no test.',
      severity: 'error',
      from: sourcesIn('.'),
      to: { path: anyTest },
    },
    {
      name: 'published-code-needs-dependencies-only',
      comment: 'A user who installs the package has no devDependencies.',
      severity: 'error',
      from: sourcesIn('^(bin|model|properties|impl|harness)/'),
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'imports-resolve',
      comment: 'An import that resolves to nothing is judged by no other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    exclude: { path: '^(dist|coverage)/' },
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node'] },
  },
};
