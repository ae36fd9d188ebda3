// The token endpoint of the emulator's issuer: client credentials, a user's password, and refreshing either.
// Requests and answers: Microsoft identity platform, "OAuth 2.0"; errors: RFC 6749, section 5.2.
import { createSecretKey, timingSafeEqual } from 'node:crypto';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { allPermissions, type AskedScope, readScope } from './audience.js';
import type { IssuerKey } from './issuer-key.js';
import type { Application, Tenant, User } from './tenant.js';

const accessTokenSeconds = 3600;
const refreshTokenType = 'refresh';

/** Refused as OAuth writes it. */
export class GrantRefused extends Error {
  readonly error: 'invalid_client' | 'invalid_grant' | 'invalid_request' | 'invalid_scope' | 'unsupported_grant_type';

  constructor(error: GrantRefused['error'], message: string) {
    super(message);
    this.error = error;
  }
}

/** As OAuth names its fields. */
export interface Granted {
  readonly access_token: string;
  readonly [field: string]: unknown;
}

export interface Issuer {
  readonly tenant: Tenant;
  /** `{authorityHost}/{tenantId}/v2.0`. */
  readonly address: string;
  key(): Promise<IssuerKey>;
}

const RefreshClaims = z.object({ client: z.string(), user: z.string().optional(), audience: z.string() });

/**
 * @param form of the request, as it came
 * @throws {GrantRefused}
 */
export async function grantToken(issuer: Issuer, form: URLSearchParams): Promise<Granted> {
  const application = findApplication(issuer.tenant, form.get('client_id'));
  const asked = readScope(form.get('scope') ?? '');
  switch (form.get('grant_type')) {
    case 'client_credentials':
      requireSecret(application, form.get('client_secret'));
      return answer(issuer, application, undefined, requireScope(asked));
    case 'password':
      return answer(issuer, application, findUser(issuer.tenant, form), requireScope(asked));
    case 'refresh_token': {
      const { user, audience } = await readRefreshToken(issuer, application, form.get('refresh_token') ?? '');
      if (user === undefined) {
        requireSecret(application, form.get('client_secret'));
      }
      return answer(issuer, application, user, asked ?? { audience, permissions: [], wantsRefreshToken: true });
    }
    default:
      throw new GrantRefused(
        'unsupported_grant_type',
        'This issuer knows client_credentials, password and refresh_token.',
      );
  }
}

async function answer(
  issuer: Issuer,
  application: Application,
  user: User | undefined,
  { audience, permissions, wantsRefreshToken }: AskedScope,
): Promise<Granted> {
  const allowed = permissions.length === 0 ? allPermissions(audience) : permissions;
  const { tenantId } = issuer.tenant;
  const { objectId } = user ?? application;
  const common = { oid: objectId, sub: objectId, tid: tenantId, ver: '2.0' };
  const rights = user === undefined ? { idtyp: 'app' } : { idtyp: 'user', scp: allowed.join(' ') };
  const token = await sign(issuer, audience, { ...common, ...rights, azp: application.clientId });
  const identity = user && {
    id_token: await sign(issuer, application.clientId, { ...common, preferred_username: user.username }),
    client_info: Buffer.from(JSON.stringify({ uid: objectId, utid: tenantId })).toString('base64url'),
  };
  return {
    token_type: 'Bearer',
    // Entra ID names none to an application by itself, and a client that finds another than it asked for refuses the token.
    ...(user !== undefined && { scope: allowed.map((permission) => `${audience}/${permission}`).join(' ') }),
    expires_in: accessTokenSeconds,
    ext_expires_in: accessTokenSeconds,
    access_token: token,
    ...identity,
    ...(wantsRefreshToken && { refresh_token: await newRefreshToken(issuer, application, user, audience) }),
  };
}

async function sign(issuer: Issuer, audience: string, claims: JWTPayload): Promise<string> {
  const { kid, privateKey } = await issuer.key();
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .setIssuer(issuer.address)
    .setAudience(audience)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + accessTokenSeconds)
    .sign(privateKey);
}

/** Holds what it grants, so that nothing about it has to be kept. */
function newRefreshToken(issuer: Issuer, application: Application, user: User | undefined, audience: string) {
  const claims = { client: application.clientId, audience, ...(user !== undefined && { user: user.objectId }) };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: refreshTokenType })
    .setExpirationTime('90d')
    .sign(refreshKey(issuer));
}

async function readRefreshToken(
  issuer: Issuer,
  application: Application,
  token: string,
): Promise<{ user: User | undefined; audience: string }> {
  const verified = await jwtVerify(token, refreshKey(issuer), { algorithms: ['HS256'], typ: refreshTokenType }).catch(
    () => undefined,
  );
  const claims = RefreshClaims.safeParse(verified?.payload);
  if (!claims.success || claims.data.client !== application.clientId) {
    throw new GrantRefused('invalid_grant', 'The refresh token is not valid for this application, or has expired.');
  }
  const user = issuer.tenant.users.find(({ objectId }) => objectId === claims.data.user);
  return { user, audience: claims.data.audience };
}

function refreshKey({ tenant }: Issuer) {
  return createSecretKey(Buffer.from(tenant.refreshSecret, 'base64'));
}

function findApplication({ owner, reader }: Tenant, clientId: string | null): Application {
  const found = [owner, reader].find((each) => each.clientId === clientId?.toLowerCase());
  if (found === undefined) {
    throw new GrantRefused('invalid_client', 'There is no application with this client_id.');
  }
  return found;
}

function findUser({ users }: Tenant, form: URLSearchParams): User {
  const user = users.find(({ username }) => username === form.get('username')?.toLowerCase());
  if (user === undefined || !isSame(user.password, form.get('password'))) {
    throw new GrantRefused('invalid_grant', 'The user name or the password is wrong.');
  }
  return user;
}

function requireSecret(application: Application, secret: string | null): void {
  if (!isSame(application.clientSecret, secret)) {
    throw new GrantRefused('invalid_client', 'The client_secret is not that of the application.');
  }
}

function requireScope(asked: AskedScope | undefined): AskedScope {
  if (asked !== undefined) {
    return asked;
  }
  throw new GrantRefused(
    'invalid_scope',
    'Ask for the scope of one service, for example https://communication.azure.com//.default.',
  );
}

function isSame(expected: string, given: string | null): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given ?? '')];
  return left.length === right.length && timingSafeEqual(left, right);
}
