/** What an attempt comes to at the stack. The stack has no word for why it drops a thing, and not always one for a refusal. */
export type StackOutcome =
  | { readonly is: 'accepted' }
  | { readonly is: 'refused'; readonly code?: string }
  | { readonly is: 'dropped' };

export const ACCEPTED: StackOutcome = { is: 'accepted' };
export const DROPPED: StackOutcome = { is: 'dropped' };
/** Refused; without a code where the stack gives none. */
export const refused = (code?: string): StackOutcome =>
  code === undefined ? { is: 'refused' } : { is: 'refused', code };
