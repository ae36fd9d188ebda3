// What an identity costs in storage, from its creation to its deletion.
import { accepted } from '../app/chat-calls.js';
import type { TestProcess } from '../app/composed-app.js';
import type { CostTable } from './cost-table.js';

export async function measureIdentity(table: CostTable, app: TestProcess): Promise<void> {
  const create = (createTokenWithScopes: readonly string[]) =>
    app.call<{ identity: { id: string } }>('identity-create', { body: { createTokenWithScopes } });
  const made = await create([]);
  const params = { id: made.body.identity.id };
  const measure = (
    operation: string,
    exactly: Record<string, number>,
    formula: string,
    run: () => ReturnType<TestProcess['call']>,
  ) => table.measure(app, { operation, condition: 'always', exactly, formula }, async () => accepted(await run()));
  await measure('create an identity', { insert: 1 }, '1', () => create([]));
  await measure('create an identity with a token', { insert: 1 }, '1', () => create(['chat']));
  await measure('issue a token', { get: 1 }, '1', () =>
    app.call('identity-issue-token', { params, body: { scopes: ['chat'] } }),
  );
  await measure('revoke tokens', { get: 1, update: 1, insert: 1 }, '3', () =>
    app.call('identity-revoke-tokens', { params }),
  );
  await measure('delete an identity', { update: 1, insert: 2, delete: 1, 'queue-send': 1 }, '5, and a job', () =>
    app.call('identity-delete', { params }),
  );
}
