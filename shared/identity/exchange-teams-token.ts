// Exchanges the Entra ID token of a Teams user for a token of this service. Nothing is stored: the token says it all.
// Source: ACS "Manage access tokens for Teams users": application and user of the request must be those of the token.
import { Fault, faults } from '../http/index.js';
import type { EntraClaims, KeySlot } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import { identityFaults } from './faults.js';
import { type IssuedToken, signToken } from './issue-token.js';
import type { IdentityParts } from './parts.js';
import { remainingMinutes } from './remaining-minutes.js';

export interface TeamsExchange {
  readonly token: string;
  readonly appId: string;
  readonly userId: string;
  /** The key that signed the request, if one did; regenerating it will end the token. */
  readonly keySlot: KeySlot | undefined;
  readonly keyGeneration: number | undefined;
}

/** Calls only: chats of Teams users are kept by Teams, so a token for chats would open nothing here. */
const permission = 'Teams.ManageCalls';

/** @throws {Fault} 401 for a token that is not a user's, 400 for another application or user than its own, 403, 503 */
export async function exchangeTeamsToken(
  parts: IdentityParts,
  resource: Resource,
  { token, appId, userId, keySlot, keyGeneration }: TeamsExchange,
): Promise<IssuedToken> {
  const claims = await claimsOf(parts, token);
  if (claims.delegated === undefined) {
    throw new Fault(identityFaults.invalidAccessToken);
  }
  if (claims.applicationId !== appId.toLowerCase()) {
    throw new Fault(identityFaults.otherEntraToken, { target: 'AppId' });
  }
  if (claims.objectId !== userId.toLowerCase()) {
    throw new Fault(identityFaults.otherEntraToken, { target: 'UserId' });
  }
  if (!claims.delegated.has(permission)) {
    throw new Fault(faults.forbidden, {
      message: `The token does not let the application act: it needs ${permission}.`,
    });
  }
  return signToken(parts, resource, `8:orgid:${claims.objectId}`, 1, {
    scopes: ['voip'],
    expiresInMinutes: remainingMinutes(parts.clock, claims.expiresOn),
    keySlot,
    keyGeneration,
  });
}

/** This token came in the body: what is wrong with it has the words of this service, and no challenge. */
async function claimsOf({ entra }: IdentityParts, token: string): Promise<EntraClaims> {
  try {
    if (entra !== undefined) {
      return await entra.verify(token, 'teams');
    }
  } catch (error) {
    if (!(error instanceof Fault) || error.status !== 401) {
      throw error;
    }
  }
  throw new Fault(identityFaults.invalidAccessToken);
}
