// Figures of text messages, each with its source.

/** ACS "Service limits" and "SMS FAQ": recipients of one request. */
export const maxTextRecipients = 100;
/** Contract `sms`: characters of a message. */
export const maxTextCharacters = 2_048;
/** Own figure: what comes back in reports is kept until they are final, and belongs into one row. */
export const maxTagCharacters = 1_024;

/** Contract `sms` 2026-01-23: for how long a report is waited for. */
export const reportTimeoutSeconds = { min: 60, max: 43_200 } as const;

const hourMs = 60 * 60_000;

/** How long a text is tried, product ms: what asks for an answer is of no use later. */
export const textGiveUpMs = hourMs;
/** How long a text is known, product ms: what was repeated, and what reports are about. */
export const sentTextLifeMs = 24 * hourMs;
/** A report that comes at the end of that time is tried for so long at least, product ms. */
export const tellReportMs = 10 * 60_000;
/** A repeated request that was first sent earlier is refused, real ms: what was sent first is known until it is given up. */
export const repeatableMs = sentTextLifeMs - textGiveUpMs - 10 * 60_000;
/** So far the clock of a caller may be ahead, real ms. */
export const aheadMs = 5 * 60_000;

/** Whoever has begun to accept a text and has not ended by then has died, real ms: twice the longest life of a request. */
export const takeOverAfterMs = 60_000;
/** A repeated request waits this long for the first one to end, real ms. */
export const repeatWaitMs = 5_000;

/** One hand-over, real ms. */
export const handOverLimitMs = 30_000;
/**
 * Texts, and bytes of them, in one request to a carrier. Nobody knows what became of those in hand when a process dies: with
 * four requests at once no more than a hundred.
 */
export const handOverBatch = { maxCount: 25, maxBytes: 200_000 } as const;
/** Requests to a carrier at once. */
export const handOversAtOnce = 4;
/** Texts that wait for the carrier. */
export const maxWaitingTexts = 10_000;

/** Reports, or messages, in one request of a carrier. */
export const maxReported = 100;
/** Characters that a phone can put together of parts: 255 of 153. */
export const maxInboundCharacters = 39_015;
/** Recipients of one question about opt-outs; contract `sms`. */
export const maxOptOuts = 100;
