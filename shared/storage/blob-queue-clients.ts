// The SDK clients of blobs and queues. Loaded when the first of them is opened: they are a third of what the app would
// read at every start, and most requests need neither.
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import {
  BlobServiceClient,
  type IHttpClient,
  newPipeline as newBlobPipeline,
  StorageSharedKeyCredential,
  type StoragePipelineOptions,
} from '@azure/storage-blob';
import { newPipeline as newQueuePipeline, QueueServiceClient } from '@azure/storage-queue';
import type { StorageSettings } from './storage-settings.js';

type Settings = Pick<StorageSettings, 'endpoints' | 'credential'>;

/** @param identity where the settings name no account key */
export function createBlobClient(
  settings: Settings,
  identity: TokenCredential | undefined,
  httpClient: HttpClient,
): BlobServiceClient {
  const pipeline = newBlobPipeline(credentialOf(settings, identity), pipelineOptions(httpClient));
  return new BlobServiceClient(settings.endpoints.blob, pipeline);
}

/** @param identity where the settings name no account key */
export function createQueueClient(
  settings: Settings,
  identity: TokenCredential | undefined,
  httpClient: HttpClient,
): QueueServiceClient {
  const pipeline = newQueuePipeline(credentialOf(settings, identity), pipelineOptions(httpClient));
  return new QueueServiceClient(settings.endpoints.queue, pipeline);
}

function credentialOf({ credential }: Settings, identity: TokenCredential | undefined) {
  return credential.kind === 'accountKey'
    ? new StorageSharedKeyCredential(credential.accountName, credential.accountKey)
    : identity;
}

/** Uploads name their blob and messages may come twice, so everything here may be retried. */
function pipelineOptions(httpClient: HttpClient): Pick<StoragePipelineOptions, 'httpClient' | 'retryOptions'> {
  return {
    httpClient: toBlobHttpClient(httpClient),
    retryOptions: { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 1000 },
  };
}

/** The blob and queue SDKs still take a client with the older request and header types. */
function toBlobHttpClient(httpClient: HttpClient): IHttpClient {
  return {
    sendRequest: async (resource) => {
      const { abortSignal, body, timeout, streamResponseStatusCodes } = resource;
      const request = createPipelineRequest({
        url: resource.url,
        method: resource.method,
        timeout,
        allowInsecureConnection: true,
        // The SDK's pipeline has wrapped every other kind of signal in a native one before this point.
        ...(abortSignal instanceof AbortSignal ? { abortSignal } : {}),
        ...(streamResponseStatusCodes === undefined ? {} : { streamResponseStatusCodes }),
      });
      for (const { name, value } of resource.headers.headersArray()) {
        request.headers.set(name, value);
      }
      request.body = body;
      const response = await httpClient.sendRequest(request);
      const headers = resource.headers.clone();
      for (const name of headers.headerNames()) {
        headers.remove(name);
      }
      for (const [name, value] of response.headers) {
        headers.set(name, value);
      }
      return {
        request: resource,
        status: response.status,
        headers,
        bodyAsText: response.bodyAsText ?? null,
        ...(response.readableStreamBody === undefined ? {} : { readableStreamBody: response.readableStreamBody }),
      };
    },
  };
}
