// An erasure looks for what it promises before it says that it is done: what it still finds it erases again, and it fails
// for as long as something is left; once the cause is mended it comes to its end.
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bind, dataStore, type Located } from '../../shared/data-map/index.js';
import type { JobStep } from '../../shared/jobs/index.js';
import { operationRecords, Operations } from '../../shared/jobs/index.js';
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
import { DueIndex, dueIndexStore } from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { testStore } from '../storage/stores.js';

let geography: TestGeography;
let process: TestProcess;
beforeAll(async () => {
  geography = await startGeography();
  process = await geography.start();
});
afterAll(() => geography?.stop());

/** Keeps things of somebody that go only when it lets them, and one that it says to leave. */
class Stubborn {
  items = 3;
  erasures = 0;
  /** Erasures that remove nothing, and say otherwise. */
  inVain = 0;
  readonly bound = bind(
    dataStore<undefined>({
      ...testStore({ name: 'stubborn', medium: 'table' }),
      personalData: ['things'],
      locate: async (): Promise<Located> => ({ items: this.items + 1, notErased: 1 }),
      erase: async () => {
        this.erasures += 1;
        const erased = this.items;
        this.items = this.erasures > this.inVain ? 0 : this.items;
        return { erased };
      },
      remains: async () => ({ what: 'One thing', why: 'It is to stay.' }),
    }),
    undefined,
  );
}

function startErasure(store: Stubborn) {
  const { storage, clock, signingKeys } = process.app;
  const due = new DueIndex(storage.table(dueIndexStore), randomIds);
  const kept = { due, clock, dropKind: 'drop', keptForMs: 86_400_000 };
  const ledger = new Ledger<AuditContent>({ ...kept, table: storage.table(auditRecords) });
  const kind = eraseIdentifiers({
    clock,
    stores: [store.bound],
    gone: new Set(),
    burials: { bury: async () => undefined, buriedOn: async () => clock.now() - 61_000 },
    operations: new Operations(storage.table(operationRecords), due, clock),
    persons: new PersonStore(storage.table(persons), Buffer.alloc(32)),
    receipts: new Ledger<StoredReceipt>({ ...kept, table: storage.table(receipts) }),
    audit: new AuditTrail({ ledger, clock, ids: randomIds }),
    receiptIssuer: {
      issuer: 'test',
      keys: signingKeys,
      geography: 'europe',
      version: 'test',
      leftByStorage: [],
      others: () => [],
    },
  });
  const job = {
    id: crypto.randomUUID(),
    kind: 'erase-identifiers',
    resourceId: crypto.randomUUID(),
    payload: {
      identifiers: [{ kind: 'identity', rawId: 'anna' }],
      receipt: { subject: 'hash', caller: { kind: 'owner', keySlot: 'primary' } },
    },
    createdOn: clock.now() - 62_000,
  };
  let cursor: unknown = null;
  return async (): Promise<JobStep & { readonly state: 'done' }> => {
    for (let steps = 0; steps < 100; steps++) {
      const step = await kind.step({ ...job, cursor });
      if (step.state === 'done') {
        return step;
      }
      cursor = 'cursor' in step ? JSON.parse(JSON.stringify(step.cursor)) : cursor;
    }
    throw new Error('The erasure has no end.');
  };
}

const claimsOf = ({ result }: { readonly result?: unknown }) => decodeJwt((result as { receipt: string }).receipt);

describe('An erasure of which something is left', () => {
  it('erases again what it still finds, and says in its receipt what is erased and what is to stay', async () => {
    const store = new Stubborn();
    store.inVain = 2;
    const claims = claimsOf(await startErasure(store)());
    expect(store).toMatchObject({ items: 0, erasures: 3 });
    expect(claims['stores']).toEqual([{ store: 'stubborn', items: 3 }]);
    expect(claims['notErased']).toContainEqual({ store: 'stubborn', what: 'One thing', why: 'It is to stay.' });
  });

  it('is not done while it finds something, fails each time with the name of the store, and ends when that is mended', async () => {
    const store = new Stubborn();
    store.inVain = Number.POSITIVE_INFINITY;
    const work = startErasure(store);
    for (let tries = 0; tries < 3; tries++) {
      await expect(work()).rejects.toMatchObject({
        name: 'ErasureIncomplete',
        message: 'An erasure still finds what it was to erase in: stubborn.',
      });
    }
    store.inVain = 0;
    expect(claimsOf(await work())['stores']).toEqual([{ store: 'stubborn', items: 3 }]);
    expect(store.items).toBe(0);
  });
});
