// The identity service on the wire. Contract: identity 2023-10-01 (SDK @azure/communication-identity).
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { accessKey, entraUser, tokenScopes } from '../../shared/auth/index.js';
import {
  createIdentity,
  defaultTokenMinutes,
  deleteIdentity,
  exchangeEntraToken,
  exchangeTeamsToken,
  type IdentityParts,
  identityRateLimits,
  type IssuedToken,
  issueToken,
  maxTokenMinutes,
  minTokenMinutes,
  revokeTokens,
} from '../../shared/identity/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';
import { orDefault } from '../wire/null-and-absent.js';

const Scopes = z.array(z.enum(tokenScopes)).max(tokenScopes.length * 2);
const ExpiresInMinutes = orDefault(z.int().min(minTokenMinutes).max(maxTokenMinutes), defaultTokenMinutes);

const CreateRequest = z.preprocess(
  (body) => body ?? {},
  z.object({
    createTokenWithScopes: orDefault(Scopes, []),
    expiresInMinutes: ExpiresInMinutes,
  }),
);

const AccessTokenRequest = z.object({ scopes: Scopes.min(1), expiresInMinutes: ExpiresInMinutes });

const TeamsExchangeRequest = z.object({ token: z.string().min(1), appId: z.string(), userId: z.string() });

export function identityOperations(identity: IdentityParts) {
  return [
    operation({
      name: 'identity-create',
      contract: 'communicationIdentityOperations.create',
      summary: 'Creates a communication user, with a first token if scopes are given.',
      service: 'identity',
      route: 'POST identities',
      auth: accessKey,
      limit: identityRateLimits.create,
      body: CreateRequest,
      created: async ({ resource, caller, body }) => {
        const { rawId, token } = await createIdentity(identity, resource, {
          scopes: body.createTokenWithScopes,
          expiresInMinutes: body.expiresInMinutes,
          keySlot: caller.keySlot,
        });
        return { identity: { id: rawId }, ...(token && { accessToken: renderToken(token) }) };
      },
    }),
    operation({
      name: 'identity-issue-token',
      contract: 'communicationIdentityOperations.issueAccessToken',
      summary: 'Issues a token for a communication user.',
      service: 'identity',
      route: 'POST identities/{id}/:issueAccessToken',
      auth: accessKey,
      limit: identityRateLimits.issueToken,
      body: AccessTokenRequest,
      ok: async ({ resource, caller, params, body }) =>
        renderToken(
          await issueToken(identity, resource, params.id, {
            scopes: body.scopes,
            expiresInMinutes: body.expiresInMinutes,
            keySlot: caller.keySlot,
          }),
        ),
    }),
    operation({
      name: 'identity-revoke-tokens',
      contract: 'communicationIdentityOperations.revokeAccessTokens',
      summary: 'Ends every token of a communication user issued so far.',
      service: 'identity',
      route: 'POST identities/{id}/:revokeAccessTokens',
      auth: accessKey,
      limit: identityRateLimits.revokeTokens,
      noContent: ({ resource, params }) => revokeTokens(identity, resource, params.id),
    }),
    operation({
      name: 'identity-delete',
      contract: 'communicationIdentityOperations.delete',
      summary: 'Deletes a communication user and ends its tokens.',
      service: 'identity',
      route: 'DELETE identities/{id}',
      auth: accessKey,
      limit: identityRateLimits.delete,
      noContent: ({ resource, params }) => deleteIdentity(identity, resource, params.id),
    }),
    operation({
      name: 'identity-exchange-teams-token',
      contract: 'communicationIdentityOperations.exchangeTeamsUserAccessToken',
      summary: 'Exchanges the Entra ID token of a Teams user for a token to call with.',
      service: 'identity',
      route: 'POST teamsUser/:exchangeAccessToken',
      auth: accessKey,
      limit: identityRateLimits.exchangeToken,
      body: TeamsExchangeRequest,
      ok: async ({ resource, caller, body }) =>
        renderToken(await exchangeTeamsToken(identity, resource, { ...body, keySlot: caller.keySlot })),
    }),
    operation({
      name: 'identity-exchange-entra-token',
      contract: 'entraTokenCredential.exchange',
      summary:
        'Exchanges the Entra ID token of a user for a token of the communication user that stands for that user.',
      service: 'identity',
      route: 'POST access/entra/:exchangeAccessToken',
      auth: entraUser,
      limit: identityRateLimits.exchangeToken,
      ok: async ({ resource, caller }) => {
        const { rawId, token } = await exchangeEntraToken(identity, resource, caller);
        return { identity: { id: rawId }, accessToken: renderToken(token) };
      },
    }),
  ];
}

function renderToken({ token, expiresOn }: IssuedToken) {
  return { token, expiresOn: toSevenDigits(expiresOn) };
}
