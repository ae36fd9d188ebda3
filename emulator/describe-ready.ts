// What the ready file, the terminal and the library tell about a running emulator.
import { geographyOf } from '../shared/geography/index.js';
import type { EmulatorResource, EntraApplication, ReadyFile } from './contract.js';
import type { IssuerServer } from './entra/issuer-server.js';
import type { Application } from './entra/tenant.js';
import type { RunningGeography } from './geography.js';

export interface ReadyFacts {
  readonly version: string;
  readonly caPath: string;
  readonly controlPort: number;
  readonly issuer: IssuerServer;
  readonly geographies: readonly RunningGeography[];
}

export function describeReady({ version, caPath, controlPort, issuer, geographies }: ReadyFacts): ReadyFile {
  return {
    version,
    pid: process.pid,
    ca: caPath,
    control: address(controlPort),
    management: address(geographies[0]?.apps[0].ready.ports[1]),
    entra: describeApplication(issuer, issuer.tenant.owner),
    entraReader: describeApplication(issuer, issuer.tenant.reader),
    entraUsers: issuer.tenant.users,
    geographies: Object.fromEntries(
      geographies.map(({ slug, storage, dataFolder, apps: [first] }) => [
        slug,
        {
          dataLocation: geographyOf(slug).dataLocation,
          app: address(first.ready.ports[1]),
          storage,
          dataFolder,
          pid: first.pid,
        },
      ]),
    ),
    resources: geographies.map(describeResource),
  };
}

function describeApplication(
  { authorityHost, tenant }: IssuerServer,
  { clientId, clientSecret }: Application,
): EntraApplication {
  return { authorityHost, tenantId: tenant.tenantId, clientId, clientSecret };
}

function describeResource({ slug, apps: [first, ...others] }: RunningGeography): EmulatorResource {
  const { ports, resource } = first.ready;
  const endpoint = address(ports[0]);
  return {
    name: resource.name,
    geography: slug,
    endpoint,
    httpEndpoint: endpoint.replace('https:', 'http:'),
    accessKey: resource.accessKey,
    connectionString: `endpoint=${endpoint}/;accesskey=${resource.accessKey}`,
    immutableResourceId: resource.immutableId,
    instanceEndpoints: others.map(({ ready }) => address(ready.ports[0])),
  };
}

function address(port: number | undefined): string {
  return `https://localhost:${port}`;
}
