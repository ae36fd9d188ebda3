// Figures of the chat service. Source: ACS "Service limits", chat swagger 2025-03-15.

/** Participants that one create or add call may name. */
export const maxParticipantsPerCall = 200;
export const maxParticipantsPerThread = 250;
/** Content and metadata of one message together, bytes of UTF-8 ("about 28 KB"). */
export const maxMessageBytes = 28 * 1024;
/** All metadata of a thread, or of a participant, bytes of UTF-8. */
export const maxMetadataBytes = 1024;
/** One uploaded image, bytes; the service publishes no figure. */
export const maxImageBytes = 20 * 1024 * 1024;
/** Threads with more participants have neither typing notices nor read receipts. */
export const maxParticipantsForReceipts = 20;
/** Real time between deleting a thread and removing its rows; caches must be older than that (docs/storage.md). */
export const purgeDelayMs = 60_000;
/** The service names none. Ours, because topic and names lie in the one row of a thread's state. */
export const maxTopicLength = 4_096;
export const maxDisplayNameLength = 4_096;
export const maxPageSize = 200;
export const minRetentionDays = 30;
export const maxRetentionDays = 90;
