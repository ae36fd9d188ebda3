import { afterAll, beforeAll, it } from 'vitest';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { checkOutcomes } from './outcomes-property.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

it('Each recipient has one final outcome or was erased, and content is there exactly while somebody’s outcome is open', () =>
  checkOutcomes(azurite.connectionString, 12));
