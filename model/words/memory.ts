/** Words about page ownership (tdisp-semantics 5.1). */
import { effect, guard } from '../author.ts';

const page = { page: 'Page' } as const;
const pair = { page: 'Page', guest: 'Guest' } as const;

export const MEMORY = {
  pageShared: guard(page, '{page} is shared with the host', 'page-owner'),
  pageOf: guard(pair, '{page} is private to {guest}', 'page-owner'),
  pageAccepted: guard(page, 'the owner of {page} has accepted it', 'page-accept'),
  givePage: effect(pair, '{page} is private to {guest}, not accepted', 'page-owner'),
  sharePage: effect(page, '{page} is shared with the host, accepted by nobody', 'page-owner'),
  newOwnership: effect(
    page,
    'a new ownership of {page} begins; what refers to earlier ones is stale',
    'page-owner',
  ),
  acceptPage: effect(page, 'the owner of {page} has accepted it', 'page-accept'),
  scrubPage: effect(page, '{page} holds nobody’s secret', 'page-scrub'),
  storeSecret: effect(pair, '{page} holds a secret of {guest}'),
} as const;
