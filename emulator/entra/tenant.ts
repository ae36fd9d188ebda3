// The tenant that the emulator's issuer speaks for: two applications and two users, made once a data folder.
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EmulatorError } from '../emulator-error.js';
import { createFileAtomically } from '../../cli/write-file-atomically.js';

const Application = z.object({
  clientId: z.uuid(),
  clientSecret: z.string(),
  /** Of its service principal. */
  objectId: z.uuid(),
});
const User = z.object({ username: z.string(), password: z.string(), objectId: z.uuid() });
const Tenant = z.object({
  tenantId: z.uuid(),
  /** Has every right. */
  owner: Application,
  /** May look at resources. */
  reader: Application,
  users: z.array(User),
  /** Signs refresh tokens, which only the issuer reads; base64. */
  refreshSecret: z.base64(),
});

export type Application = z.output<typeof Application>;
export type User = z.output<typeof User>;
export type Tenant = z.output<typeof Tenant>;

/** Never with a dash at the beginning: on a command line that is an option. */
const newSecret = (): string => randomBytes(24).toString('base64url').replace(/^-/, '0');
const newApplication = (): Application => ({
  clientId: randomUUID(),
  clientSecret: newSecret(),
  objectId: randomUUID(),
});
const newUser = (name: string): User => ({
  username: `${name}@contoso.example`,
  password: newSecret(),
  objectId: randomUUID(),
});

export function newTenant(): Tenant {
  return {
    tenantId: randomUUID(),
    owner: newApplication(),
    reader: newApplication(),
    users: [newUser('ada'), newUser('grace')],
    refreshSecret: randomBytes(32).toString('base64'),
  };
}

/** The tenant kept in the folder, so that what was configured with it works after a restart. */
export async function keptTenant(folder: string): Promise<Tenant> {
  const path = join(folder, 'entra.json');
  await createFileAtomically(path, `${JSON.stringify(newTenant(), undefined, 2)}\n`, { mode: 0o600 });
  try {
    return Tenant.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    throw new EmulatorError(`${path} is damaged; remove it to get new applications, secrets and users.`);
  }
}
