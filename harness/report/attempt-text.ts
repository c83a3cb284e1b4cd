import { isLiteral, type Sort } from '../../model/sorts.ts';
import type { Attempt } from '../../model/step.ts';
import { nameOf } from '../../model/world.ts';

/** Choices whose first value is the ordinary one: only the other is worth a word. */
const OUT_OF_THE_ORDINARY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Entropy: { enough: '', none: 'no entropy' },
  Reply: { arrives: '', lost: 'answer lost' },
  Interface: { hosted: '', foreign: 'foreign id' },
};
function valueText(role: string, sort: Sort, value: number | string): string {
  if (!isLiteral(sort)) return nameOf(sort, Number(value));
  if (sort === 'Level') return `${role}=${value}`;
  return OUT_OF_THE_ORDINARY[sort]?.[value] ?? String(value);
}

/** An attempt in people's words: `tdisp.lock VF1`, `command.write VF1 bme=0 mse=1`. */
export function attemptText({ rule, args }: Attempt): string {
  const values = Object.entries(rule.over).map(([role, sort]) =>
    valueText(role, sort, args[role] ?? ''),
  );
  return [rule.id, ...values.filter((text) => text !== '')].join(' ');
}
