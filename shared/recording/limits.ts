// Figures of recordings. Source: ACS "Call Recording overview" and "Region availability and data residency".

/** How long a file is kept from its completion, product ms. */
export const recordingLifeMs = 24 * 60 * 60_000;
/** No function runs longer (host.json), so no upload takes longer, ms. */
export const longestUploadMs = 10 * 60_000;
