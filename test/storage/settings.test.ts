import { describe, expect, it } from 'vitest';
import { createDataMap } from '../../shared/data-map/index.js';
import { openStorage, parseConnectionString, readStorageSettings } from '../../shared/storage/index.js';

const uris = {
  AzureWebJobsStorage__tableServiceUri: 'https://name.table.core.windows.net/',
  AzureWebJobsStorage__blobServiceUri: 'https://name.blob.core.windows.net',
  AzureWebJobsStorage__queueServiceUri: 'https://name.queue.core.windows.net',
};

describe('Storage settings', () => {
  it('come from a connection string with a suffix or with endpoints', () => {
    const suffix =
      'DefaultEndpointsProtocol=https;AccountName=name;AccountKey=a2V5PT0=;EndpointSuffix=core.windows.net';
    expect(readStorageSettings({ AzureWebJobsStorage: suffix })).toEqual({
      endpoints: {
        table: 'https://name.table.core.windows.net',
        blob: 'https://name.blob.core.windows.net',
        queue: 'https://name.queue.core.windows.net',
      },
      credential: { kind: 'accountKey', accountName: 'name', accountKey: 'a2V5PT0=' },
    });
    const endpoints =
      'AccountName=n;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/n;BlobEndpoint=http://127.0.0.1:2/n/;QueueEndpoint=http://127.0.0.1:3/n;';
    expect(parseConnectionString(endpoints).endpoints.blob).toBe('http://127.0.0.1:2/n');
  });

  it('come from service addresses and a managed identity otherwise', () => {
    expect(readStorageSettings({ ...uris, AzureWebJobsStorage__clientId: 'id' })).toEqual({
      endpoints: {
        table: 'https://name.table.core.windows.net',
        blob: 'https://name.blob.core.windows.net',
        queue: 'https://name.queue.core.windows.net',
      },
      credential: { kind: 'managedIdentity', clientId: 'id' },
    });
  });

  it('name what is missing or wrong and never show a value', () => {
    const failure = (environment: Record<string, string | undefined>) => {
      try {
        readStorageSettings(environment);
      } catch (error) {
        return (error as Error).message;
      }
      return expect.fail('It should have failed.');
    };
    expect(failure({})).toMatch(/AzureWebJobsStorage__tableServiceUri is missing/);
    expect(failure({ ...uris, AzureWebJobsStorage__queueServiceUri: undefined })).toMatch(/queueServiceUri is missing/);
    const secrets = [
      failure({ AzureWebJobsStorage: 'AccountName=SECRET;EndpointSuffix=SECRET;DefaultEndpointsProtocol=https' }),
      failure({ AzureWebJobsStorage: 'AccountKey=SECRET' }),
      failure({ ...uris, AzureWebJobsStorage__tableServiceUri: 'http://SECRET.example' }),
      failure({ ...uris, AzureWebJobsStorage__tableServiceUri: 'SECRET' }),
    ];
    expect(secrets.join('\n')).not.toContain('SECRET');
    expect(secrets[0]).toMatch(/no AccountKey/);
    expect(secrets[2]).toMatch(/must be https/);
  });

  it('open with a managed identity without asking anything of it yet', async () => {
    const storage = await openStorage(readStorageSettings(uris), { dataMap: createDataMap([]) });
    await storage.close();
  });
});
