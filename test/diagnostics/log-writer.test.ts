// What the writer of logs does about people when storage fails between a row and the look whether somebody was deleted; and
// how long it believes that rows name somebody.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogKeys, logKeys, LogWriter } from '../../shared/diagnostics/index.js';
import type { LogTable } from '../../shared/diagnostics/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { startGeography, type TestGeography } from '../app/composed-app.js';

const identifier = { kind: 'email', address: 'anna@example.com' } as const;
const table = {
  name: 't',
  category: 'c',
  summary: '',
  columns: { Who: { type: 'string', holds: '', person: 'email' } },
};

async function written(wasDeleted: () => Promise<boolean>) {
  const puts: unknown[] = [];
  const takenOut: unknown[] = [];
  const dropped: unknown[] = [];
  const failures: unknown[] = [];
  const parts = {
    sink: {
      takesRaw: true,
      groupOf: () => 'one',
      put: async (rows: unknown) => {
        puts.push(rows);
        return 'place';
      },
      takeOut: async (...what: unknown[]) => void takenOut.push(what),
    },
    keys: {},
    dropped: { add: (...what: unknown[]) => void dropped.push(what) },
    isHidden: () => false,
    wasDeleted,
    pause: async () => undefined,
    reportFailure: (failure: unknown) => void failures.push(failure),
  };
  const writer = new LogWriter(parts as unknown as ConstructorParameters<typeof LogWriter>[0]);
  const settings = { categories: 'all', retentionDays: 30, identifiers: 'raw' } as const;
  writer.note({ resourceId: 'r', settings, table: table as LogTable, at: 0, row: { Who: identifier.address } });
  await writer.flush();
  return { puts, takenOut, dropped };
}

describe('Rows that were written', () => {
  it('are written once, and looked after again when storage fails', async () => {
    let looks = 0;
    const wasDeleted = async () => {
      looks += 1;
      if (looks < 3) {
        throw new Error('away');
      }
      return true;
    };
    expect(await written(wasDeleted)).toMatchObject({
      puts: [expect.anything()],
      takenOut: [['place', 'r', identifier]],
      dropped: [],
    });
  });

  it('stay without whom nobody can tell to be there still', async () => {
    const wasDeleted = () => Promise.reject(new Error('away'));
    expect(await written(wasDeleted)).toMatchObject({
      puts: [expect.anything()],
      takenOut: [['place', 'r', identifier]],
    });
    expect(await written(async () => false)).toMatchObject({ takenOut: [] });
  });
});

describe('That rows name somebody raw', () => {
  let geography: TestGeography;
  beforeAll(async () => {
    geography = await startGeography();
  });
  afterAll(() => geography?.stop());

  it('is noted again a minute after another process has destroyed the key', async () => {
    const { app } = await geography.start();
    let passed = 0;
    const clock = { now: () => 0, monotonic: () => passed } as unknown as typeof app.clock;
    const parts = { table: app.storage.table(logKeys), clock, ids: randomIds, hashKey: Buffer.alloc(32) };
    const [here, there] = [new LogKeys(parts), new LogKeys(parts)];
    await here.markRaw('r', identifier);
    await there.destroy('r', identifier);
    passed = 60_000;
    await here.markRaw('r', identifier);
    expect(await there.find('r', identifier)).toMatchObject({ isRaw: true });
    expect([await there.hasRaw('r'), await there.hasRaw('another')]).toEqual([true, false]);
  });
});
