// Who holds a bearer token of Entra ID: an application or a person with a right, or a user of an application.
import { Fault, faults } from '../../http/index.js';
import type { EntraRight, EntraUserCaller, SubjectType } from '../caller.js';
import type { EntraSettings } from './settings.js';
import { type Audience, type EntraClaims, type EntraVerifier, invalidToken } from './verify-token.js';

/** Each right is asked for with a token of one audience, as the SDKs get it: a token for one service opens no other. */
const audienceOf: Readonly<Record<EntraRight, Audience>> = {
  read: 'management',
  manage: 'management',
  data: 'communication',
  privacy: 'communication',
  restore: 'communication',
  upstream: 'communication',
};

/** Who is on the list of the second right has the first one too. */
const impliedBy: Partial<Record<EntraRight, EntraRight>> = { read: 'manage' };

/**
 * @param entra undefined when no tenant is configured
 * @returns the object id or application id that has the right, and of what it is
 * @throws {Fault} 401 for a token that is not valid, 403 when its subject is on no list of the right, 503
 */
export async function signIn(
  entra: EntraVerifier | undefined,
  token: string | undefined,
  right: EntraRight,
): Promise<{ readonly subject: string; readonly subjectType: SubjectType }> {
  const claims = await verify(entra, token, audienceOf[right]);
  const subject = entra && subjectWith(entra.settings, claims, right);
  if (subject !== undefined) {
    return { subject, subjectType: claims.delegated === undefined ? 'Application' : 'User' };
  }
  throw new Fault(faults.notOnList, {
    message: `The signed-in application or user does not have the right "${right}". Whoever runs this service grants it by adding the object id or application id to the setting DOMICILE_ENTRA_${right.toUpperCase()}.`,
  });
}

/** @throws {Fault} 401 for a token that is not a user's, 403 when the user came through another application, 503 */
export async function signInUser(
  entra: EntraVerifier | undefined,
  token: string | undefined,
): Promise<EntraUserCaller> {
  const { objectId, applicationId, delegated, expiresOn } = await verify(entra, token, 'communicationClients');
  if (objectId === undefined || delegated === undefined) {
    throw invalidToken();
  }
  if (applicationId === undefined || entra?.settings.userApplications.has(applicationId) !== true) {
    throw new Fault(faults.notOnList, {
      message:
        'Users of this application get no tokens here. Whoever runs this service allows it by adding the application id to the setting DOMICILE_ENTRA_USER_APPLICATIONS.',
    });
  }
  return { kind: 'entraUser', objectId, delegated, expiresOn };
}

async function verify(
  entra: EntraVerifier | undefined,
  token: string | undefined,
  audience: Audience,
): Promise<EntraClaims> {
  // RFC 6750, section 3.1: no error code for who did not try.
  if (token === undefined) {
    throw new Fault(faults.unauthorized, { headers: { 'www-authenticate': 'Bearer' } });
  }
  if (entra === undefined) {
    throw invalidToken();
  }
  return entra.verify(token, audience);
}

/** An application id counts only when the application acts for itself: else all who sign in through it had its rights. */
function subjectWith({ subjects }: EntraSettings, claims: EntraClaims, right: EntraRight): string | undefined {
  const ids = [claims.objectId, claims.delegated === undefined ? claims.applicationId : undefined];
  const lists = [subjects[right], subjects[impliedBy[right] ?? right]];
  return ids.find((id) => id !== undefined && lists.some((list) => list.has(id)));
}
