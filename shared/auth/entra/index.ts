export { AuthorityError } from './fetch-json.js';
export type { EntraSettings } from './settings.js';
export { signIn, signInUser } from './sign-in.js';
export { type EntraClaims, EntraVerifier, invalidToken } from './verify-token.js';
