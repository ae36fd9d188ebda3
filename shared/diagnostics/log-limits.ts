// Figures of logs.

/** How long rows gather in memory before they are written, real ms. */
export const gatherRowsMs = 5_000;
/** More are dropped, and counted; a row has some 500 bytes. */
export const maxWaitingRows = 10_000;
/** A piece that cannot be written is tried so often, then its rows are dropped and counted. */
export const maxWriteTries = 3;
export const rememberedLogKeys = 10_000;
/** That rows name somebody raw is believed so long without a look, monotonic ms; a purge begins later than that. */
export const believedRawMs = 60_000;
/** Whether somebody was deleted whom rows name that were written is asked so often, and this long in between, real ms. */
export const maxSettleTries = 4;
export const settlePauseMs = 1_000;
/** A piece that is joined of others has at most so many rows, some megabytes. */
export const maxRowsInSegment = 10_000;
/** Segments that one step of an erasure looks through. */
export const segmentsInStep = 100;
/** Rows that one question is answered with. */
export const maxRowsAnswered = 1_000;
export const maxRetentionDays = 730;

/**
 * Of JSON in one request to a data collection rule; Azure takes 1 MB, and its client splits what is larger.
 * https://learn.microsoft.com/azure/azure-monitor/service-limits#logs-ingestion-api
 */
export const maxUploadBytes = 900_000;
/** A request that is not answered by then has failed, real ms. */
export const uploadLimitMs = 15_000;
/** A request that is not taken now is made so often at most. */
export const maxUploadTries = 4;
/** Before it is made again, real ms; doubled each time, unless the service says how long. */
export const uploadPauseMs = 1_000;
export const maxUploadPauseMs = 30_000;

/** In one request to purge rows. */
export const maxPersonsInPurge = 100;
/** A request to Azure's management that is not answered by then has failed, real ms. */
export const purgeLimitMs = 20_000;
/** By then every row that was sent can be found in the workspace, and so be purged; product ms. */
export const purgeAfterMs = 30 * 60_000;
/**
 * Purges are asked for at these intervals, product ms, and so often in one: Azure takes fifty requests an hour.
 * https://learn.microsoft.com/azure/azure-monitor/logs/personal-data-mgmt
 */
export const purgeSlotMs = 15 * 60_000;
export const maxPurgesInSlot = 12;
/** How far a purge is, and whether one that was refused is taken now, is asked so often; product ms. */
export const purgeLookMs = 60 * 60_000;
/** Azure promises the end of a purge within thirty days; product ms. */
export const purgePromiseMs = 30 * 24 * 60 * 60_000;

/** How long figures of the service gather, real ms. */
export const gatherMetricsMs = 60_000;
/** Metrics with their attributes that a process keeps apart within that time; more are left out. */
export const maxMetricSeries = 2_000;
