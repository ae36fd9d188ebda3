// Figures of deliveries, each with its reason.

/** Content inline, JSON and body together: as base64 it still fits into a row of 1 MiB beside fifty addresses. */
export const maxInlineBytes = 256 * 1024;
/** ACS sends a mail of 10 MB, 30 MB on request; base64 makes a third more of it. */
export const maxBodyBytes = 48 * 1_048_576;
/** Characters of all recipients of a delivery as JSON: three columns of a row. */
export const maxRecipientCharacters = 90_000;
/** Persons of one delivery: with its own rows and those of its lane they fill one transaction of a hundred. */
export const maxPersons = 95;
/** A mail of ACS has fifty recipients. */
export const maxRecipients = 50;
/** In one lane: more than any call has events under way. */
export const maxInLane = 1_000;

/** Partitions of the table: 16 x 2,000 rows a second are more than the account gives. Part of each id, so never to change. */
export const shards = 16;

/** A capability that has not taken an outcome after this time is told again later, real ms. */
export const tellLimitMs = 10_000;
/** What is left to record an outcome after a hand-over, real ms: two storage calls and a telling, 10 s each. */
export const settleMs = 30_000;
/** An upload is broken off after this time, real ms: half of what the sweep of a blob may take at the most. */
export const uploadLimitMs = 5 * 60_000;
/** How long an acceptance may take from its entry in the due index to its transaction, real ms: three storage calls. */
export const acceptLimitMs = 30_000;

/** Hand-overs under way at once in one process, and to one destination, unless an outbox says otherwise. */
export const handOversAtOnce = 32;
export const handOversAtOncePerDestination = 4;
/** Bytes of content that wait in memory for the next batch, over all destinations. */
export const maxBatchBytesInMemory = 8 * 1_048_576;
/** Ids that a process remembers because no place was free; what is not remembered the due index finds within a minute. */
export const maxBacklog = 1_000;

/** Waiting deliveries of one resource and of one destination, unless an outbox says otherwise. */
export const maxWaitingPerResource = 10_000;
export const maxWaitingPerDestination = 2_000;
/** A count of what waits is trusted this long, monotonic ms. */
export const countLifeMs = 60_000;

/** Back-off, product ms: half a minute at first, doubled each time, at most an hour. */
export const firstBackOffMs = 30_000;
export const longestBackOffMs = 60 * 60_000;

/** The breaker of a destination: how many attempts in a row fail, and how long nothing is handed over then, product ms. */
export const breakerFailures = 5;
export const breakerFirstMs = 30_000;
export const breakerLongestMs = 15 * 60_000;
/** Destinations whose state a process remembers. */
export const rememberedDestinations = 10_000;

/** Entries of the due index in one queue message: below 48,000 bytes with the longest entry. */
export const entriesPerMessage = 50;
/** Entries read from a bucket of the due index at once. */
export const duePage = 100;
/** A due pass, and the work on one message, begin nothing new after this time, monotonic ms. */
export const sliceMs = 20_000;
/** How long one worker has a bucket of the due index, product ms. */
export const bucketLeaseMs = 60_000;

/** How often a change that lost a race is tried again. */
export const maxTries = 6;
/** How long an erasure waits before it looks again whether a hand-over has ended, real ms. */
export const lookAgainMs = 1_000;
/** Pointers, or deliveries, that one step of an erasure goes through. */
export const erasePage = 100;
/** Parked deliveries that are shown. */
export const maxParkedShown = 100;
