// Where the storage account of this geography is and how to sign in: an account key (emulator) or a managed identity.
// Names of the settings: https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
export interface Endpoints {
  readonly table: string;
  readonly blob: string;
  readonly queue: string;
}

export interface StorageSettings {
  readonly endpoints: Endpoints;
  readonly credential:
    | { readonly kind: 'accountKey'; readonly accountName: string; readonly accountKey: string }
    /** `clientId` of a user-assigned identity; undefined for the system-assigned one. */
    | { readonly kind: 'managedIdentity'; readonly clientId: string | undefined };
}

/**
 * Reads the settings that the Functions host reads too, from `AzureWebJobsStorage` (a connection string) or
 * `AzureWebJobsStorage__tableServiceUri`, `__blobServiceUri`, `__queueServiceUri`, `__clientId`.
 *
 * @throws {Error} that names what is missing or wrong, never a value
 */
export function readStorageSettings(environment: Readonly<Record<string, string | undefined>>): StorageSettings {
  const connectionString = environment['AzureWebJobsStorage'];
  if (connectionString) {
    return parseConnectionString(connectionString);
  }
  const uri = (service: string) =>
    environment[`AzureWebJobsStorage__${service}ServiceUri`] ??
    fail(
      `Setting AzureWebJobsStorage__${service}ServiceUri is missing. Set it and those of the other two services, or the connection string AzureWebJobsStorage.`,
    );
  return {
    endpoints: checked({ table: uri('table'), blob: uri('blob'), queue: uri('queue') }),
    credential: { kind: 'managedIdentity', clientId: environment['AzureWebJobsStorage__clientId'] },
  };
}

/** @throws {Error} that names the missing part */
export function parseConnectionString(connectionString: string): StorageSettings {
  const parts = new Map(
    connectionString.split(';').map((part) => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()];
    }),
  );
  const part = (name: string) =>
    parts.get(name.toLowerCase()) || fail(`The storage connection string has no ${name}. Copy it whole.`);
  const accountName = part('AccountName');
  const endpoint = (service: string) =>
    parts.get(`${service}endpoint`) ||
    `${part('DefaultEndpointsProtocol')}://${accountName}.${service}.${part('EndpointSuffix')}`;
  return {
    endpoints: checked({ table: endpoint('table'), blob: endpoint('blob'), queue: endpoint('queue') }),
    credential: { kind: 'accountKey', accountName, accountKey: part('AccountKey') },
  };
}

/** Whether an endpoint is on this machine, which is where the emulator is. */
export function isLoopback(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function checked(endpoints: Endpoints): Endpoints {
  const check = (endpoint: string, service: string) => {
    if (!URL.canParse(endpoint)) {
      fail(`The ${service} endpoint of the storage account is not a URL.`);
    }
    if (!endpoint.startsWith('https:') && !isLoopback(endpoint)) {
      fail(`The ${service} endpoint of the storage account must be https; http is for loopback only.`);
    }
    return endpoint.replace(/\/+$/, '');
  };
  return {
    table: check(endpoints.table, 'table'),
    blob: check(endpoints.blob, 'blob'),
    queue: check(endpoints.queue, 'queue'),
  };
}

function fail(message: string): never {
  throw new Error(message);
}
