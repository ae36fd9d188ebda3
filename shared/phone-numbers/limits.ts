// Figures of phone numbers, each with its source.

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** How long what a search has found is held, product ms. Recorded: 16 minutes from the search. */
export const searchLifeMs = 16 * minuteMs;
/** How long a reservation holds its numbers from its last change, product ms. ACS, "Reservations" of the contract. */
export const reservationLifeMs = 15 * minuteMs;
/** However often it is changed, from its beginning. Same source. */
export const longestReservationMs = 2 * 60 * minuteMs;
/** How long a reservation is known from its beginning; ACS: "older than 1 month are automatically deleted". */
export const reservationKeptMs = 30 * dayMs;
/** How long it is known which number an update was of: as long as the record of the operation. */
export const updateKeptMs = 7 * dayMs;

/** A search finds fewer than are asked for when there are more than these, as ACS allows. */
export const maxNumbersPerSearch = 100;
export const maxNumbersPerReservation = 100;
/** Reservations of a resource that hold numbers at once. ACS names none; so nobody holds a whole inventory in turns. */
export const maxActiveReservations = 10;
/** How many numbers of the inventory are tried in one search before it has found nothing. */
export const maxTries = 1_000;
/** Calls to storage at once, of one request or job. */
export const atOnce = 16;
/** Numbers that browsing shows. */
export const browsedNumbers = 20;
/** Entries of a page, also when more are asked for. Contract: `maxPageSize`, default 100. */
export const maxPageEntries = 100;
/** Numbers of one question about operators. */
export const maxNumbersAsked = 100;
/** SIP trunks of a resource; the contract has at most as many in a route. */
export const maxTrunks = 250;
