// What the emulator's tenant has as secrets can be pasted behind an option of any program.
import { expect, it } from 'vitest';
import { newTenant } from '../../emulator/entra/tenant.js';

it('No secret begins with a dash', () => {
  const tenants = Array.from({ length: 500 }, newTenant);
  const secrets = tenants.flatMap(({ owner, reader, users }) => [
    owner.clientSecret,
    reader.clientSecret,
    ...users.map(({ password }) => password),
  ]);
  expect(secrets.filter((secret) => !/^\w[\w-]{31}$/.test(secret))).toEqual([]);
});
