// What an operation may ask of its caller.
import type { GeographyRight, OwnerRight, TokenScope } from './caller.js';

/** What an operation asks of its caller. */
export type Auth =
  | { readonly kind: 'anonymous'; readonly about?: 'geography' }
  | { readonly kind: 'entra'; readonly right: GeographyRight }
  | { readonly kind: 'accessKey'; readonly right: OwnerRight }
  | { readonly kind: 'entraUser' }
  | { readonly kind: 'userToken'; readonly scopes: readonly TokenScope[]; readonly header?: UserTokenHeader }
  | { readonly kind: 'webhook'; readonly from: string; readonly about?: 'geography' }
  | { readonly kind: 'callToken'; readonly param: string };

/** Where a user token comes from, when not as a bearer token. */
export type UserTokenHeader = 'x-skypetoken';

export const accessKey = { kind: 'accessKey', right: 'data' } as const satisfies Auth;
/** An access key that may identify, export and erase persons; an owner can withhold that from a key. */
export const privacyKey = { kind: 'accessKey', right: 'privacy' } as const satisfies Auth;
/** An access key, or an Entra ID application that may bring back what a policy has deleted. */
export const restoreKey = { kind: 'accessKey', right: 'restore' } as const satisfies Auth;
/** An Entra ID token of a user, who exchanges it for a token of this service. */
export const entraUser = { kind: 'entraUser' } as const satisfies Auth;
/** A user token that holds at least one of these scopes. */
export const userToken = (...scopes: TokenScope[]): Auth & { kind: 'userToken' } => ({ kind: 'userToken', scopes });
/** The same token in the header in which the SDKs send it for live notifications; a bearer token is not looked at. */
export const skypeToken = (...scopes: TokenScope[]): Auth & { kind: 'userToken' } => ({
  kind: 'userToken',
  scopes,
  header: 'x-skypetoken',
});
/**
 * A report of a machine: signed with a secret that it shares with us, or with a token of Entra ID whose subject is on
 * the list `upstream`, as a managed identity has it.
 *
 * @param from names the sender, and so its secrets
 */
export const webhook = (from: string): Auth & { kind: 'webhook' } => ({ kind: 'webhook', from });
/** The same about the geography, not about one resource's host; signed with a secret, no token will do. */
export const geographyWebhook = (from: string): Auth & { kind: 'webhook'; about: 'geography' } => ({
  kind: 'webhook',
  from,
  about: 'geography',
});
/** A token for the one call that this parameter of the route names. */
export const callToken = (param: string): Auth & { kind: 'callToken' } => ({ kind: 'callToken', param });
/** Anybody, and about the geography, not about one resource's host: what tools read before they know how to sign in. */
export const anybody = { kind: 'anonymous', about: 'geography' } as const satisfies Auth;
/** Whether an operation is asked of a geography; else of the resource at whose host it is asked. */
export function isAboutGeography(auth: Auth): boolean {
  return (
    auth.kind === 'entra' || ((auth.kind === 'anonymous' || auth.kind === 'webhook') && auth.about === 'geography')
  );
}
/** An Entra ID token whose subject has the right; such operations are about the geography, not about one resource's host. */
export const manager = (right: GeographyRight): Auth & { kind: 'entra' } => ({ kind: 'entra', right });
