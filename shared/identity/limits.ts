// Figures of the identity service. Source: ACS "Create and manage access tokens", identity contract 2023-10-01.

/** Life of a user token when the request does not say, minutes. */
export const defaultTokenMinutes = 1440;
export const minTokenMinutes = 60;
export const maxTokenMinutes = 1440;
