// Figures of the gateway, each with its source or its reason.

/** ACS "Service limits", email: SMTP connections at once. */
export const maxConnections = 250;
/** Of one address; a network of many clients may have one. */
export const connectionsPerAddress = 50;
/** ACS "Service limits", email: recipients of one mail. */
export { maxMailRecipients } from '../shared/email/limits.js';
/** A connection without a word for this long is closed; RFC 5321, 4.5.3.2, asks for 5 minutes between commands. */
export const idleMs = 5 * 60_000;
/** No connection is older: whoever sends byte after byte for ever holds one for so long. */
export const connectionLifeMs = 30 * 60_000;
/** A message that is not whole by then is given up; RFC 5321, 4.5.3.2.6, has clients wait as long for its answer. */
export const dataMs = 10 * 60_000;
/** How long what is being handed on may take when the gateway is told to stop. */
export const closeMs = 10_000;
/** What of messages is held at once, by all connections: what is being received, and what is being handed on. */
export const heldBytes = 64 * 1_048_576;
/** How many large messages are read and handed on at once: each takes several times its size while it is. */
export const largeAtOnce = 2;
/** Bounces come from anybody and without a login: they have their own of everything, and little, so that mail goes on. */
export const bounceConnections = 50;
export const bounceConnectionsPerAddress = 10;
/** One of the largest, or many of the usual ones. */
export const bounceHeldBytes = 32 * 1_048_576;
export const largeBouncesAtOnce = 1;
/** Of HTTP, to the app. */
export const appConnections = 16;
export const bounceAppConnections = 4;
/** So many recipients that are none, and the connection ends: each is asked of the app. */
export const maxRefusedRecipients = 5;
/** A message that brings a whole mail along as evidence is larger than that. */
export const noticeBytes = 1_048_576;

/** How long it is known that a password was right, as a keyed hash, monotonic ms. */
export const knownSecretMs = 2 * 60_000;
export const knownSecrets = 1_000;
/** So many wrong passwords of a user from one address, and the issuer is not asked for a while. */
export const maxFailedLogins = 10;
/** From one address, whoever was tried. */
export const maxFailedLoginsOfAddress = 50;
export const failedLoginsMs = 5 * 60_000;
export const rememberedFailures = 10_000;
/** A secret of Entra ID has 40 characters; what is longer is none. */
export const maxPasswordBytes = 1_024;

/** One question to the app or to the issuer, real ms; the app answers within 30 s. */
export const askMs = 40_000;
/** How long a question that nobody answers is repeated, real ms; the client waits longer (RFC 5321, 4.5.3.2.6). */
export const askAgainMs = 20_000;
export const maxAnswerBytes = 64 * 1024;
