// The SDK clients of one storage account, all over one transport.
import { AzureNamedKeyCredential, type TableClient, TableServiceClient } from '@azure/data-tables';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import type { BlobServiceClient } from '@azure/storage-blob';
import type { QueueServiceClient } from '@azure/storage-queue';
import type { StorageSettings } from './storage-settings.js';
import { createTableClient } from './table-client.js';

export interface ServiceClients {
  table(physicalName: string, httpClient: HttpClient): TableClient;
  tables(httpClient: HttpClient): TableServiceClient;
  blobs(httpClient: HttpClient): Promise<BlobServiceClient>;
  queues(httpClient: HttpClient): Promise<QueueServiceClient>;
}

/** The managed-identity library is loaded only when the settings ask for it, those of blobs and queues on first use. */
export async function createServiceClients(settings: StorageSettings): Promise<ServiceClients> {
  const { endpoints, credential } = settings;
  const identity = credential.kind === 'accountKey' ? undefined : await managedIdentity(credential.clientId);
  const tableCredential =
    credential.kind === 'accountKey'
      ? new AzureNamedKeyCredential(credential.accountName, credential.accountKey)
      : (identity as TokenCredential);
  return {
    table: (physicalName, httpClient) => createTableClient(endpoints.table, physicalName, tableCredential, httpClient),
    tables: (httpClient) => {
      const options = { httpClient, allowInsecureConnection: endpoints.table.startsWith('http:') };
      return tableCredential instanceof AzureNamedKeyCredential
        ? new TableServiceClient(endpoints.table, tableCredential, options)
        : new TableServiceClient(endpoints.table, tableCredential, options);
    },
    blobs: async (httpClient) =>
      (await import('./blob-queue-clients.js')).createBlobClient(settings, identity, httpClient),
    queues: async (httpClient) =>
      (await import('./blob-queue-clients.js')).createQueueClient(settings, identity, httpClient),
  };
}

async function managedIdentity(clientId: string | undefined): Promise<TokenCredential> {
  const { ManagedIdentityCredential } = await import('@azure/identity');
  return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
