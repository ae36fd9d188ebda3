// What the ready file, the terminal and the library tell about a running emulator.
import { geographyOf } from '../shared/geography/index.js';
import type { EmulatorResource, ReadyFile } from './contract.js';
import type { RunningGeography } from './geography.js';

export interface ReadyFacts {
  readonly version: string;
  readonly caPath: string;
  readonly controlPort: number;
  readonly geographies: readonly RunningGeography[];
}

export function describeReady({ version, caPath, controlPort, geographies }: ReadyFacts): ReadyFile {
  return {
    version,
    pid: process.pid,
    ca: caPath,
    control: address(controlPort),
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
