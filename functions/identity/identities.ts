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
  identityFaults,
  identityRateLimits,
  type IssuedToken,
  issueToken,
  maxTokenMinutes,
  minTokenMinutes,
  revokeTokens,
} from '../../shared/identity/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';
import { orDefault } from '../wire/null-and-absent.js';
import { InSevenDigits, Text } from '../wire/written.js';

// Texts as recorded, but for the value that was sent, which is not repeated.
const required = (field: string) => `${field}: The ${field} field is required.`;
const unknownScope = `Invalid scopes - Scopes are ${tokenScopes.join(', ')}.`;
const wrongMinutes = `ExpiresInMinutes value is invalid. Value must be within the [${minTokenMinutes}, ${maxTokenMinutes}] interval.`;

const Scopes = z
  .array(z.enum(tokenScopes, { error: unknownScope }), { error: required('Scopes') })
  .max(tokenScopes.length * 2, { error: unknownScope });
const ExpiresInMinutes = orDefault(
  z
    .int({ error: wrongMinutes })
    .min(minTokenMinutes, { error: wrongMinutes })
    .max(maxTokenMinutes, { error: wrongMinutes }),
  defaultTokenMinutes,
);

const CreateRequest = z.preprocess(
  (body) => body ?? {},
  z.object({
    createTokenWithScopes: orDefault(Scopes, []),
    expiresInMinutes: ExpiresInMinutes,
  }),
);

const AccessTokenRequest = z.object({
  scopes: Scopes.min(1, { error: 'Invalid scopes - Scopes field is required.' }),
  expiresInMinutes: ExpiresInMinutes,
});

const TeamsExchangeRequest = z.object({
  /** An empty one is a token that is not valid. */
  token: z.string({ error: required('Token') }),
  appId: z.string({ error: required('AppId') }).min(1, { error: required('AppId') }),
  userId: z.string({ error: required('UserId') }).min(1, { error: required('UserId') }),
});

const AccessToken = z
  .object({ token: Text, expiresOn: InSevenDigits })
  .meta({ id: 'CommunicationIdentityAccessToken' });
const Identity = z.object({ id: Text }).meta({ id: 'CommunicationIdentity' });
const IdentityAndToken = z
  .object({ identity: Identity, accessToken: AccessToken.optional() })
  .meta({ id: 'CommunicationIdentityAccessTokenResult' });

export function identityOperations(identity: IdentityParts) {
  return [
    operation({
      name: 'identity-create',
      contract: 'communicationIdentityOperations.create',
      summary: 'Creates a communication user, with a first token if scopes are given.',
      service: 'identity',
      invalid: identityFaults.invalid,
      route: 'POST identities',
      auth: accessKey,
      limit: identityRateLimits.create,
      body: CreateRequest,
      returns: IdentityAndToken,
      created: async ({ resource, caller, body }) => {
        const { rawId, token } = await createIdentity(identity, resource, {
          scopes: body.createTokenWithScopes,
          expiresInMinutes: body.expiresInMinutes,
          keySlot: caller.keySlot,
          keyGeneration: caller.keyGeneration,
        });
        return { identity: { id: rawId }, ...(token && { accessToken: renderToken(token) }) };
      },
    }),
    operation({
      name: 'identity-issue-token',
      contract: 'communicationIdentityOperations.issueAccessToken',
      summary: 'Issues a token for a communication user.',
      service: 'identity',
      invalid: identityFaults.invalid,
      route: 'POST identities/{id}/:issueAccessToken',
      auth: accessKey,
      limit: identityRateLimits.issueToken,
      body: AccessTokenRequest,
      returns: AccessToken,
      ok: async ({ resource, caller, params, body }) =>
        renderToken(
          await issueToken(identity, resource, params.id, {
            scopes: body.scopes,
            expiresInMinutes: body.expiresInMinutes,
            keySlot: caller.keySlot,
            keyGeneration: caller.keyGeneration,
          }),
        ),
    }),
    operation({
      name: 'identity-revoke-tokens',
      contract: 'communicationIdentityOperations.revokeAccessTokens',
      summary: 'Ends every token of a communication user issued so far.',
      service: 'identity',
      invalid: identityFaults.invalid,
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
      invalid: identityFaults.invalid,
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
      invalid: identityFaults.invalid,
      route: 'POST teamsUser/:exchangeAccessToken',
      auth: accessKey,
      limit: identityRateLimits.exchangeToken,
      body: TeamsExchangeRequest,
      returns: AccessToken,
      ok: async ({ resource, caller, body }) =>
        renderToken(
          await exchangeTeamsToken(identity, resource, {
            ...body,
            keySlot: caller.keySlot,
            keyGeneration: caller.keyGeneration,
          }),
        ),
    }),
    operation({
      name: 'identity-exchange-entra-token',
      contract: 'entraTokenCredential.exchange',
      summary:
        'Exchanges the Entra ID token of a user for a token of the communication user that stands for that user.',
      service: 'identity',
      invalid: identityFaults.invalid,
      route: 'POST access/entra/:exchangeAccessToken',
      auth: entraUser,
      limit: identityRateLimits.exchangeToken,
      returns: IdentityAndToken,
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
