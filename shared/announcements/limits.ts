// How soon announcements are heard, and how long they are remembered.

/** Every instance that asks knows of an announcement after this time, monotonic ms. */
export const maxHearingDelayMs = 2_000;

/** 25 hours, ms: the longest life of a user token, which must be refused as long, and an hour of slack. */
export const announcementLifeMs = 25 * 60 * 60_000;

/** The walk of an erasure begins so long after the burial, product ms: what is written until then it finds. */
export const beforeErasureMs = 60_000;
