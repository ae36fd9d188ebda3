// What becomes of a mail: the words of ACS's reports and logs for it.

/** `OutForDelivery` until the outcome is final; the others are final, but that a mail may still bounce after `Delivered`. */
export const recipientStates = [
  'OutForDelivery',
  'Delivered',
  'Suppressed',
  'Bounced',
  'Quarantined',
  'FilteredSpam',
  'Failed',
] as const;
export type RecipientState = (typeof recipientStates)[number];

export interface RecipientOutcomeState {
  readonly state: RecipientState;
  /** Product ms. */
  readonly at: number;
  /** Codes of SMTP alone, such as `550 5.1.1`; a sentence of the other side could name somebody. */
  readonly reason?: string;
}

/** Whether what was said of a recipient last yields to this. */
export function mayFollow(before: RecipientState, after: RecipientState): boolean {
  return before === 'OutForDelivery' || (before === 'Delivered' && after !== 'Delivered' && after !== 'OutForDelivery');
}
