import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGeography, type TestGeography } from '../app/composed-app.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

it('A revocation of tokens that meets the deletion of the identity is refused as of nobody', async () => {
  const other = await geography.start();
  const { id } = await other.newUser();
  let isDeleted = false;
  const app = await geography.start({
    observers: [
      async (call, send) => {
        if (!isDeleted && call.store.startsWith('identities') && call.kind === 'update') {
          isDeleted = true;
          await other.call('identity-delete', { params: { id } });
        }
        return send();
      },
    ],
  });
  const { status } = await app.call('identity-revoke-tokens', { params: { id } });
  expect(isDeleted).toBe(true);
  expect(status).toBe(401);
  expect(app.failures).toEqual([]);
});
