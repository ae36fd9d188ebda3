// Figures of streams to applications, each with its source or reason.

/** Of one message with sound. https://learn.microsoft.com/azure/communication-services/concepts/call-automation/audio-streaming-concept */
export const frameMs = 20;
/** Samples a second, by the name of the format. */
export const sampleRates = { pcm16KMono: 16_000, pcm24KMono: 24_000 } as const;
/** Speakers with a channel of their own; ACS: the four that are heard most. */
export const maxChannels = 4;
/** As long as a call lives at most. ACS: tokens of media connections are good for 24 hours. */
export const tokenSeconds = 24 * 60 * 60;

/** Of a process: one more is refused as `tooManyRequests`. Ours. */
export const maxStreams = 1_000;
/** Sentences of one person that wait until they have said what is before; what is said then is not heard. Ours. */
export const maxWaitingSentences = 100;
/** Messages that wait for an application: keys, and transcripts that are said later. Ours. */
export const maxWaitingMessages = 2_000;
/** Sent and not taken by the system yet: sound waits then. Ours. */
export const maxUnsentBytes = 256 * 1_024;
/** An application that takes nothing for so long is given up, real ms. Ours. */
export const stalledMs = 10_000;
/** Of one message of an application: a minute of sound at 24 kHz, in Base64. Ours. */
export const maxMessageBytes = 4 * 1_048_576;
/** Messages that nobody understands, of one connection; with the next it is closed. Ours. */
export const maxRubbish = 100;
/** Sound that waits to be heard: then no more is read until some of it was. Ours. */
export const maxWaitingSoundMs = 5 * 60_000;
/** And so many messages of it, however short: five minutes in packets of 20 ms, and some more. */
export const maxWaitingParts = 20_000;

/** Waits before each further try to connect, real ms. Ours. */
export const connectAgainMs = [250, 1_000] as const;
/** An application that does not answer to the end of its connection; real ms. Ours. */
export const closingMs = 2_000;
/** A connection that was there is made again that often in the life of a stream. Ours. */
export const maxReconnections = 5;

/** Streams whose sound is remembered for a test after they are over; the oldest go. Ours. */
export const maxRemembered = 200;
/** Of the sound of one stream, the newest. Ours. */
export const maxRememberedMs = 60_000;
/** Parts in which it is kept, however short they came. */
export const maxRememberedParts = 3_000;
/** Words that were understood in the sound of one stream. Ours. */
export const maxRememberedWords = 200;
