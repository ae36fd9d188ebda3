// The account name and key of a geography's Azurite: no two geographies share one.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GeographySlug } from '../../shared/geography/index.js';
import { EmulatorError } from '../emulator-error.js';
import { makeFolders } from '../../cli/make-folders.js';
import { createFileAtomically } from '../../cli/write-file-atomically.js';

export interface StorageAccount {
  readonly name: string;
  /** Base64 of 64 random bytes. */
  readonly key: string;
}

export function newStorageAccount(geography: GeographySlug): StorageAccount {
  return { name: `domicile${geography}`, key: randomBytes(64).toString('base64') };
}

/** The account kept in the geography's folder, made at its first start, so that what Azurite holds stays reachable. */
export async function keptStorageAccount(geography: GeographySlug, folder: string): Promise<StorageAccount> {
  const path = join(folder, 'azurite-account.json');
  await makeFolders(folder, 0o700);
  await createFileAtomically(path, `${JSON.stringify(newStorageAccount(geography))}\n`, { mode: 0o600 });
  return parseAccount(await readFile(path, 'utf8'), path);
}

function parseAccount(text: string, path: string): StorageAccount {
  try {
    const account: unknown = JSON.parse(text);
    if (typeof account === 'object' && account !== null && 'name' in account && 'key' in account) {
      const { name, key } = account;
      if (typeof name === 'string' && typeof key === 'string') {
        return { name, key };
      }
    }
  } catch {
    // Said below.
  }
  throw new EmulatorError(`${path} is damaged; remove the folder it lies in to start that geography afresh.`);
}
