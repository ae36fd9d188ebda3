// Figures of calls, each with its source or reason.

/** In one call. https://learn.microsoft.com/azure/communication-services/concepts/service-limits */
export const maxParticipants = 350;
/** Applications in one call: ours, for what one document holds. */
export const maxConnections = 20;
/** No call lives longer, product ms: ours, and as long as the token of a media connection of ACS is good. */
export const longestCallMs = 24 * 60 * 60_000;
/** How long an incoming call rings before nobody has taken it: ours. */
export const offerMs = 60_000;
/** How long somebody who is called rings unless the request says otherwise; ACS: at most 180. */
export const ringSeconds = 60;
export const maxRingSeconds = 180;

/** Things that are under way in one call, and what waits to leave it. */
export const maxTasks = 1_000;
export const maxPending = 500;
/** Characters of a play source: SSML and text of ACS's speech service are smaller. */
export const maxPlayCharacters = 20_000;
export const maxPlaySources = 10;
export const maxAddress = 2_048;
export const maxContext = 5_000;
export const maxToneCount = 1_000;
export const maxChoices = 100;

/** Of one page of participants. */
export const participantsPerPage = 100;

/** How often a step that lost a race is done again. */
export const maxTries = 12;
/** Whoever hands on what waits in a call has it for this long, real ms; then somebody else does. */
export const handOnMs = 10_000;
/** What has failed in the background is tried again after this time, product ms; the timer does it too. */
export const lookAgainMs = 2_000;
/** Media that nobody has heard of for this long are asked about; and given up when they do not answer, product ms. */
export const askAfterMs = 60_000;
export const giveUpAfterMs = 2 * 60_000;
/** A media plane that does not take a command for this long has lost the call, product ms. */
export const untakenMs = 60_000;
/** A call that is over is gone after this time, whoever has not been told of it, product ms. */
export const untoldMs = 10 * 60_000;

/** How long an event is tried, product ms: ours, ACS publishes nothing. An application that hears of it later has no use for it. */
export const callbackGiveUpMs = 15 * 60_000;
/** One hand-over of an event, real ms. */
export const callbackLimitMs = 15_000;
/** As ACS: "Secure webhook endpoints and WebSocket connections". */
export const callbackTokenSeconds = 5 * 60;
/** Events that wait for one receiver. */
export const maxWaitingCallbacks = 5_000;
