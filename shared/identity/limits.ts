// Figures of the identity service. Source: ACS "Create and manage access tokens", identity contract 2023-10-01.

/** Life of a user token when the request does not say, minutes. */
export const defaultTokenMinutes = 1440;
export const minTokenMinutes = 60;
export const maxTokenMinutes = 1440;

/** Longest life of a token plus an hour of slack, ms: how long a revocation must be remembered. */
export const revocationLifeMs = (maxTokenMinutes + 60) * 60_000;
