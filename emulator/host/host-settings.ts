// What the host takes from host.json, with the host's own defaults
// (https://learn.microsoft.com/azure/azure-functions/functions-host-json).
import { z } from 'zod';

const timeSpanPattern = /^(?:(\d+)\.)?(\d{1,2}):([0-5]?\d):([0-5]?\d)(?:\.(\d{1,7}))?$/;

/** A .NET time span such as `00:00:10` or `1.02:03:04.5`, as milliseconds. */
const timeSpan = z
  .string()
  .regex(timeSpanPattern, 'must be a time span such as 00:00:10')
  .transform((text) => {
    const [, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = '0'] = timeSpanPattern.exec(text) ?? [];
    const wholeSeconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
    return wholeSeconds * 1000 + Math.round(Number(`0.${fraction}`) * 1000);
  });

const queueSettings = z.object({
  batchSize: z.int().min(1).max(32).default(16),
  newBatchThreshold: z.int().min(0).optional(),
  maxDequeueCount: z.int().min(1).default(5),
  visibilityTimeout: timeSpan.default(0),
  maxPollingInterval: timeSpan.default(60_000),
  messageEncoding: z.enum(['base64', 'none']).default('base64'),
});

const hostJsonSchema = z.object({
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      queues: queueSettings.prefault({}),
    })
    .prefault({}),
});

export interface QueueSettings {
  /** Messages fetched at once. */
  readonly batchSize: number;
  /** New messages are fetched when at most this many are being worked on. */
  readonly newBatchThreshold: number;
  /** Tries until a message goes to the poison queue. */
  readonly maxDequeueCount: number;
  /** Pause before a failed message is tried again. */
  readonly visibilityTimeoutMs: number;
  readonly maxPollingIntervalMs: number;
  readonly messageEncoding: 'base64' | 'none';
}

export interface HostSettings {
  /** Without slashes at the ends; empty for none. */
  readonly routePrefix: string;
  readonly queues: QueueSettings;
}

/** @throws when a value of host.json that this host uses is not valid */
export function readHostSettings(hostJson: unknown): HostSettings {
  const parsed = hostJsonSchema.safeParse(hostJson);
  if (!parsed.success) {
    throw new Error(`host.json is not valid. ${z.prettifyError(parsed.error)}`);
  }
  const { http, queues } = parsed.data.extensions;
  const { visibilityTimeout, maxPollingInterval, newBatchThreshold, ...rest } = queues;
  return {
    routePrefix: http.routePrefix.replace(/^\/+|\/+$/g, ''),
    queues: {
      ...rest,
      newBatchThreshold: newBatchThreshold ?? Math.floor(queues.batchSize / 2),
      visibilityTimeoutMs: visibilityTimeout,
      maxPollingIntervalMs: maxPollingInterval,
    },
  };
}
