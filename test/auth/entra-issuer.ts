// An issuer of Entra ID tokens under full control of a test: metadata and keys over loopback, any token that one likes.
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type JWTHeaderParameters, SignJWT } from 'jose';

export interface TestIssuer {
  readonly authorityHost: string;
  readonly tenantId: string;
  /** Issuer as tokens of version 2.0 name it. */
  readonly address: string;
  /** How often its documents were asked for. */
  readonly requests: number;
  /** What is wrong with its answers: their status, their text. */
  broken: { status?: number; change?(document: string): string } | undefined;
  readonly key: TestKey;
  /** Signs with a new key from now on, and forgets the old one. */
  rotate(): void;
  /** An access token of an application that is right in everything but what is given. */
  token(claims?: Record<string, unknown>, header?: Partial<JWTHeaderParameters>, key?: KeyObject): Promise<string>;
  close(): Promise<void>;
}

export interface TestKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function newKey(): TestKey {
  return { kid: randomUUID(), ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

/** @param nowMs real time as the app under test sees it */
export async function startTestIssuer(nowMs: number): Promise<TestIssuer> {
  const tenantId = randomUUID();
  let key = newKey();
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    void (async () => {
      const isMetadata = request.url === `/${tenantId}/v2.0/.well-known/openid-configuration`;
      const metadata = { issuer: issuer.address, jwks_uri: `${issuer.authorityHost}/${tenantId}/discovery/v2.0/keys` };
      const jwks = { keys: [{ ...(await exportJWK(key.publicKey)), kid: key.kid, use: 'sig' }] };
      const { status = 200, change = (document: string) => document } = issuer.broken ?? {};
      response.writeHead(status).end(change(JSON.stringify(isMetadata ? metadata : jwks)));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const authorityHost = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: TestIssuer = {
    authorityHost,
    tenantId,
    address: `${authorityHost}/${tenantId}/v2.0`,
    broken: undefined,
    get requests() {
      return requests;
    },
    get key() {
      return key;
    },
    rotate() {
      key = newKey();
    },
    token: (claims, header, signingKey) =>
      new SignJWT({
        iss: issuer.address,
        aud: 'https://communication.azure.com/',
        tid: tenantId,
        nbf: nowMs / 1000,
        iat: nowMs / 1000,
        exp: nowMs / 1000 + 3600,
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.kid, ...header })
        .sign(signingKey ?? key.privateKey),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return issuer;
}
