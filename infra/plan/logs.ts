// How long logs are kept: thirty days, and not a day of it in an archive.

export const logRetentionDays = 30;

/**
 * Tables of Application Insights, whose own default is ninety days. Two tables of Azure itself, `AzureActivity` and `Usage`,
 * keep at least ninety days whatever one sets; nothing of the service goes there.
 * https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
 */
export const tablesWithOwnDefault: readonly string[] = [
  'AppAvailabilityResults',
  'AppBrowserTimings',
  'AppDependencies',
  'AppEvents',
  'AppExceptions',
  'AppMetrics',
  'AppPageViews',
  'AppPerformanceCounters',
  'AppRequests',
  'AppSystemEvents',
  'AppTraces',
];
