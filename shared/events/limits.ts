// Figures of events, each with its reason.

/** A request to Event Grid, and an event: 1 MB. Room is left for the brackets and for what the client adds. */
export const maxRequestBytes = 1_000_000;
/** Events in one request: Event Grid bills by 64 KB, and a receiver of ours reads them all at once. */
export const maxEventsInRequest = 1_000;
/** A request that is not answered by then counts as not made, real ms. */
export const sendLimitMs = 8_000;

/** How long a process relies on a mark that it has written, product ms. */
export const markLifeMs = 15 * 60_000;
/** A mark that runs out sooner is written again in the background, product ms. */
export const renewBeforeMs = 5 * 60_000;
/** A mark stays so much longer than anybody relies on it: a storage call, and clocks that differ, product ms. */
export const markGraceMs = 60_000;
/** Marks that a process remembers; who is forgotten is marked again. */
export const rememberedMarks = 10_000;

/** How long what has arrived is gathered before it is told, real ms: most of the half second that a receiver may wait. */
export const gatherMs = 200;
/** The same while more logs have something to tell than can be told at once. */
export const busyGatherMs = 800;
/** Whoever tells a log's events has it so long unless they go on, real ms. */
export const tellLeaseMs = 13_000;
/** Entries of one log that are told before it stands behind the others again. */
export const entriesInTurn = 1_000;
/** Logs whose events are told at once in one process. */
export const logsAtOnce = 16;
/** Logs that wait to be told in one process; what is not remembered is found by its mark. */
export const maxWaitingLogs = 10_000;
/** After a failure nothing is told for so long, doubled each time, real ms. */
export const firstPauseMs = 1_000;
export const longestPauseMs = 60_000;
/** A log that another process tells is looked at again after this time, real ms. */
export const lookAgainMs = 500;

/** How long what stands in no log is tried, and what nobody takes is kept after that, product ms. */
export const triedForMs = 24 * 60 * 60_000;
export const deadLetterLifeMs = 24 * 60 * 60_000;
