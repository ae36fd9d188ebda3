// The SDK clients of one storage account, all over one transport.
import { AzureNamedKeyCredential, type TableClient, TableServiceClient } from '@azure/data-tables';
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
import { createTableClient } from './table-client.js';

export interface ServiceClients {
  table(physicalName: string, httpClient: HttpClient): TableClient;
  tables(httpClient: HttpClient): TableServiceClient;
  blobs(httpClient: HttpClient): BlobServiceClient;
  queues(httpClient: HttpClient): QueueServiceClient;
}

/** The managed-identity library is loaded only when the settings ask for it. */
export async function createServiceClients({ endpoints, credential }: StorageSettings): Promise<ServiceClients> {
  let tableCredential: AzureNamedKeyCredential | TokenCredential;
  let blobCredential: StorageSharedKeyCredential | TokenCredential;
  if (credential.kind === 'accountKey') {
    tableCredential = new AzureNamedKeyCredential(credential.accountName, credential.accountKey);
    blobCredential = new StorageSharedKeyCredential(credential.accountName, credential.accountKey);
  } else {
    const { ManagedIdentityCredential } = await import('@azure/identity');
    tableCredential =
      credential.clientId === undefined
        ? new ManagedIdentityCredential()
        : new ManagedIdentityCredential({ clientId: credential.clientId });
    blobCredential = tableCredential;
  }
  return {
    table: (physicalName, httpClient) => createTableClient(endpoints.table, physicalName, tableCredential, httpClient),
    tables: (httpClient) => {
      const options = { httpClient, allowInsecureConnection: endpoints.table.startsWith('http:') };
      return tableCredential instanceof AzureNamedKeyCredential
        ? new TableServiceClient(endpoints.table, tableCredential, options)
        : new TableServiceClient(endpoints.table, tableCredential, options);
    },
    blobs: (httpClient) =>
      new BlobServiceClient(endpoints.blob, newBlobPipeline(blobCredential, pipelineOptions(httpClient))),
    queues: (httpClient) =>
      new QueueServiceClient(endpoints.queue, newQueuePipeline(blobCredential, pipelineOptions(httpClient))),
  };
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
