// Figures of what goes by SMPP, each with its source or its reason.

/** SMPP 3.4 names no largest unit; its longest field, `message_payload`, has 64 KB. */
export const maxPduBytes = 64 * 1024;

/** GSM 03.40, 9.2.3.24: a text alone has 140 octets; one of several loses 6 to the header that joins them. */
export const septets = { alone: 160, inParts: 153 } as const;
export const utf16Units = { alone: 70, inParts: 67 } as const;
/** The number of parts stands in one octet. */
export const maxParts = 255;
/** GSM 03.40, 9.2.3.12: no relative time is longer than 63 weeks; in SMPP one in days and below has two digits of them. */
export const maxValiditySeconds = 30 * 86_400;

/** The contract with the app: messages of one request, and its bytes. */
export const maxMessagesAtOnce = 100;
export const maxRequestBytes = 256 * 1024;
/** Longer than ACS allows, so that it is the app that refuses. */
export const maxTextUnits = 4_096;
/** Requests of the app at once, and messages of all of them; what is beyond is told to come again. */
export const maxRequests = 32;
export const maxWaitingMessages = 2_000;
/** Bodies that are read before it is known who has sent them, in all and of one address. */
export const maxUnsigned = 64;
export const maxUnsignedOfAddress = 16;
/** Of HTTP, in all and of one address; instances of the app may share one. */
export const maxHttpConnections = 256;
export const httpConnectionsPerAddress = 64;
/** For each of the handshake and the head of a request, real ms. */
export const headMs = 3_000;
/**
 * How long messages of a request are still begun, counted from its head, real ms. The app waits for 30 s: with handshake and
 * head before it (and a second until it is seen that they take too long), and what follows, it hears of all by then.
 */
export const beginMs = 8_000;
/** And how much longer parts of a message of which others are with the SMSC already, real ms. */
export const finishMs = 4_000;
/** When to hand over again what the SMSC had no room for. */
export const throttledSeconds = 5;
export const temporarySeconds = 30;
/** Nothing is submitted for this long after the SMSC has said that it is too much, real ms. */
export const throttledPauseMs = 1_000;

/** Of the connection, real ms. */
export const connectMs = 10_000;
export const firstPauseMs = 500;
export const longestPauseMs = 30_000;
/** A connection that has lived so long is tried again at once, and not as one that failed. */
export const goodLifeMs = 10_000;
/** So many submissions without an answer, one after the other, and the connection ends, whatever else it answers. */
export const maxSilentSubmissions = 3;
/** After its good-bye it has so long for what it has not answered yet, real ms. */
export const unbindMs = 1_000;
/** SMPP 3.4, 5.2.23: `message_id` has 65 octets at the most; what is longer is no name of a message. */
export const maxMessageIdOctets = 65;
/** What an SMSC does not read of ours, in bytes: it ends the connection. */
export const maxUnreadBytes = 1_048_576;
/** How long the SMSC may take for an answer, at the most, real ms. */
export const maxResponseMs = 10_000;
/** How long what was begun may take when the gateway is told to stop, real ms: other parts, and the answers to them. */
export const closeMs = finishMs + maxResponseMs + 1_000;

/** What has come in and the app has not answered yet; what is beyond is told to come again. */
export const maxHeldDeliveries = 1_000;
/** Reports and texts go to the app in requests of so many, and of so many bytes of text. */
export const maxTold = 100;
export const maxToldBytes = 128 * 1024;
export const toldAtOnce = 4;
/** One question to the app, and how long one that nobody answers is repeated, real ms: SMSCs wait no longer than a minute. */
export const tellMs = 15_000;
export const tellAgainMs = 8_000;
/** A report of a message that the app does not know (yet): when it is asked again, real ms. */
export const unknownPausesMs = [250, 500, 1_000, 2_000, 4_000] as const;
/** For this long after a hand-over its report is left with the SMSC when the app does not know the message, monotonic ms. */
export const freshMs = 60_000;

/** How long a part waits for the others before its SMSC is told to keep it, real ms. */
export const holdPartMs = 3_000;
/** How long parts wait for the others in all, monotonic ms. */
export const joinMs = 10 * 60_000;
/** A text that the app has taken is known so much longer, in case that a part of it comes once more, monotonic ms. */
export const joinedMs = 60_000;
/** How often is looked for those whose time is over, real ms. */
export const sweepMs = 5_000;
/** Of parts that wait. */
export const maxJoinBytes = 8 * 1_048_576;
export const maxJoins = 5_000;

/** What became of messages is known for as long as a signature counts, both ways of the clock, monotonic ms. */
export const knownOutcomeMs = 11 * 60_000;
export const knownOutcomes = 100_000;
/** Texts that the SMSC may bring again, as keyed hashes, and for how long, monotonic ms. */
export const knownRepeats = 10_000;
export const knownRepeatMs = 30 * 60_000;
/** The same text again on the same connection is another one, unless the first has waited for so long, monotonic ms. */
export const impatientMs = 3_000;
/** The same text again on another connection is another one, unless the first was answered so short a time ago. */
export const lostAnswerMs = 60_000;
