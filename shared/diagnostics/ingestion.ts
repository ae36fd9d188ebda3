// Rows to the geography's data collection rule, through Azure's own client, which is loaded with the first of them. One call
// is one request: what becomes of it is decided by whoever knows the rows.
// https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview
import type { LogsIngestionClient } from '@azure/monitor-ingestion';
import { isLoopback } from '../storage/index.js';
import { uploadLimitMs } from './log-limits.js';
import type { LogWorkspaceSettings } from './workspace-settings.js';
import { openCredential } from './workspace-credential.js';

/** What a request came to. `refused`: these rows will not be taken however often they are sent. */
export type UploadOutcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'notNow'; readonly status: number | undefined; readonly afterMs: number | undefined };

export interface Ingestion {
  /** @param rows less than a megabyte of JSON */
  upload(stream: string, rows: readonly Record<string, unknown>[]): Promise<UploadOutcome>;
}

export function openIngestion(settings: LogWorkspaceSettings): Ingestion {
  let client: Promise<LogsIngestionClient> | undefined;
  return {
    async upload(stream, rows) {
      try {
        client ??= openClient(settings);
        const abortSignal = AbortSignal.timeout(uploadLimitMs);
        await (await client).upload(settings.ruleId, stream, [...rows], { maxConcurrency: 1, abortSignal });
        return { kind: 'taken' };
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

/** Repeating is decided where it is known what has been sent, not by the client. */
async function openClient({ endpoint, credential }: LogWorkspaceSettings): Promise<LogsIngestionClient> {
  const { LogsIngestionClient: Client } = await import('@azure/monitor-ingestion');
  const options = { retryOptions: { maxRetries: 0 }, allowInsecureConnection: isLoopback(endpoint) };
  const client = new Client(endpoint, await openCredential(credential), options);
  if (credential.kind === 'token') {
    // The client signs nothing that is not encrypted; this goes no further than this machine.
    client.pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' });
    client.pipeline.addPolicy({
      name: 'token-on-loopback',
      sendRequest: (request, next) => {
        request.headers.set('authorization', `Bearer ${credential.token}`);
        return next(request);
      },
    });
  }
  return client;
}

interface FailedRequest {
  readonly statusCode?: number;
  readonly response?: { readonly headers: { get(name: string): string | undefined } };
}

function outcomeOf(error: unknown): UploadOutcome {
  const [first] = (error as { errors?: readonly { cause: unknown }[] }).errors ?? [];
  const cause = (first?.cause ?? error) as FailedRequest;
  const status = Number(cause.statusCode);
  if (status === 413) {
    return { kind: 'tooLarge' };
  }
  if (status === 400) {
    return { kind: 'refused', status };
  }
  const after = Number(cause.response?.headers.get('retry-after'));
  return {
    kind: 'notNow',
    status: Number.isNaN(status) ? undefined : status,
    afterMs: after > 0 ? after * 1_000 : undefined,
  };
}
