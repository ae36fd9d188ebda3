// A resource that had its immutable id elsewhere before. No route gives one, so management is asked directly.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../functions/config.js';
import { layFoundation } from '../../functions/foundation.js';
import { managementParts } from '../../functions/management/capability.js';
import { wellKnownMasterSecret } from '../../shared/auth/index.js';
import { type Asker, type ManagementParts, putResource } from '../../shared/management/index.js';
import { type ArmId, resources } from '../../shared/resources/index.js';
import { startGeography, type TestGeography } from '../app/composed-app.js';

let geography: TestGeography;
let parts: ManagementParts;
let close: () => Promise<void>;
beforeAll(async () => {
  geography = await startGeography();
  const config = readConfig(
    {
      DOMICILE_EMULATOR: '1',
      DOMICILE_GEOGRAPHY: 'europe',
      DOMICILE_DEFAULT_RESOURCE: 'contoso',
      DOMICILE_DOMAIN: 'acs.example',
      DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
      AzureWebJobsStorage: geography.connectionString,
    },
    true,
  );
  const foundation = await layFoundation(config, { reportFailure: () => undefined });
  parts = managementParts(foundation);
  close = () => foundation.storage.close();
});
afterAll(async () => {
  await close?.();
  await geography?.stop();
});

const idOf = (name: string): ArmId => ({
  type: 'communicationServices',
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  resourceGroup: 'group',
  name,
});
const asker = (): Asker => ({
  caller: { kind: 'manager', subject: 'tester', subjectType: 'Application' } as Asker['caller'],
  authorization: undefined,
  origin: 'https://management.example',
  apiVersion: '2025-09-01',
  isForwarded: false,
  deadline: parts.clock.monotonic() + 10_000,
});
const create = (name: string, immutableId?: string) =>
  putResource(parts, asker(), idOf(name), {}, immutableId === undefined ? {} : { immutableId });
const taken = { entry: { code: 'ImmutableIdNotAvailable' } };

describe('A given immutable id', () => {
  it('is that of the resource from its first moment, and for ever', async () => {
    const immutableId = randomUUID();
    expect((await create('moved', immutableId)).record.immutableId).toBe(immutableId);
    expect((await create('moved', immutableId)).isNew).toBe(false);
    await expect(create('moved', randomUUID())).rejects.toMatchObject(taken);
    expect((await create('moved')).record.immutableId).toBe(immutableId);
    expect((await parts.directory.named('moved'))?.immutableId).toBe(immutableId);
    expect((await parts.directory.residents()).ids).toContain(immutableId);
  });

  it('is one resource’s: not another’s of the geography, and not the default one’s', async () => {
    const { record } = await create('first');
    await expect(create('second', record.immutableId)).rejects.toMatchObject(taken);
    const { immutableId } = await parts.directory.default();
    await expect(create('second', immutableId)).rejects.toMatchObject(taken);
    expect(await parts.records.at(idOf('second'))).toBeUndefined();
  });

  it('is not given away twice to those who ask at once', async () => {
    for (let round = 0; round < 4; round++) {
      const immutableId = randomUUID();
      const names = [`once-${round}a`, `once-${round}b`];
      const outcomes = await Promise.allSettled(names.map((name) => create(name, immutableId)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
      const records = await Promise.all(names.map((name) => parts.records.at(idOf(name))));
      expect(records.filter((record) => record !== undefined).length).toBeLessThanOrEqual(1);
      expect((await create(`once-${round}c`, randomUUID())).isNew).toBe(true);
    }
  });

  it('is free again only when nothing is left of who had it', async () => {
    const { storage } = (await geography.start()).app;
    const marker = { partitionKey: 'deleted', rowKey: randomUUID(), geography: 'europe' };
    await storage.table(resources).insert({ ...marker, immutableId: marker.rowKey });
    await expect(create('third', marker.rowKey)).rejects.toMatchObject(taken);
    await storage.table(resources).remove(marker.partitionKey, marker.rowKey);
    expect((await create('third', marker.rowKey)).isNew).toBe(true);
  });
});
