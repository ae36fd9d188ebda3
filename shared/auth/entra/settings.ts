// Which tenant of Entra ID is believed, and who of it may do what.
import type { EntraRight } from '../caller.js';

export interface EntraSettings {
  /** Scheme and host of the authority, e.g. `https://login.microsoftonline.com`; no slash at the end. */
  readonly authorityHost: string;
  /** GUID, lower case. */
  readonly tenantId: string;
  /** Object ids and application ids by right, lower case; an empty list means nobody. */
  readonly subjects: Readonly<Record<EntraRight, ReadonlySet<string>>>;
  /** Applications through which users may get a token of their own; an empty list means nobody. */
  readonly userApplications: ReadonlySet<string>;
  /** Certificate authority, PEM, that the authority's TLS certificate may come from, instead of the public ones. */
  readonly ca?: string;
}
