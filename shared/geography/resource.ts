// A communication resource: one host, two access keys, one geography for ever.
import type { GeographySlug } from './catalogue.js';

/** How long a chat thread is kept, as the chat service writes it. */
export type RetentionPolicy =
  | { readonly kind: 'none' }
  | { readonly kind: 'threadCreationDate'; readonly deleteThreadAfterDays: number };

/** What somebody who is added to a chat thread without a time sees of what was said before. */
export type ChatHistory = 'all' | 'none';

/** Which events a resource tells the outside, and whether with what people wrote. */
export interface EventSettings {
  /** Names of types without `Microsoft.Communication.`. */
  readonly types: 'all' | 'none' | readonly string[];
  /** false: ids only. */
  readonly content: boolean;
}

/** What of a resource is logged; see shared/diagnostics. */
export interface LogSettings {
  /** Names of categories, as ACS has them. */
  readonly categories: 'all' | 'none' | readonly string[];
  readonly retentionDays: number;
  /** How people are called: as they are, or by what means nothing once they are erased. */
  readonly identifiers: 'raw' | 'pseudonymous';
}

/** Access keys whose place others have taken, and that still work for a while. */
export interface RetiringKeys {
  readonly masterSecretVersion: number;
  /** Generation of each; absent when its slot was regenerated since. */
  readonly primary?: number;
  readonly secondary?: number;
  /** Until then they sign, product ms. */
  readonly keysUntil: number;
  /** Until then tokens are good that were issued with them, product ms. */
  readonly tokensUntil: number;
}

export interface Resource {
  /** Name as in its host name, e.g. `contoso-europe`. */
  readonly name: string;
  /** GUID that stands in every identity id and token; never changes. */
  readonly immutableId: string;
  readonly geography: GeographySlug;
  /** How often each key was regenerated; the key is derived from it. */
  readonly keyGenerations: { readonly primary: number; readonly secondary: number };
  /** Which version of the geography's master secret it was made with: its ids follow from that one for ever. */
  readonly masterSecretVersion: number;
  /** Which version its access keys follow from; absent as long as it is the same one. */
  readonly keysVersion?: number;
  readonly retiringKeys?: readonly RetiringKeys[];
  /** Access keys are refused; only Entra ID is let in. */
  readonly disableLocalAuth?: boolean;
  /** Retention of new chat threads whose creator names none. */
  readonly chatRetention?: RetentionPolicy;
  /** Absent for `all`, as in ACS. */
  readonly chatHistory?: ChatHistory;
  /** Absent where the owner has not chosen: then the setting of the deployment holds. */
  readonly events?: EventSettings;
  /** Absent where the owner has not chosen: then nothing is logged. */
  readonly logs?: LogSettings;
}
