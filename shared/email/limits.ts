// Figures of mail, each with its source.

/** ACS "Service limits", email: recipients in to, cc and bcc together. */
export const maxMailRecipients = 50;
/** A request with its attachments in base64; ACS raises it to 30 MB on request. Decimal. */
export const defaultMailBytes = 10_000_000;
/** RFC 5322, 2.1.1: a line of a header without its end. A subject is folded, and encoded, to less. */
export const maxSubjectCharacters = 998;
/** Of one header that the caller adds. */
export const maxHeaderCharacters = 4_000;
export const maxHeaders = 100;

/** Of a tracked mail each recipient gets a copy; a mail whose copies take more together is not tracked. */
export const maxTrackedBytes = 30_000_000;

const hourMs = 60 * 60_000;

/** How long a mail is tried, product ms. */
export const mailGiveUpMs = 24 * hourMs;
/** Whose outcome could not be told outside by then is named until this much later at the longest, product ms. */
export const untoldLifeMs = 24 * hourMs;
/** How long status and states of recipients are kept, product ms: what is tried for a day may bounce days later. */
export const sentMailLifeMs = 4 * 24 * hourMs;
/** Whoever has begun to accept a mail and has not ended by then has died, real ms: twice the longest life of a request. */
export const acceptanceLimitMs = 60_000;
/** A repeated request waits this long for the first one to end, real ms; then it is told to come again. */
export const repeatWaitMs = 5_000;
/** How long a process goes on taking a sender for one, monotonic ms. */
export const senderLifeMs = 10_000;

/** For a name that no SMTP user has, all users are looked through at most this often, monotonic ms. */
export const smtpUserWalkMs = 2_000;
/** So long an SMTP user that was found is believed to be the only one of its name. */
export const smtpUserKnownMs = 5 * 60_000;
/** What a process remembers of SMTP users; a deployment with more than these has to be told. */
export const maxSmtpUsers = 50_000;

/** One hand-over, real ms: 10 MB at 1 Mbit/s and the dialogue. */
export const carryLimitMs = 150_000;
/** Hand-overs at once to one relay. */
export const carriesPerRelay = 16;

/** How long an address that hard-bounces gets no mail, product ms: longer with each bounce. ACS "Managed suppression list". */
export const suppressionSteps = [24, 48, 96, 7 * 24, 14 * 24].map((hours) => hours * hourMs);
