import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compose, type ComposedApp } from '../../functions/compose.js';
import { readConfig } from '../../functions/config.js';
import type { ApiRequest } from '../../shared/http/index.js';
import { wellKnownMasterSecret } from '../../shared/auth/index.js';
import { ResidencyBreach } from '../../shared/geography/index.js';
import { resources } from '../../shared/resources/index.js';
import { startAzurite } from '../storage/azurite.js';
import { scanStorage } from '../scan/scan-storage.js';

let azurite: Awaited<ReturnType<typeof startAzurite>>;
const opened: ComposedApp[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  const { app } = await start('europe', 'contoso');
  await app.provision();
  await app.defaultResource();
});
afterAll(async () => {
  await Promise.all(opened.map(({ storage }) => storage.close()));
  await azurite?.stop();
});

async function start(geography: string, resource: string) {
  const config = readConfig(
    {
      DOMICILE_GEOGRAPHY: geography,
      DOMICILE_DEFAULT_RESOURCE: resource,
      DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
      DOMICILE_EMULATOR: '1',
      DOMICILE_DOMAIN: 'acs.example',
      AzureWebJobsStorage: azurite.connectionString,
    },
    true,
  );
  const failures: unknown[] = [];
  const app = await compose(config, { reportFailure: (_name, _id, failure) => failures.push(failure) });
  opened.push(app);
  return { app, failures };
}

function requestTo(host: string): ApiRequest {
  return {
    method: 'POST',
    url: `https://${host}/identities?api-version=2023-10-01`,
    params: {},
    header: () => undefined,
    headers: () => [],
    readBody: async () => Buffer.alloc(0),
    streamBody: () => {
      throw new Error('Nobody streams here.');
    },
  };
}

/** Calls an operation of management as somebody who may. */
async function manage(app: ComposedApp, name: string, resource: string, body?: object): Promise<unknown> {
  const operation = app.operations.find((each) => each.name === name);
  if (operation === undefined) {
    throw new Error('There is no such operation.');
  }
  return await operation.handle({
    resource: undefined,
    caller: { kind: 'manager', subject: 'tester', subjectType: 'Application' },
    params: {
      subscriptionId: '00000000-0000-0000-0000-000000000000',
      resourceGroupName: 'domicile',
      communicationServiceName: resource,
      emailServiceName: resource,
    },
    headers: {},
    query: {},
    body,
    request: {
      clientRequestId: undefined,
      repeatabilityRequestId: undefined,
      origin: 'https://management.example',
      apiVersion: '2025-09-01',
      isForwarded: false,
      deadline: app.clock.monotonic() + 30_000,
    },
  });
}

describe('An app of another geography on this storage', () => {
  it.each([
    ['with the same resource', 'contoso'],
    ['with a resource of its own', 'contoso-germany'],
  ])('%s is stopped, reported, and writes nothing', async (_, resource) => {
    const { app, failures } = await start('germany', resource);
    const create = app.operations.find(({ name }) => name === 'identity-create');
    if (create === undefined) {
      throw new Error('There is no such operation.');
    }
    const before = (await scanStorage(azurite.connectionString, [])).scanned;
    const answer = await app.pipeline(create, requestTo(`${resource}.germany.example`));
    expect(answer.status).toBe(500);
    expect(String(answer.body)).not.toContain('europe');
    expect(failures).toEqual([expect.any(ResidencyBreach)]);
    expect((failures[0] as Error).message).toMatch(/Data of europe was reached by the app of germany/);
    expect((await scanStorage(azurite.connectionString, [])).scanned).toEqual(before);
  });

  it.each(['contoso', 'contoso-germany'])('makes, changes and lists no resource there (%s)', async (resource) => {
    const { app } = await start('germany', resource);
    const before = (await scanStorage(azurite.connectionString, [])).scanned;
    const body = { location: 'global', properties: { dataLocation: 'Germany' } };
    for (const [name, sent] of [
      ['management-put-service', body],
      ['management-put-email-service', body],
      ['management-list-services', undefined],
      ['management-check-name', { name: 'made', type: 'x' }],
    ] as const) {
      await expect(manage(app, name, 'made', sent)).rejects.toBeInstanceOf(ResidencyBreach);
    }
    expect((await scanStorage(azurite.connectionString, [])).scanned).toEqual(before);
  });

  it.each(['contoso', 'contoso-germany'])('sweeps nothing there, and works on no job (%s)', async (resource) => {
    const here = await start('europe', 'contoso');
    const { id } = await here.app.jobs.add('erase-resource', randomUUID(), {});
    const before = (await scanStorage(azurite.connectionString, [])).scanned;
    const { app } = await start('germany', resource);
    const breach = expect.any(ResidencyBreach);
    await expect(app.sweep()).rejects.toEqual(breach);
    await expect(app.recordResidency()).rejects.toEqual(breach);
    await expect(app.jobs.work(id)).rejects.toEqual(breach);
    await expect(app.jobs.park(id)).rejects.toEqual(breach);
    expect((await scanStorage(azurite.connectionString, [])).scanned).toEqual(before);
    expect((await here.app.jobs.parked()).count).toBe(0);
  });

  it('does not take a single record of another geography for one of its own', async () => {
    const { app } = await start('europe', 'contoso');
    const table = app.storage.table(resources);
    const row = { partitionKey: 'resource', rowKey: 'foreign', immutableId: randomUUID(), geography: 'germany' };
    await table.upsert(row, 'replace');
    const body = { location: 'global', tags: { a: 'b' }, properties: { dataLocation: 'Europe' } };
    for (const name of ['put', 'get', 'update', 'delete']) {
      await expect(manage(app, `management-${name}-service`, 'foreign', body)).rejects.toBeInstanceOf(ResidencyBreach);
    }
    expect(await table.get('resource', 'foreign')).toMatchObject({ geography: 'germany' });
    await table.remove('resource', 'foreign');
  });

  it('is stopped too by a record that does not say where it belongs', async () => {
    const table = TableClient.fromConnectionString(azurite.connectionString, 'resources', {
      allowInsecureConnection: true,
    });
    await table.upsertEntity({ partitionKey: 'resource', rowKey: 'stray', immutableId: 'x' }, 'Replace');
    const { app, failures } = await start('europe', 'contoso');
    const create = app.operations.find(({ name }) => name === 'identity-create');
    if (create === undefined) {
      throw new Error('There is no such operation.');
    }
    expect((await app.pipeline(create, requestTo('stray.europe.example'))).status).toBe(500);
    expect(failures).toEqual([expect.any(ResidencyBreach)]);
    await table.deleteEntity('resource', 'stray');
  });
});
