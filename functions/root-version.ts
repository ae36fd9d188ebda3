// Hashes that are at rest cannot be made anew: what they were made of is not kept. So they follow from the first master secret
// for ever, and a successor takes over what lets somebody in.

/** Version of the master secret that all keyed hashes at rest follow from. */
export const rootVersion = 1;
