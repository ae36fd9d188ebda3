import { expect, it } from 'vitest';
import { z } from 'zod';
import { camelCaseStates } from '../../functions/wire/long-running.js';
import { watchedOperations } from '../../functions/wire/watched-operations.js';
import type { Operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { faults } from '../../shared/http/index.js';
import type { OperationRecord, OperationStatus } from '../../shared/jobs/index.js';
import { startPipeline } from './test-pipeline.js';

/** An operation of phone numbers that stands like this, and whether it was cancelled. */
function withOperation(status: OperationStatus, options: { retryAfterSeconds?: number } = {}, kind = 'search') {
  const { ask } = startPipeline();
  const record: OperationRecord = { id: '1b2c3d4e-1', kind, status, createdOn: 0 };
  const cancelled: string[] = [];
  const [watch, cancel] = watchedOperations({
    style: { path: '/phoneNumbers/operations', states: camelCaseStates, addresses: 'relative', ...options },
    service: 'privacy',
    auth: accessKey,
    operations: {
      find: async (_, id) => (id === record.id ? record : undefined),
      cancel: async (_, id) => void cancelled.push(id),
    },
    kinds: ['search', 'purchase'],
    notFound: faults.notFound,
    get: { name: 'test-get-operation' },
    cancel: { name: 'test-cancel-operation' },
    wireIdOf: (each) => `${each.kind}_${each.id}`,
    resultPathOf: ({ id }) => `/availablePhoneNumbers/searchResults/${id}`,
    returns: z.object({ status: z.string() }),
    render: ({ status: state }) => ({ status: camelCaseStates[state] }),
  }) as [Operation, Operation];
  const at = (operation: Operation, operationId: string) => ask(operation, { params: { operationId } });
  return { cancelled, watch: (id: string) => at(watch, id), cancel: (id: string) => at(cancel, id) };
}

it('An operation is watched by its id on the wire, and names its result as the contract does', async () => {
  const answer = await withOperation('notStarted').watch('search_1b2c3d4e-1');
  expect(answer).toMatchObject({ status: 200, body: { status: 'notStarted' } });
  expect(answer.headers['location']).toBe('/availablePhoneNumbers/searchResults/1b2c3d4e-1?api-version=2026-12-01');
  expect(answer.headers).not.toHaveProperty('retry-after');
});

it('When to look again is told only while it is under way', async () => {
  for (const [status, expected] of [
    ['notStarted', '7'],
    ['running', '7'],
    ['succeeded', undefined],
    ['failed', undefined],
    ['canceled', undefined],
  ] as const) {
    const { headers } = await withOperation(status, { retryAfterSeconds: 7 }).watch('search_1b2c3d4e-1');
    expect(headers['retry-after'], status).toBe(expected);
  }
});

it('It is cancelled by the same id', async () => {
  const { cancel, cancelled } = withOperation('running');
  expect(await cancel('search_1b2c3d4e-1')).toMatchObject({ status: 204, body: undefined });
  expect(cancelled).toEqual(['1b2c3d4e-1']);
});

it.each(['1b2c3d4e-1', 'purchase_1b2c3d4e-1', 'search_other', ''])('No operation answers to "%s"', async (id) => {
  const { watch, cancel, cancelled } = withOperation('running');
  expect(await watch(id)).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
  expect((await cancel(id)).status).toBe(404);
  expect(cancelled).toEqual([]);
});

it('What another service has begun for the resource is neither shown nor cancelled', async () => {
  const { watch, cancel, cancelled } = withOperation('running', {}, 'erase-person');
  expect((await watch('erase-person_1b2c3d4e-1')).status).toBe(404);
  expect((await cancel('erase-person_1b2c3d4e-1')).status).toBe(404);
  expect(cancelled).toEqual([]);
});
