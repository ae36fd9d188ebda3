// The RSA key that the emulator's issuer signs with. It is made when it is first needed: that takes a moment, and most
// runs never sign anybody in.
import { createPrivateKey, createPublicKey, generateKeyPair, hash, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import { EmulatorError } from '../emulator-error.js';
import { createFileAtomically, isErrorCode } from '../../cli/write-file-atomically.js';

export interface IssuerKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** As it stands in the JWKS document. */
  readonly jwk: JWK;
}

/** @param folder where the key is kept; without it the key lives as long as the process */
export function issuerKey(folder: string | undefined): () => Promise<IssuerKey> {
  let key: Promise<IssuerKey> | undefined;
  return () => {
    key ??= (async () => describe(folder === undefined ? await newKey() : await keptKey(folder)))();
    return key;
  };
}

async function keptKey(folder: string): Promise<string> {
  const path = join(folder, 'entra-key.pem');
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!isErrorCode(error, 'ENOENT')) {
      throw new EmulatorError(`${path} cannot be read; remove it.`);
    }
  }
  await createFileAtomically(path, await newKey(), { mode: 0o600 });
  return readFile(path, 'utf8');
}

async function newKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

function describe(pem: string): IssuerKey {
  const publicKey = createPublicKey(pem);
  const { n, e } = publicKey.export({ format: 'jwk' });
  const kid = hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'base64url').slice(0, 27);
  const jwk = { kty: 'RSA', use: 'sig', kid, ...(n !== undefined && { n }), ...(e !== undefined && { e }) };
  return { kid, privateKey: createPrivateKey(pem), jwk };
}
