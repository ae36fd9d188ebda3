// One request to storage, as counters and tests see it: which store, and what kind of operation. Never keys or contents.
import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';

export type StorageCallKind =
  | 'query'
  | 'get'
  | 'insert'
  | 'transaction'
  | 'update'
  | 'delete'
  | 'blob-read'
  | 'blob-list'
  | 'blob-write'
  | 'blob-delete'
  | 'queue-read'
  | 'queue-send'
  | 'queue-update'
  | 'queue-delete';

export interface StorageCall {
  /** Base name of the store, without its shard. */
  readonly store: string;
  readonly kind: StorageCallKind;
}

/** Stands between a client and its transport. It sees every attempt, so a retry counts as the call it is. */
export type CallObserver = (call: StorageCall, send: () => Promise<PipelineResponse>) => Promise<PipelineResponse>;

/** A transport for the clients of one store, on which `observers` look; the first of them is the outermost. */
export function observedTransport(
  transport: HttpClient,
  store: string,
  kindOf: (request: PipelineRequest) => StorageCallKind,
  observers: readonly CallObserver[],
): HttpClient {
  if (observers.length === 0) {
    return transport;
  }
  return {
    sendRequest: (request) => {
      const call = { store, kind: kindOf(request) };
      const through = observers.reduceRight<() => Promise<PipelineResponse>>(
        (next, observe) => () => observe(call, next),
        () => transport.sendRequest(request),
      );
      return through();
    },
  };
}

/** A merge and a replace, with or without an ETag, are all `update`. */
export function tableCallKind({ method, url }: PipelineRequest): StorageCallKind {
  switch (method) {
    case 'GET':
      return url.includes('(PartitionKey=') ? 'get' : 'query';
    case 'POST':
      return url.endsWith('/$batch') ? 'transaction' : 'insert';
    case 'DELETE':
      return 'delete';
    default:
      return 'update';
  }
}

export function blobCallKind({ method, url }: PipelineRequest): StorageCallKind {
  switch (method) {
    case 'GET':
      return url.includes('comp=list') ? 'blob-list' : 'blob-read';
    case 'HEAD':
      return 'blob-read';
    case 'DELETE':
      return 'blob-delete';
    default:
      return 'blob-write';
  }
}

export function queueCallKind({ method }: PipelineRequest): StorageCallKind {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return 'queue-read';
    case 'POST':
      return 'queue-send';
    case 'DELETE':
      return 'queue-delete';
    default:
      return 'queue-update';
  }
}
