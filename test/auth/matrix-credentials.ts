// Everything that somebody could show to get in, and what each opens by its kind alone: the rules of the matrix, written
// apart from the code that decides.
import { createHash, createHmac, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { decodeJwt, SignJWT } from 'jose';
import {
  type Auth,
  CallTokens,
  deriveAccessKey,
  issueUserToken,
  type TokenScope,
  tokenScopes,
  wellKnownMasterSecret,
} from '../../shared/auth/index.js';
import { createSigningKeys } from '../../shared/auth/signing-keys.js';
import type { ComposedApp } from '../../functions/compose.js';
import { callApp } from '../app/call-app.js';
import { signedHeaders } from '../sdk/owner-call.js';
import type { TestIssuer } from './entra-issuer.js';

/** The request that is to be made. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly host: string;
}

export interface Credential {
  readonly name: string;
  headers(asked: Asked): Record<string, string>;
  /** Where something is asked for; where nothing is, everybody may come in. */
  opens(auth: Auth): boolean;
  /** It is refused also where nothing is asked for. */
  readonly isRefusedAnywhere?: true;
}

export type MatrixRight = 'read' | 'manage' | 'data' | 'privacy' | 'restore' | 'upstream';
export const matrixRights: readonly MatrixRight[] = ['read', 'manage', 'data', 'privacy', 'restore', 'upstream'];

/** Route parameters of every request; so the call that a token is for. */
export const paramValue = '421f0b00-a5f0-4000-8000-000000000007';

const audiences = {
  communication: 'https://communication.azure.com/',
  management: 'https://management.azure.com/',
  users: 'https://communication.azure.com/clients',
  stranger: 'https://graph.microsoft.com/',
};

interface Surroundings {
  readonly app: ComposedApp;
  readonly issuer: TestIssuer;
  /** Who is on the list of a right, and on no other. */
  readonly subjects: Readonly<Record<MatrixRight, string>>;
  readonly userApplication: string;
  readonly gatewaySecret: Buffer;
  readonly textSecret: Buffer;
  readonly mediaSecret: Buffer;
}

const nothing = () => false;
const otherHost = 'fabrikam.europe.example';
const bearer = (token: string) => () => ({ authorization: `Bearer ${token}` });

export async function allCredentials(surroundings: Surroundings): Promise<readonly Credential[]> {
  return [
    { name: 'nothing', headers: () => ({}), opens: nothing },
    { name: 'an empty bearer token', headers: () => ({ authorization: 'Bearer ' }), opens: nothing },
    ...(await accessKeys(surroundings)),
    ...(await userTokens(surroundings)),
    ...(await entraTokens(surroundings)),
    ...(await callTokens(surroundings)),
    {
      name: 'a webhook signed with a secret that nobody shares',
      headers: () => webhookSigned(Buffer.alloc(32)),
      opens: nothing,
    },
    {
      name: 'a webhook signed with the secret of the gateway',
      headers: () => webhookSigned(surroundings.gatewaySecret),
      opens: (auth) => auth.kind === 'webhook' && auth.from === 'gateway',
    },
    {
      name: 'a webhook signed with the secret of whoever carries texts',
      headers: () => webhookSigned(surroundings.textSecret),
      opens: (auth) => auth.kind === 'webhook' && auth.from === 'text-carrier',
    },
    {
      name: 'a webhook signed with the secret of a media server',
      headers: () => webhookSigned(surroundings.mediaSecret),
      opens: (auth) => auth.kind === 'webhook' && auth.from === 'media-server',
    },
  ];
}

/** Over an empty body. */
function webhookSigned(secret: Buffer): Record<string, string> {
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${at}.`).digest('base64');
  return { 'x-domicile-signature': `t=${at},v1=${signature}` };
}

/** Privacy is withheld from the secondary key. */
async function accessKeys({ app }: Surroundings): Promise<Credential[]> {
  const { immutableId, accessKey: primary } = await app.defaultResource();
  const resource = { immutableId, keyGenerations: { primary: 1, secondary: 1 } };
  const secondary = deriveAccessKey(Buffer.from(wellKnownMasterSecret, 'base64'), resource, 'secondary');
  const another = deriveAccessKey(randomBytes(32), resource, 'primary');
  const signed =
    (key: string, changed: Partial<Asked> = {}) =>
    (asked: Asked) => {
      const { host, method, target } = { ...asked, ...changed };
      return signedHeaders(key, host, { method, target, text: '' });
    };
  return [
    { name: 'the primary key', headers: signed(primary), opens: (auth) => auth.kind === 'accessKey' },
    {
      name: 'the secondary key',
      headers: signed(secondary),
      opens: (auth) => auth.kind === 'accessKey' && auth.right !== 'privacy',
    },
    { name: 'the primary key on another path', headers: signed(primary, { target: '/x' }), opens: nothing },
    { name: 'the primary key with another method', headers: signed(primary, { method: 'HEAD' }), opens: nothing },
    { name: 'a key of another', headers: signed(another), opens: nothing },
    { name: 'the primary key for another host', headers: signed(primary, { host: otherHost }), opens: nothing },
    ...['x-forwarded-host', 'x-original-host'].map((header) => ({
      name: `the same, with that host in ${header}`,
      headers: (asked: Asked) => ({ ...signed(primary, { host: otherHost })(asked), [header]: otherHost }),
      opens: nothing,
    })),
    { name: 'the primary key of an hour ago', headers: signedAt(primary, -60), opens: nothing },
    { name: 'the primary key of an hour ahead', headers: signedAt(primary, 60), opens: nothing },
    {
      name: 'the primary key over another body',
      headers: (asked) => signedHeaders(primary, asked.host, { ...asked, text: 'other' }),
      opens: nothing,
    },
    {
      name: 'the primary key with a forged hop',
      headers: (asked) => ({ ...signed(primary)(asked), 'x-domicile-hop': 'e30.e30.e30' }),
      opens: nothing,
      isRefusedAnywhere: true,
    },
  ];
}

/** Right in everything, but for the date. */
function signedAt(key: string, minutes: number) {
  return ({ method, target, host }: Asked) => {
    const date = new Date(Date.now() + minutes * 60_000).toUTCString();
    const bodyHash = createHash('sha256').update('').digest('base64');
    const signature = createHmac('sha256', Buffer.from(key, 'base64'))
      .update(`${method}\n${target}\n${date};${host};${bodyHash}`)
      .digest('base64');
    return {
      'x-ms-date': date,
      'x-ms-content-sha256': bodyHash,
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    };
  };
}

async function userTokens({ app }: Surroundings): Promise<Credential[]> {
  const tokenWith = async (scope: TokenScope) => {
    const made = await callApp(app, 'identity-create', { body: { createTokenWithScopes: [scope] } });
    return { id: made.body.identity.id as string, token: made.body.accessToken.token as string };
  };
  const perScope = await Promise.all(tokenScopes.map(async (scope) => ({ scope, ...(await tokenWith(scope)) })));
  const opens = (scope: TokenScope, header: string | undefined) => (auth: Auth) =>
    auth.kind === 'userToken' && auth.header === header && auth.scopes.includes(scope);
  const { immutableId } = await app.defaultResource();
  const claims = { resourceLocation: 'europe', scopes: new Set(tokenScopes), identityGeneration: 1 };
  const elsewhere = createSigningKeys(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const issue = (
    resourceId: string,
    generation = 1,
    { now = app.clock.now(), keys = app.signingKeys, issuer = 'domicile/europe' } = {},
  ) =>
    issueUserToken(
      { issuer, keys },
      {
        ...claims,
        rawId: perScope[0]?.id ?? '',
        resourceId,
        key: { slot: 'primary', generation },
        now,
        expiresInMinutes: 60,
      },
    ).token;
  const revoked = await tokenWith('chat');
  await callApp(app, 'identity-revoke-tokens', { params: { id: revoked.id } });
  const forged = await new SignJWT(decodeJwt((await tokenWith('chat')).token))
    .setProtectedHeader({ alg: 'ES256', kid: app.signingKeys.current.kid, typ: 'JWT' })
    .sign(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${issue(immutableId).split('.')[1]}.`;
  return [
    ...perScope.flatMap(({ scope, token }) => [
      { name: `a token for ${scope}`, headers: bearer(token), opens: opens(scope, undefined) },
      {
        name: `a token for ${scope} in X-Skypetoken`,
        headers: () => ({ 'x-skypetoken': token }),
        opens: opens(scope, 'x-skypetoken'),
      },
    ]),
    {
      name: 'a token for everything',
      headers: bearer(issue(immutableId)),
      opens: (auth) => auth.kind === 'userToken' && auth.header === undefined,
    },
    { name: 'the same of another resource', headers: bearer(issue(randomUUID())), opens: nothing },
    { name: 'the same by an access key that is no more', headers: bearer(issue(immutableId, 2)), opens: nothing },
    { name: 'a revoked token', headers: bearer(revoked.token), opens: nothing },
    { name: 'a forged token', headers: bearer(forged), opens: nothing },
    { name: 'a token that nobody has signed', headers: bearer(unsigned), opens: nothing },
    {
      name: 'a token that has expired',
      headers: bearer(issue(immutableId, 1, { now: app.clock.now() - 2 * 60 * 60_000 })),
      opens: nothing,
    },
    {
      name: 'a token of another geography',
      headers: bearer(issue(immutableId, 1, { keys: elsewhere, issuer: 'domicile/germany' })),
      opens: nothing,
    },
  ];
}

async function entraTokens({ issuer, subjects, userApplication }: Surroundings): Promise<Credential[]> {
  const made: Credential[] = [];
  for (const [audience, aud] of Object.entries(audiences)) {
    for (const right of matrixRights) {
      made.push({
        name: `an application with the right ${right}, for ${audience}`,
        headers: bearer(await issuer.token({ aud, azp: subjects[right], oid: randomUUID() })),
        opens: (auth) => {
          switch (auth.kind) {
            case 'entra':
              // What is no matter of Resource Manager is asked for with a token for communication.
              if (auth.right === 'privacy') {
                return audience === 'communication' && right === 'privacy';
              }
              // Who may manage may look.
              return audience === 'management' && (auth.right === right || right === 'manage');
            case 'accessKey':
              return audience === 'communication' && auth.right === right;
            case 'webhook':
              return auth.about === undefined && audience === 'communication' && right === 'upstream';
            default:
              return false;
          }
        },
      });
    }
    made.push({
      name: `a user of the application, for ${audience}`,
      headers: bearer(await issuer.token({ aud, azp: userApplication, oid: randomUUID(), scp: 'VoIP' })),
      opens: ({ kind }) => audience === 'users' && kind === 'entraUser',
    });
  }
  return made;
}

async function callTokens({ app }: Surroundings): Promise<Credential[]> {
  const { immutableId } = await app.defaultResource();
  const tokens = new CallTokens({ issuer: 'domicile/europe', keys: app.signingKeys });
  const tokenFor = (resourceId: string, callId: string) =>
    bearer(tokens.issue({ resourceId, callId, now: app.clock.now(), expiresInSeconds: 3_600 }));
  return [
    {
      name: 'the token of the call',
      headers: tokenFor(immutableId, paramValue),
      opens: ({ kind }) => kind === 'callToken',
    },
    { name: 'the token of another call', headers: tokenFor(immutableId, randomUUID()), opens: nothing },
    { name: "a token of another resource's call", headers: tokenFor(randomUUID(), paramValue), opens: nothing },
  ];
}
