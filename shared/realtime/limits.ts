// Figures of live chat. Those of the client: @azure/communication-signaling 1.0.0-beta.34.

/** A connection that the client keeps is told of anew each 7,170 s; whoever does not is not online any more. Real ms. */
export const presenceMs = 7_500_000;
/** A statement this old is made again. Real ms. */
export const restateAfterMs = 6_900_000;
/** How long somebody whose last connection has closed counts as online: a page that is loaded again comes back. Real ms. */
export const leaveAfterMs = 30_000;
/** Between what a process knows and the row that it writes by it may pass so much. Real ms. */
export const hearingSlackMs = 500;
/** Connections whose end is still to be looked at; beyond that it is left to the time of the statement. */
export const maxLeaving = 1_000;

/** A session outlives no user token, whose longest life this is. Seconds. */
export const sessionSeconds = 86_400;

/** Threads with changes that are not told yet; further ones are dropped. */
export const maxWaitingThreads = 10_000;
/** Threads that are told at once. */
export const threadsAtOnce = 16;
/** What stands in no log, such as who types, and is being told; of more nobody is told, and of as many pointers nobody at once. */
export const maxBeside = 1_000;
/** Changes of one thread that are told at most when they have piled up; older ones are dropped. */
export const maxBacklog = 200;
/** Sends of one thread that are under way at once. */
export const sendsAtOnce = 32;
/** A frame of Web PubSub has 1 MB at most. */
export const maxFrameBytes = 1_000_000;
/** A call of Web PubSub is answered, or given up. Real ms. */
export const callLimitMs = 10_000;
/** What a client sends: a token at most, and the result of a notification. */
export const maxClientFrameBytes = 64 * 1024;

/** A poll is held so long: what passes requests on, and an erasure, count on their end within 30 s. Real ms. */
export const holdMs = 25_000;
/** What the client is told: it takes a poll for dead that is not answered in this time, and one time more. Seconds. */
export const pollSeconds = 60;
/** A process that holds polls looks for new pointers so often. Real ms. */
export const lookEveryMs = 1_000;
/** Clocks of two processes, and the order of two writes, may be so far apart. Real ms. */
export const lookBackMs = 10_000;
/** Pointers are there for a poll that comes late. Real ms. */
export const pointerLifeMs = 120_000;
export const pointerPageRows = 1_000;
/** Polls that a process holds; more are answered at once, so that the client comes back. */
export const maxHeldPolls = 2_000;
/** A poll for which there is no place is answered after so long: a client polls again at once. Real ms. */
export const noPlaceMs = 5_000;
/** Windows of one user that poll; the rows of older ones go. */
export const maxPollsOfUser = 32;
/** Pointers that a process remembers to have told of: as many as can be put while it looks back. */
export const maxToldPointers = 10_000;
/** A client that comes back later than this had a WebSocket meanwhile, or was away. Monotonic ms. */
export const socketFailsWithinMs = 60_000;
/** Windows of clients whose WebSockets are watched. */
export const maxWatchedSessions = 10_000;
/** A client polls again at once; what it does not fetch by then is forgotten. Monotonic ms. */
export const betweenPollsMs = 10_000;
/** Of what stands in no log, as much waits for a user's next poll. */
export const maxPassing = 50;
/** The sweep looks at the pointers so long after one was put. Product ms. */
export const sweepPointersMs = 300_000;
/** Pointers that a connection remembers to have been told of one by one; its row has room for them. */
export const maxRecentPointers = 500;
