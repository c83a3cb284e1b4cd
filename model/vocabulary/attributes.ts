/** What the words of words/attributes.ts mean. */
import type { ModelMeaning } from '../author.ts';
import type { ATTRIBUTES } from '../words/attributes.ts';
import type { World } from '../world.ts';
import { patch, patchOne } from './parts.ts';

export const ATTRIBUTES_MEANING: ModelMeaning<typeof ATTRIBUTES, World> = {
  attachAttribute: (w, { attribute }) => patchOne(w, 'relay', { attribute }),
  carriedRangeFixed: (w) => w.relay.attribute === 'fixedRange',
  takeAttribute: (w, { tdi }) => patch(w, 'tdi', tdi, { nonTee: w.relay.attribute === 'nonTee' }),
};
