// A communication resource: one host, two access keys, one geography for ever.
import type { GeographySlug } from './catalogue.js';

/** How long a chat thread is kept, as the chat service writes it. */
export type RetentionPolicy =
  | { readonly kind: 'none' }
  | { readonly kind: 'threadCreationDate'; readonly deleteThreadAfterDays: number };

/** What somebody who is added to a chat thread without a time sees of what was said before. */
export type ChatHistory = 'all' | 'none';

export interface Resource {
  /** Name as in its host name, e.g. `contoso-europe`. */
  readonly name: string;
  /** GUID that stands in every identity id and token; never changes. */
  readonly immutableId: string;
  readonly geography: GeographySlug;
  /** How often each key was regenerated; the key is derived from it. */
  readonly keyGenerations: { readonly primary: number; readonly secondary: number };
  /** Which version of the geography's master secret its keys are derived from. */
  readonly masterSecretVersion: number;
  /** Access keys are refused; only Entra ID is let in. */
  readonly disableLocalAuth?: boolean;
  /** Retention of new chat threads whose creator names none. */
  readonly chatRetention?: RetentionPolicy;
  /** Absent for `all`, as in ACS. */
  readonly chatHistory?: ChatHistory;
}
