export { deriveAccessKey, KeyRing, type SigningKey, UnknownSecretVersion } from './access-keys.js';
export { Authenticator, isKeyInForce } from './authenticator.js';
export { clientOf, type FrontEnd } from './front-end.js';
export {
  accessKey,
  anybody,
  type Auth,
  callToken,
  entraUser,
  geographyWebhook,
  isAboutGeography,
  manager,
  privacyKey,
  restoreKey,
  skypeToken,
  userToken,
  webhook,
} from './auth-kinds.js';
export {
  type CallCaller,
  type Caller,
  type EntraUserCaller,
  type KeySlot,
  type ManagementRight,
  type EntraOwner,
  type ManagerCaller,
  type OwnerCaller,
  type OwnerRight,
  type SubjectType,
  type TokenScope,
  tokenScopes,
  type UserCaller,
  type WebhookCaller,
} from './caller.js';
export { CallTokens } from './call-token.js';
export { signWebhook, webhookSignatureHeader } from './webhook-signature.js';
export { AuthorityError, type EntraClaims, type EntraSettings, EntraVerifier, invalidToken } from './entra/index.js';
export { CallbackKeys } from './callback-keys.js';
export { deriveRsaKey } from './derive-rsa-key.js';
export type { PublicJwk } from './public-jwk.js';
export { BoundedCache } from './bounded-cache.js';
export { parseHttpDate } from './http-date.js';
export { signJws, verifyJws } from './jws.js';
export { keyedHash, keyedHashOfLong } from './keyed-hash.js';
export {
  createSigningKeys,
  deriveSigningKey,
  publicKeysByKid,
  readRetiredKeys,
  readSigningKey,
  type SigningKeys,
} from './signing-keys.js';
export { issueUserToken, type TokenSigner, TokenVerifier } from './user-token.js';
export type { UserTokenClaims, VerifiedUserToken } from './user-token-claims.js';
export { type SignatureCheck, verifySignature } from './verify-signature.js';
export { isStartedByEmulator } from './started-by-emulator.js';
export { wellKnownMasterSecret } from './well-known.js';
export {
  callbackKeyPurpose,
  formerTokenKeyPurpose,
  hopKeyPurpose,
  isWellKnownKey,
  isWellKnownSecret,
  tokenKeyPurpose,
} from './well-known-keys.js';
