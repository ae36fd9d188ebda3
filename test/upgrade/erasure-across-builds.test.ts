// An erasure that one build begins and another ends, whose stores are more, fewer, or in another order: nothing is left out,
// and the receipt is signed only at the end of that.
import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { StoreMissing, type WalkedStores } from '../../shared/data-map/index.js';
import { type JobStep, operationRecords, Operations } from '../../shared/jobs/index.js';
import {
  type AuditContent,
  auditRecords,
  AuditTrail,
  eraseIdentifiers,
  Ledger,
  persons,
  PersonStore,
  receipts,
  type StoredReceipt,
} from '../../shared/privacy/index.js';
import type { ErasureResult } from '../../shared/privacy/finish-erasure.js';
import { DueIndex, dueIndexStore } from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { composeOn } from '../app/call-app.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { type MemoryWorld, memoryStore, plantThings, whatIsLeft } from './memory-store.js';
import { storesOf010 } from './stores-of-0.1.0.js';

const resourceId = randomUUID();
const [anna, bert] = ['anna', 'bert'];
const identifiers = [anna, bert].map((rawId) => ({ kind: 'identity', rawId }));
const nothingIsGone: ReadonlySet<string> = new Set();

let azurite: Azurite;
let app: ComposedApp;

beforeAll(async () => {
  azurite = await startAzurite();
  app = await composeOn(azurite.connectionString);
  await app.provision();
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
});

/** An erasure of two identities as a job; its steps are done by whichever build is at hand. */
function startErasure({ hasReceipt = true } = {}) {
  const { storage, clock } = app;
  const due = new DueIndex(storage.table(dueIndexStore), randomIds);
  const kept = { due, clock, dropKind: 'drop', keptForMs: 86_400_000 };
  const parts = {
    clock,
    burials: { bury: async () => undefined, buriedOn: async () => clock.now() - 61_000 },
    operations: new Operations(storage.table(operationRecords), due, clock),
    persons: new PersonStore(storage.table(persons), Buffer.alloc(32)),
    receipts: new Ledger<StoredReceipt>({ ...kept, table: storage.table(receipts) }),
    audit: new AuditTrail({
      ledger: new Ledger<AuditContent>({ ...kept, table: storage.table(auditRecords) }),
      clock,
      ids: randomIds,
    }),
    receiptIssuer: {
      issuer: 'test',
      keys: app.signingKeys,
      geography: 'europe',
      version: 'test',
      leftByStorage: [],
      others: () => [],
    },
  };
  const receipt = { subject: 'hash', caller: { kind: 'owner', keySlot: 'primary' } };
  const job = {
    id: randomUUID(),
    kind: 'erase-identifiers',
    resourceId,
    payload: { identifiers, ...(hasReceipt && { receipt }) },
    createdOn: clock.now() - 62_000,
  };
  let cursor: unknown = null;
  const step = async (build: WalkedStores): Promise<JobStep> => {
    const done = await eraseIdentifiers({ ...parts, ...build }).step({ ...job, cursor });
    // As it comes back from storage.
    cursor = 'cursor' in done ? JSON.parse(JSON.stringify(done.cursor)) : cursor;
    return done;
  };
  return {
    step,
    /** Puts down what version 0.1.0 would have. */
    resumeAt: (at: object) => {
      const times = { beginAt: clock.now() - 1, buryAgainAt: clock.now() + 3_600_000 };
      cursor = { ...times, counts: {}, ...at };
    },
    end: async (build: WalkedStores): Promise<ErasureResult | undefined> => {
      for (let steps = 0; steps < 1_000; steps++) {
        const done = await step(build);
        if (done.state === 'done') {
          return done.result as ErasureResult | undefined;
        }
      }
      throw new Error('The erasure has no end.');
    },
    receiptCount: async () => {
      const { entries } = await parts.receipts.page(resourceId, 1_000);
      return entries.filter(({ id }) => id.endsWith(job.id)).length;
    },
  };
}

const buildOf = (world: MemoryWorld, names: readonly string[], retired: readonly string[] = []): WalkedStores => ({
  stores: names.map((name) => memoryStore(world, name, { isRetired: retired.includes(name) })),
  gone: nothingIsGone,
});
const storesIn = ({ receipt }: ErasureResult) => decodeJwt(receipt)['stores'] as { store: string; items: number }[];

describe('An erasure that another build ends', () => {
  const earlier = ['copies', 'words', 'images', 'index'];
  // One is new at the front, one is retired, two have changed places.
  const later = ['novelties', 'images', 'words', 'copies', 'index'];

  it('leaves nothing out, wherever the earlier build has stopped, and counts what is new', async () => {
    let stoppedAfter = 0;
    for (let isOver = false; !isOver; stoppedAfter++) {
      const world = plantThings([...earlier, 'novelties'], [anna, bert], 2);
      const erasure = startErasure();
      for (let steps = 0; steps < stoppedAfter && !isOver; steps++) {
        isOver = (await erasure.step(buildOf(world, earlier))).state === 'done';
      }
      if (isOver) {
        break;
      }
      const result = await erasure.end(buildOf(world, later, ['copies']));
      expect({ stoppedAfter, left: whatIsLeft(world) }).toEqual({ stoppedAfter, left: [] });
      const items = storesIn(result as ErasureResult).toSorted((one, other) => (one.store < other.store ? -1 : 1));
      expect({ stoppedAfter, items }).toEqual({
        stoppedAfter,
        items: [...later].sort().map((store) => ({ store, items: 4 })),
      });
      // A step for each thing, and none for a store that was done before.
      expect(world.walked.length, `after ${stoppedAfter}`).toBe(later.length * 4);
    }
    expect(stoppedAfter).toBeGreaterThan(15);
  });

  it('leaves nothing out when there are three builds, and nobody asked for a receipt', async () => {
    for (const stops of [2, 5, 9, 14]) {
      const world = plantThings([...earlier, 'novelties', 'latest'], [anna, bert], 2);
      const erasure = startErasure({ hasReceipt: false });
      for (let steps = 0; steps < stops; steps++) {
        await erasure.step(buildOf(world, earlier));
      }
      for (let steps = 0; steps < 2; steps++) {
        await erasure.step(buildOf(world, later));
      }
      expect(await erasure.end(buildOf(world, ['latest', ...later]))).toBeUndefined();
      expect({ stops, left: whatIsLeft(world) }).toEqual({ stops, left: [] });
    }
  });

  it('is not ended, nor a receipt signed, by a build that has forgotten a store; one that has it as retired ends it', async () => {
    for (const stops of [1, 3, 6, 12]) {
      const world = plantThings(earlier, [anna, bert], 2);
      const erasure = startErasure();
      for (let steps = 0; steps < stops; steps++) {
        await erasure.step(buildOf(world, earlier));
      }
      const forgetful = buildOf(world, ['copies', 'words', 'index']);
      await expect(erasure.end(forgetful)).rejects.toThrow(StoreMissing);
      await expect(erasure.end(forgetful)).rejects.toThrow(/images .* Declare it as retired/);
      expect(await erasure.receiptCount()).toBe(0);
      await erasure.end(buildOf(world, earlier, ['images']));
      expect(await erasure.receiptCount()).toBe(1);
      expect(whatIsLeft(world)).toEqual([]);
    }
  });

  it('does not wait for a store that is gone: retired, and found empty', async () => {
    const world = plantThings(earlier, [anna, bert], 1);
    const erasure = startErasure();
    await erasure.step(buildOf(world, earlier));
    await erasure.step(buildOf(world, earlier));
    const { stores } = buildOf(world, ['copies', 'words', 'index']);
    await erasure.end({ stores, gone: new Set(['images']) });
    expect(whatIsLeft(world)).toEqual(['images anna', 'images bert']);
  });
});

describe('An erasure that version 0.1.0 has begun', () => {
  const inserted = ['novelties', ...storesOf010.toReversed()];

  it('is ended from wherever it stood, and what was done is not done again', async () => {
    for (let identifier = 0; identifier < identifiers.length; identifier++) {
      for (let store = 0; store <= storesOf010.length; store++) {
        const world = plantThings([...storesOf010, 'novelties'], [anna, bert], 2);
        const isDone = (owner: number, place: number) => owner < identifier || (owner === identifier && place < store);
        for (const [place, name] of storesOf010.entries()) {
          for (const [owner, id] of [anna, bert].entries()) {
            world.stores.get(name)?.set(id, isDone(owner, place) ? 0 : 2);
          }
        }
        const before = whatIsLeft(world);
        const erasure = startErasure({ hasReceipt: false });
        erasure.resumeAt({ phase: 0, identifier, store, cursor: 'as it said' });
        await erasure.end(buildOf(world, inserted, ['recordings']));
        expect({ identifier, store, left: whatIsLeft(world) }).toEqual({ identifier, store, left: [] });
        expect([...new Set(world.walked)].sort(), `identifier ${identifier}, store ${store}`).toEqual(before.sort());
      }
    }
  });

  it('has in its receipt what that version had counted, and what is new', async () => {
    for (const at of [
      { phase: 0, identifier: 1 },
      { phase: 0, identifier: 2 },
      { phase: 1, identifier: 0 },
      { phase: 1, identifier: 1 },
      { phase: 2, identifier: 0 },
    ]) {
      const world = plantThings([...storesOf010, 'novelties'], [anna, bert], 2);
      const isCounted = (owner: number) => at.phase > 0 || owner < at.identifier;
      const counted = [0, 1].filter(isCounted).length * 2;
      const erasure = startErasure();
      erasure.resumeAt({ ...at, store: 0, counts: Object.fromEntries(storesOf010.map((name) => [name, counted])) });
      const result = await erasure.end(buildOf(world, inserted));
      const items = Object.fromEntries(storesIn(result as ErasureResult).map(({ store, items: n }) => [store, n]));
      expect({ ...at, items }).toEqual({
        ...at,
        items: Object.fromEntries([...storesOf010, 'novelties'].map((name) => [name, 4])),
      });
      expect(world.stores.get('novelties')?.get(anna)).toBe(0);
    }
  });
});
