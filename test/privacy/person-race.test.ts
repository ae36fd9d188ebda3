// Somebody is linked at the moment at which their last other link goes, or at which somebody else links them.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { type PersonalIdentifier } from '../../shared/data-map/index.js';
import { PersonStore } from '../../shared/privacy/person-store.js';
import { persons } from '../../shared/privacy/index.js';
import type { Table } from '../../shared/storage/index.js';
import { composeOn } from '../app/call-app.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';

let azurite: Azurite;
let app: ComposedApp;
let table: Table;
const key = randomBytes(32);
const number: PersonalIdentifier = { kind: 'phoneNumber', e164: '+4366412345678' };
const address: PersonalIdentifier = { kind: 'email', address: 'anna@example.org' };

beforeAll(async () => {
  azurite = await startAzurite();
  app = await composeOn(azurite.connectionString);
  await app.provision();
  table = app.storage.table(persons);
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
});

/** A store that is overtaken once, right behind its first look. */
function overtaken(by: () => Promise<void>): PersonStore {
  let isFirst = true;
  const slow = new Proxy(table, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (name !== 'get' || typeof member !== 'function') {
        return typeof member === 'function' ? member.bind(target) : member;
      }
      return async (...args: unknown[]) => {
        const found: unknown = await member.apply(target, args);
        if (isFirst) {
          isFirst = false;
          await by();
        }
        return found;
      };
    },
  });
  return new PersonStore(slow, key);
}

it('Who goes with the last link and is linked again at that moment is whole', async () => {
  const quick = new PersonStore(table, key);
  await quick.add('r', 'anna', [number], 1);
  await overtaken(() => quick.remove('r', 'anna', [number])).add('r', 'anna', [address], 2);
  expect(await quick.find('r', 'anna')).toEqual({ id: 'anna', createdOn: 2, identifiers: [address] });
});

it('Who is made by two at once keeps the first time and both links', async () => {
  const quick = new PersonStore(table, key);
  await overtaken(() => quick.add('r', 'bert', [number], 1)).add('r', 'bert', [address], 2);
  const bert = await quick.find('r', 'bert');
  expect(bert).toMatchObject({ createdOn: 1 });
  expect(bert?.identifiers).toHaveLength(2);
});
