// A text message in our own words.

/** What became of a text: `open` until a carrier has it, `sent` until it says more; `Unknown` yields to what is known later. */
export type TextState = 'open' | 'sent' | FinalStatus | 'Unknown';
export type FinalStatus = 'Delivered' | 'Failed';
/** As reports say it. */
export type ReportedStatus = FinalStatus | 'Unknown';

export function isFinal(state: TextState): state is FinalStatus {
  return state === 'Delivered' || state === 'Failed';
}

/** What is to be handed over, beside the recipient; gone with the hand-over. */
export interface TextContent {
  /** Of the message, whose id is made of it. */
  readonly guid: string;
  readonly messageId: string;
  readonly from: string;
  readonly text: string;
  readonly reportWanted: boolean;
  readonly validForSeconds: number;
  /** Of the request that has accepted it. */
  readonly claim: string;
}

/** What a report names: it opens only with the id of the message. */
export interface TextFacts {
  readonly from: string;
  readonly to: string;
  readonly tag?: string | undefined;
  /** Whether the owner is told. */
  readonly reportWanted: boolean;
}

/** What is said of a text: by its carrier, or by us. */
export interface TextReport {
  readonly status: ReportedStatus;
  /** One of the codes of ACS. */
  readonly code: number;
  /** Product ms. */
  readonly at: number;
}

/** One part of a text that needs several. */
export interface TextPart {
  readonly number: number;
  readonly of: number;
}
