// Tokens of Web PubSub, as whoever has an access key makes and checks them: HS256, for one address.
// https://learn.microsoft.com/azure/azure-web-pubsub/reference-rest-api-data-plane
import { createSecretKey } from 'node:crypto';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';

export function signAccess(key: string, audience: string, user: string, minutes: number): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setAudience(audience)
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(`${minutes}m`)
    .sign(createSecretKey(Buffer.from(key)));
}

/** undefined for a token that is not for this address, or not good any more. */
export async function verifyAccess(
  key: string,
  audience: string,
  token: string | undefined,
): Promise<JWTPayload | undefined> {
  try {
    const options = { algorithms: ['HS256'], audience, requiredClaims: ['exp'] };
    return (await jwtVerify(token ?? '', createSecretKey(Buffer.from(key)), options)).payload;
  } catch {
    return undefined;
  }
}
