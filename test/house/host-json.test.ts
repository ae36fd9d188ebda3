// ACS routes hold ids and numbers in their paths, so nothing of the host may write down a URL.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface HostJson {
  logging: {
    logLevel: Record<string, string>;
    applicationInsights: {
      enableLiveMetrics: boolean;
      enableDependencyTracking: boolean;
      enableQueryStringTracing: boolean;
      httpAutoCollectionOptions: Record<string, boolean>;
    };
  };
  extensions: { http: { routePrefix: string }; queues: { messageEncoding: string; maxDequeueCount: number } };
}

const host = JSON.parse(readFileSync('host.json', 'utf8')) as HostJson;

test('telemetry of the host holds no URL, no query string and no dependency call', () => {
  expect(host.logging.applicationInsights).toMatchObject({
    enableLiveMetrics: false,
    enableDependencyTracking: false,
    enableQueryStringTracing: false,
    httpAutoCollectionOptions: {
      enableHttpTriggerExtendedInfoCollection: false,
      enableW3CDistributedTracing: false,
      enableResponseHeaderInjection: false,
    },
  });
});

test('the host logs no single request or invocation that went well', () => {
  const quiet = ['Warning', 'Error', 'Critical', 'None'];
  const { logLevel } = host.logging;
  for (const category of ['default', 'Host.Results', 'Function']) {
    expect(quiet).toContain(logLevel[category]);
  }
  for (const level of Object.values(logLevel)) {
    expect(quiet).toContain(level);
  }
});

test('routes are those of ACS, and queue messages are written as they are read', () => {
  expect(host.extensions.http.routePrefix).toBe('');
  expect(host.extensions.queues).toMatchObject({ messageEncoding: 'base64', maxDequeueCount: 5 });
});
