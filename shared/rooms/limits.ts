// Figures of rooms, each with its source.

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** How long a room is valid at most, and when nobody says how long, product ms. Recorded; contract: `validUntil`. */
export const longestValidityMs = 180 * dayMs;
/** How far ahead the validity may begin, product ms. Recorded. */
export const furthestBeginningMs = 180 * dayMs;

/** ACS "Service limits", voice and video calling: participants of a call. It names no limit of a room. */
export const maxRoomParticipants = 350;
/** Own figure: so many participants, each as it is changed, take 45 KB. */
export const maxRoomBodyBytes = 65_536;
/** Recorded: thirty rooms, and the way to the next. */
export const roomsPerPage = 30;
/** Own figure. */
export const participantsPerPage = 100;
/** Own figure: rooms that are looked at for one page, those that are over and not swept yet among them. */
export const lookedAtPerPage = 1_000;

/** Of how many people the index is changed in one transaction: the room itself is in it too. */
export const indexedAtOnce = 99;
/** A room whose making has not ended by then is taken away, product ms: many times the longest life of a request. */
export const longestMakingMs = 10 * minuteMs;
/** How often a change is tried when others change the same room. */
export const maxTries = 16;
/** Rooms of somebody that one step of a walk looks at. */
export const roomsPerStep = 100;
/** Calls to storage at once, of one request or walk. */
export const atOnce = 16;
