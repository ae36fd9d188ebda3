// The gateways, one a geography: beside the apps in this process, as they hold nothing. They ask the apps as in a deployment.
import { maxConnections } from '../gateway/limits.js';
import type { Gateway, GatewayOptions } from '../gateway/start-gateway.js';
import type { GeographySlug } from '../shared/geography/index.js';
import { createClock } from '../shared/time/clock.js';
import { randomIds } from '../shared/time/ids.js';
import { isErrorCode } from '../cli/write-file-atomically.js';
import type { KeyedCertificate } from './certificates/certificate.js';
import type { IssuerServer } from './entra/issuer-server.js';
import type { RunningGeography } from './geography.js';
import type { EmulatorPlan } from './options.js';
import { portTaken } from './ports.js';

export interface Gateways {
  portsOf(slug: GeographySlug): { readonly submission: number; readonly bounces: number };
  close(): Promise<void>;
}

export interface GatewaysParts {
  readonly plan: EmulatorPlan;
  readonly geographies: readonly RunningGeography[];
  readonly certificates: { readonly server: KeyedCertificate; readonly ca: string };
  readonly issuer: IssuerServer;
  readonly secret: Buffer;
}

/** As an app takes them that nobody has told of more. */
const maxBytes = 10_000_000;
/** Who stops an emulator waits for it. */
const closeMs = 300;

export async function startGateways(parts: GatewaysParts): Promise<Gateways> {
  const { geographies } = parts;
  const opened = new Map<GeographySlug, Gateway>();
  const close = async (): Promise<void> => {
    await Promise.all([...opened.values()].map((gateway) => gateway.close()));
  };
  const { startGateway } = await import('../gateway/start-gateway.js');
  try {
    for (const [index, geography] of geographies.entries()) {
      opened.set(geography.slug, await startGateway(optionsOf(parts, geography, index)));
    }
  } catch (error) {
    await close();
    throw isErrorCode(error, 'EADDRINUSE') ? portTaken(Number((error as { readonly port?: number }).port)) : error;
  }
  return {
    portsOf: (slug) => {
      const { submission = 0, bounces = 0 } = opened.get(slug)?.ports ?? {};
      return { submission, bounces };
    },
    close,
  };
}

function optionsOf(
  { plan, certificates, issuer, secret }: GatewaysParts,
  { slug, apps }: RunningGeography,
  index: number,
): GatewayOptions {
  const { smtp = 0, bounces = 0 } = plan.ports.geographies[index] ?? {};
  return {
    name: 'localhost',
    address: '127.0.0.1',
    ports: { submission: smtp, bounces },
    tls: certificates.server,
    // All clients have the one address.
    bounds: { closeMs, perAddress: maxConnections },
    app: `https://localhost:${apps[0].ready.ports[1]}`,
    secret,
    authority: issuer.authorityHost,
    ca: certificates.ca,
    maxBytes,
    clock: createClock(),
    ids: randomIds,
    log: (line: string) => plan.log(`${slug}: ${line}`),
  };
}
