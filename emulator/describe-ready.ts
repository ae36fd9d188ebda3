// What the ready file, the terminal and the library tell about a running emulator.
import { geographyOf } from '../shared/geography/index.js';
import type { Brokers } from './broker/brokers.js';
import type { EmulatorResource, EntraApplication, ReadyFile, SmtpAccess } from './contract.js';
import type { IssuerServer } from './entra/issuer-server.js';
import type { Application, Tenant } from './entra/tenant.js';
import type { Gateways } from './gateways.js';
import type { RunningGeography } from './geography.js';

export interface ReadyFacts {
  readonly version: string;
  readonly caPath: string;
  readonly controlPort: number;
  readonly issuer: IssuerServer;
  readonly brokers: Pick<Brokers, 'accessTo'>;
  readonly geographies: readonly RunningGeography[];
  readonly gateways: Gateways | undefined;
}

export function describeReady(facts: ReadyFacts): ReadyFile {
  const { version, caPath, controlPort, issuer, brokers, geographies, gateways } = facts;
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
          events: brokers.accessTo(slug),
          ...(gateways !== undefined && { bouncePort: gateways.portsOf(slug).bounces }),
        },
      ]),
    ),
    resources: geographies.map((geography) => describeResource(geography, facts)),
  };
}

function describeApplication(
  { authorityHost, tenant }: IssuerServer,
  { clientId, clientSecret }: Application,
): EntraApplication {
  return { authorityHost, tenantId: tenant.tenantId, clientId, clientSecret };
}

function describeResource(
  { slug, apps: [first, ...others] }: RunningGeography,
  { issuer, gateways }: ReadyFacts,
): EmulatorResource {
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
    mailSender: resource.mailSender,
    phoneNumber: resource.phoneNumber,
    ...(gateways !== undefined && {
      smtp: describeSmtp(resource.name, gateways.portsOf(slug).submission, issuer.tenant),
    }),
    instanceEndpoints: others.map(({ ready }) => address(ready.ports[0])),
  };
}

/** The user name as ACS composes one. */
function describeSmtp(resource: string, port: number, { owner, tenantId }: Tenant): SmtpAccess {
  const username = `${resource}.${owner.clientId}.${tenantId}`;
  return { host: 'localhost', port, username, password: owner.clientSecret };
}

function address(port: number | undefined): string {
  return `https://localhost:${port}`;
}
