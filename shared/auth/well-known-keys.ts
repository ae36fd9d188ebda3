// What follows from the emulator's public secret, and is as public: whoever knows the secret can make these keys too.
// Compared by what they are, not by how they are written.
import { createPublicKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { geographySlugs } from '../geography/index.js';
import { publicJwk } from './public-jwk.js';
import { deriveSigningKey } from './signing-keys.js';
import { wellKnownMasterSecret, wellKnownSecretOf, wellKnownVersions } from './well-known.js';

/** What signs follows from the first one, also when it has successors. */
const secretBytes = Buffer.from(wellKnownMasterSecret, 'base64');
const successors = Array.from({ length: wellKnownVersions }, (_, index) =>
  Buffer.from(wellKnownSecretOf(index + 1), 'base64'),
);

/** `kid` of the RSA key that signs callbacks in the emulator. Deriving it takes too long for the start of an app. */
const wellKnownCallbackKid = 'LrRXgMwCeaPqvI9V5Y5UxDzJjVL-vD5XnwZUa7HY6GA';

export function isWellKnownSecret(secret: Buffer): boolean {
  return successors.some((each) => secret.length === each.length && timingSafeEqual(secret, each));
}

let kids: ReadonlySet<string> | undefined;

/** @param key private or public */
export function isWellKnownKey(key: KeyObject): boolean {
  kids ??= new Set([wellKnownCallbackKid, ...signingPurposes().map(kidOf)]);
  return kids.has(publicJwk(key.type === 'private' ? createPublicKey(key) : key).kid);
}

function signingPurposes(): string[] {
  const perGeography = geographySlugs.flatMap((slug) => [tokenKeyPurpose(slug), hopKeyPurpose(slug)]);
  return [formerTokenKeyPurpose, ...perGeography];
}

function kidOf(purpose: string): string {
  return publicJwk(createPublicKey(deriveSigningKey(secretBytes, purpose))).kid;
}

/** In the emulator each geography has another key, as in a deployment: one's keys do not verify what another signed. */
export function tokenKeyPurpose(geography: string): string {
  return `token-signing-key:${geography}`;
}

/** All geographies of an emulator had this one once. */
export const formerTokenKeyPurpose = 'token-signing-key';

export function hopKeyPurpose(geography: string): string {
  return `hop-signing-key:${geography}`;
}

export const callbackKeyPurpose = 'callback-signing-key';
