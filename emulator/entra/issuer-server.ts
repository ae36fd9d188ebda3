// The emulator's stand-in for Entra ID: HTTPS on a loopback port of its own, because clients want the tenant to be the
// first part of the path. Documents: OpenID Connect Discovery 1.0.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyedCertificate } from '../certificates/certificate.js';
import { EmulatorError, RequestRefused } from '../emulator-error.js';
import { PageOrigins } from '../host/page-origins.js';
import { reasonOf } from '../../cli/reason-of.js';
import { portTaken } from '../ports.js';
import { isErrorCode } from '../../cli/write-file-atomically.js';
import { GrantRefused, grantToken, type Issuer } from './grants.js';
import { issuerKey } from './issuer-key.js';
import { keptTenant, newTenant, type Tenant } from './tenant.js';

export interface IssuerServer {
  /** `https://localhost:{port}`. */
  readonly authorityHost: string;
  readonly tenant: Tenant;
  /** A token for this service, as an application with every right has it; a new one well before the last has expired. */
  tokenFor(service: string): Promise<string>;
  close(): Promise<void>;
}

const origins = new PageOrigins();
const maxFormBytes = 64 * 1024;
const reusedMs = 30 * 60_000;

/** @param folder where secrets and key are kept; without it they are new */
export async function startIssuerServer(
  port: number,
  certificate: KeyedCertificate,
  folder: string | undefined,
): Promise<IssuerServer> {
  const tenant = folder === undefined ? newTenant() : await keptTenant(folder);
  let issuer: Issuer | undefined;
  const server = createServer({ ...certificate, minVersion: 'TLSv1.2' }, (request, response) => {
    if (issuer !== undefined) {
      void respond(issuer, request, response);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(isErrorCode(error, 'EADDRINUSE') ? portTaken(port) : new EmulatorError(error.message));
    });
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  const authorityHost = `https://localhost:${(server.address() as AddressInfo).port}`;
  issuer = { tenant, address: `${authorityHost}/${tenant.tenantId}/v2.0`, key: issuerKey(folder) };
  const { clientId, clientSecret } = tenant.owner;
  const granting = issuer;
  const granted = new Map<string, { readonly token: Promise<string>; readonly until: number }>();
  return {
    authorityHost,
    tenant,
    tokenFor: (service) => {
      const known = granted.get(service);
      if (known !== undefined && performance.now() < known.until) {
        return known.token;
      }
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: `${service}/.default`,
      });
      const token = grantToken(granting, form).then(({ access_token }) => access_token);
      granted.set(service, { token, until: performance.now() + reusedMs });
      return token;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(issuer: Issuer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    send(response, 200, await answer(issuer, request));
  } catch (error) {
    // A body we did not read to its end makes the connection useless.
    if (!request.complete) {
      response.setHeader('connection', 'close');
    }
    if (error instanceof GrantRefused) {
      send(response, error.error === 'invalid_client' ? 401 : 400, {
        error: error.error,
        error_description: error.message,
      });
    } else {
      const status = error instanceof RequestRefused ? error.status : 500;
      send(response, status, { error: 'invalid_request', error_description: reasonOf(error) });
    }
  }
}

async function answer(issuer: Issuer, request: IncomingMessage): Promise<object> {
  const { tenantId } = issuer.tenant;
  if (origins.isForeign(request.headers)) {
    throw new RequestRefused(403, 'ForeignOrigin', 'A web page from elsewhere may not use this issuer.');
  }
  const path = (request.url ?? '').replace(/\?.*$/s, '').toLowerCase();
  switch (`${request.method} ${path}`) {
    case `GET /${tenantId}/v2.0/.well-known/openid-configuration`:
      return metadata(issuer);
    case `GET /${tenantId}/discovery/v2.0/keys`:
      return { keys: [(await issuer.key()).jwk] };
    case `POST /${tenantId}/oauth2/v2.0/token`:
      return grantToken(issuer, await readForm(request));
    default:
      throw new RequestRefused(
        404,
        'NotFound',
        `This issuer answers only for the tenant ${tenantId}: its metadata, its keys and its token endpoint.`,
      );
  }
}

function metadata({ address }: Issuer): object {
  const base = address.slice(0, -'/v2.0'.length);
  return {
    issuer: address,
    // Named because clients insist on it; nobody signs in by browser here.
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    grant_types_supported: ['client_credentials', 'password', 'refresh_token'],
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxFormBytes) {
      throw new RequestRefused(413, 'TooLarge', 'The form is larger than 64 KiB.');
    }
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
