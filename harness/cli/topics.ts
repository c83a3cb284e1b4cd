/** What `list` can show. */
export const TOPICS = [
  'rules',
  'properties',
  'words',
  'backends',
  'mutants',
  'faults',
  'presets',
  'facets',
  'readings',
  'clauses',
] as const;
export type Topic = (typeof TOPICS)[number];
