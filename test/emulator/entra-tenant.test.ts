// What the emulator's stand-in for Entra ID keeps, so that settings made with it work after a restart.
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issuerKey } from '../../emulator/entra/issuer-key.js';
import { keptTenant, newTenant } from '../../emulator/entra/tenant.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domicile-entra-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('The tenant of a data folder', () => {
  it('is the same at every start, and readable by its owner only', async () => {
    const first = await keptTenant(folder);
    expect(await keptTenant(folder)).toEqual(first);
    expect((await stat(join(folder, 'entra.json'))).mode & 0o777).toBe(0o600);
  });

  it('shares nothing with another one', () => {
    const [one, other] = [newTenant(), newTenant()];
    expect(one.tenantId).not.toBe(other.tenantId);
    const secrets = [one, other].flatMap(({ owner, reader, users, refreshSecret }) => [
      owner.clientSecret,
      reader.clientSecret,
      refreshSecret,
      ...users.map(({ password }) => password),
    ]);
    expect(new Set(secrets).size).toBe(10);
  });

  it('says which of its files is damaged', async () => {
    await writeFile(join(folder, 'entra.json'), '{}');
    await expect(keptTenant(folder)).rejects.toThrow(/entra\.json is damaged; remove it/);
  });
});

describe('The key of the issuer', () => {
  it('is made when it is needed, once, and kept', async () => {
    const key = issuerKey(folder);
    expect(await readdir(folder)).toEqual([]);
    const [first, again] = await Promise.all([key(), key()]);
    expect(again.kid).toBe(first.kid);
    expect((await issuerKey(folder)()).kid).toBe(first.kid);
    expect((await stat(join(folder, 'entra-key.pem'))).mode & 0o777).toBe(0o600);
  });

  it('stays in memory without a folder', async () => {
    const { kid, jwk } = await issuerKey(undefined)();
    expect(jwk).toMatchObject({ kty: 'RSA', kid });
    expect(jwk).not.toHaveProperty('d');
    expect(await readdir(folder)).toEqual([]);
  });
});
