// A receipt outlives the key that signed it.
import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyReceipt } from '../../cli/receipt/verify-receipt.js';
import { publicKeysByKid, readRetiredKeys } from '../../shared/auth/signing-keys.js';
import { callApp, composeOn } from '../app/call-app.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { addUser, workJobs } from './composed-app.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privatePem = ({ privateKey }: KeyPairKeyObjectResult) =>
  String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const publicPem = ({ publicKey }: KeyPairKeyObjectResult) => String(publicKey.export({ type: 'spki', format: 'pem' }));

it('A receipt is genuine by the public keys of later, for as long as they list the key that signed it', async () => {
  const [first, second] = [newKey(), newKey()];
  const app = await composeOn(azurite.connectionString, { settings: { DOMICILE_TOKEN_KEY: privatePem(first) } });
  await app.provision();
  const { id } = await addUser(app);
  const started = await callApp(app, 'privacy-erase', { body: { identifiers: [id] } });
  expect(started.status).toBe(202);
  await workJobs(app);
  app.clock.setOffset(61_000);
  await app.jobs.work(String(started.body.id));
  await app.storage.close();

  const verifiedBy = async (settings: Readonly<Record<string, string>>) => {
    const later = await composeOn(azurite.connectionString, { settings });
    const [{ receipt: jws }] = (await callApp(later, 'privacy-list-receipts')).body.value as [{ receipt: string }];
    await later.storage.close();
    const keys = publicKeysByKid(readRetiredKeys(JSON.stringify(later.signingKeys.jwks())));
    return verifyReceipt({ jws, personId: id, salt: String(started.body.salt) }, new Map([['europe', keys]]));
  };
  const rotated = { DOMICILE_TOKEN_KEY: privatePem(second), DOMICILE_RETIRED_TOKEN_KEYS: publicPem(first) };
  expect(await verifiedBy(rotated)).toMatchObject({ isAboutPerson: true });
  expect(await verifiedBy({ DOMICILE_TOKEN_KEY: privatePem(second) })).toContain('not a genuine receipt');
});
