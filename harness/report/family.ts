import { FAMILIES } from '../../properties/index.ts';

const families: ReadonlyMap<string, string> = new Map(
  Object.entries(FAMILIES).flatMap(([name, some]) => some.map((p) => [p.id, name])),
);
/** The family of a property. */
export const familyOf = (id: string): string => families.get(id) ?? 'other';
