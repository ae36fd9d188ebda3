// What a monitor sees when promises are not being kept.
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDataMap } from '../../shared/data-map/index.js';
import { DueIndex, dueIndexStore, openStorage, parseConnectionString } from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
});
afterAll(() => emulator?.dispose());

it('GET /health is unhealthy when something is overdue for more than an hour, and healthy when it is done', async () => {
  const storage = await openStorage(parseConnectionString(emulator.ready.geographies['europe']?.storage ?? ''), {
    dataMap: createDataMap([dueIndexStore]),
  });
  const health = async () => {
    const response = await fetch(new URL('/health', emulator.ready.resources[0]?.httpEndpoint));
    const { status } = (await response.json()) as { status: string };
    return `${response.status} ${status}`;
  };
  try {
    // Of a kind that only a newer version knows, so that no sweep of this one can do it.
    const entry = { kind: 'unknown-to-this-version', id: 'a-thing', dueMs: Date.now() };
    await new DueIndex(storage.table(dueIndexStore), randomIds).add(entry);
    await emulator.clock.advance('PT59M');
    expect(await health()).toBe('200 healthy');
    await emulator.clock.advance('PT2M');
    expect(await health()).toBe('503 unhealthy');
    const table = storage.table(dueIndexStore);
    const { rows } = await table.scan();
    for (const { partitionKey, rowKey } of rows.filter((row) => row.rowKey.includes('a-thing'))) {
      await table.remove(partitionKey, rowKey);
    }
    // What was seen is the answer until it is old, or the clock was moved.
    expect(await health()).toBe('503 unhealthy');
    await emulator.clock.advance('PT1S');
    expect(await health()).toBe('200 healthy');
  } finally {
    await storage.close();
  }
});
