// The one place that builds clients, stores and services, from top to bottom.
import {
  createPassing,
  createPipeline,
  Limiter,
  type Operation,
  type Passing,
  type Pipeline,
  readProfile,
} from '../shared/api/index.js';
import type { SigningKeys } from '../shared/auth/index.js';
import {
  chatExpiredThreads,
  chatImages,
  type ChatParts,
  chatThreads,
  chatUserIndex,
  ExpiredIndex,
  rememberedChatColumns,
  type ThreadState,
  UserIndex,
} from '../shared/chat/index.js';
import { bind, type BoundStore } from '../shared/data-map/index.js';
import { identities, type IdentityParts, IdentityStore, revocations } from '../shared/identity/index.js';
import { recordForeignItems, recordRetentionLag } from '../shared/diagnostics/index.js';
import { jobQueue, jobs, Jobs, JobStore, operationRecords, Operations, sweepQueue } from '../shared/jobs/index.js';
import {
  ArchiveCopies,
  Archives,
  type AuditContent,
  auditRecords,
  AuditTrail,
  dropAuditKind,
  dropReceiptKind,
  eraseIdentifiers,
  eraseIdentifiersKind,
  exportIdentifiers,
  exportIdentifiersKind,
  exports,
  exportSubjects,
  Ledger,
  persons,
  PersonStore,
  type PrivacyParts,
  receipts,
  type StoredReceipt,
  hearingMs,
} from '../shared/privacy/index.js';
import { Recordings, recordings } from '../shared/recording/index.js';
import {
  countStores,
  countStoresKind,
  ForeignData,
  noResource,
  ResidencyRecords,
  residencyRecords,
} from '../shared/residency/index.js';
import { runSweep } from '../shared/retention/index.js';
import {
  ArmItems,
  eraseResource,
  eraseResourceKind,
  type ManagementParts,
  openAgain,
  RecordStore,
  resourceItems,
  resources,
} from '../shared/resources/index.js';
import {
  dueIndexStore,
  eraseEverything,
  Log,
  provision,
  shardOf,
  type TransactionCounter,
} from '../shared/storage/index.js';
import type { ComposeOptions } from './compose-options.js';
import type { Config } from './config.js';
import { layFoundation } from './foundation.js';
import { chatOperations } from './http/chat.js';
import { identityOperations } from './http/identity.js';
import { managementApi } from './http/management-api.js';
import { privacyExportOperations } from './http/privacy-exports.js';
import { privacyErasureOperations } from './http/privacy-erasure.js';
import { privacyOperations } from './http/privacy.js';
import { retentionOperations } from './http/retention.js';
import { residencyOperations } from './http/residency.js';
import { ownVersion } from './own-version.js';
import { budgets } from './rate-limits.js';
import { dataMap } from './data-map.js';
import type { RunningApp } from './running-app.js';

export { dataMap };

export interface ComposedApp extends RunningApp {
  readonly operations: readonly Operation[];
  readonly pipeline: Pipeline;
  readonly passing: Passing;
  readonly counter: TransactionCounter;
  readonly signingKeys: SigningKeys;
  readonly jobs: Jobs;
  readonly recordings: Recordings;
  readonly residency: ResidencyRecords;
  /** Begins to count what lies where; the record of the day is there when its job is done. */
  recordResidency(): Promise<void>;
  /** Removes what has expired; tells in one line what it did. */
  sweep(report?: (line: string) => void): Promise<void>;
  /** How long the oldest thing that is due has been due, ms. */
  overdueMs(): Promise<number>;
}

export async function compose(config: Config, options: ComposeOptions): Promise<ComposedApp> {
  const { reportFailure } = options;
  const foundation = await layFoundation(config, options);
  const { clock, ids, counter, storage, keys, signingKeys, issuer, tokens, entra, authenticator } = foundation;
  const { peers, meet, revocationLog, resourceHosts, directory, due } = foundation;
  const threads = new Log<ThreadState>({
    tableOf: (key) => storage.table(chatThreads, shardOf(chatThreads, key)),
    remember: rememberedChatColumns,
    clock,
    ids,
  });
  const operations = new Operations(storage, due, clock);
  const archives = new Archives({ storage, operations, due, hashKey: keys.deriveKey('export-subject', 1) });
  const copies = new ArchiveCopies({
    archives,
    announcements: revocationLog,
    due,
    clock,
    hearingMs: options.hearingMs ?? hearingMs,
  });
  const chat: ChatParts = {
    storage,
    clock,
    ids,
    keys,
    threads,
    users: new UserIndex(storage),
    due,
    expired: new ExpiredIndex(storage),
    images: storage.blobs(chatImages),
    copies,
    isBuried: (rawId) => revocationLog.isBuried(rawId),
    wasDeleted: async (rawId) => (await revocationLog.buriedOn(rawId)) !== undefined,
  };

  const recorded = new Recordings({ blobs: storage.blobs(recordings), due, clock });
  const personStore = new PersonStore(storage, keys.deriveKey('person-identifier', 1));
  const kept = { storage, due, clock, keptForMs: config.receiptLifeMs };
  const receiptLedger = new Ledger<StoredReceipt>({ ...kept, store: receipts, dropKind: dropReceiptKind });
  const auditLedger = new Ledger<AuditContent>({ ...kept, store: auditRecords, dropKind: dropAuditKind });
  const residency = new ResidencyRecords(kept);
  const audit = new AuditTrail({ ledger: auditLedger, clock, ids });

  const board = { store: new JobStore(storage), queue: storage.queue(jobQueue), due, clock };
  const records = new RecordStore(storage, config.geography, clock, due);
  const items = new ArmItems(storage);
  // Pointers behind what they point at: erasure goes in this order.
  const stores: readonly BoundStore[] = [
    bind(exports, archives),
    bind(exportSubjects, archives),
    bind(chatImages, chat),
    bind(chatThreads, chat),
    bind(chatUserIndex, chat),
    bind(chatExpiredThreads, chat),
    bind(recordings, recorded),
    bind(persons, personStore),
    bind(identities, { storage, revocations: revocationLog }),
    bind(revocations, storage),
    bind(resourceItems, { storage, items }),
    bind(resources, storage),
    bind(jobs, board),
    bind(jobQueue, undefined),
    bind(sweepQueue, undefined),
    bind(operationRecords, operations),
    bind(dueIndexStore, undefined),
    bind(receipts, receiptLedger),
    bind(auditRecords, auditLedger),
    bind(residencyRecords, residency),
  ];
  const exporting = { stores, archives, copies, clock, audit, revocations: revocationLog };
  const work = new Jobs({
    ...board,
    operations,
    ids,
    requireOwnStorage: () => directory.requireOwnStorage(),
    kinds: {
      [eraseIdentifiersKind]: eraseIdentifiers({
        stores,
        clock,
        revocations: revocationLog,
        operations,
        persons: personStore,
        receipts: receiptLedger,
        receiptIssuer: { issuer, keys: signingKeys, geography: config.geography, version: ownVersion },
        audit,
      }),
      [exportIdentifiersKind]: exportIdentifiers(exporting),
      [eraseResourceKind]: eraseResource({ stores, records, directory, hosts: resourceHosts, operations, clock }),
      [countStoresKind]: countStores({
        storage,
        stores,
        records: residency,
        clock,
        residents: () => directory.residents(),
        onRecord: (record, foreign) => {
          recordForeignItems(foreign);
          if (foreign > 0) reportFailure('record-residency', record.day, new ForeignData(foreign, config.geography));
        },
      }),
    },
  });
  const identity: IdentityParts = {
    clock,
    ids,
    keys,
    signer: { issuer, keys: signingKeys },
    entra,
    store: new IdentityStore(storage),
    revocations: revocationLog,
    erasure: {
      add: (resourceId, rawId) =>
        work.add(eraseIdentifiersKind, resourceId, { identifiers: [{ kind: 'identity', rawId }] }),
      enqueue: (jobId) => work.enqueue(jobId),
    },
  };

  const privacy: PrivacyParts = {
    clock,
    ids,
    keys,
    persons: personStore,
    stores,
    jobs: work,
    operations,
    revocations: revocationLog,
    receipts: receiptLedger,
    audit,
  };

  const management: ManagementParts = {
    geography: config.geography,
    clock,
    ids,
    keys,
    peers,
    records,
    items,
    directory,
    hosts: resourceHosts,
    jobs: work,
    operations,
    verifiesAtOnce: config.isEmulator,
  };

  const limiter = new Limiter(clock, config.limits);
  const findResource = (host: string) => directory.find(host);

  return {
    operations: [
      ...identityOperations(identity),
      ...chatOperations(chat, directory, audit),
      ...privacyOperations(privacy),
      ...privacyExportOperations(privacy, archives),
      ...privacyErasureOperations(privacy),
      ...retentionOperations({ stores, clock }),
      ...managementApi(management),
      ...residencyOperations({
        records: residency,
        issuer: { issuer, keys: signingKeys },
        geography: config.geography,
        version: ownVersion,
      }),
    ],
    pipeline: createPipeline({
      clock,
      ids,
      authenticator,
      limiter,
      geography: config.geography,
      peers,
      catchUp: () => revocationLog.catchUp(),
      findResource,
      reportFailure,
    }),
    passing: createPassing({ clock, ids, peers, findResource, reportFailure }),
    meet,
    clock,
    storage,
    counter,
    signingKeys,
    stores,
    jobs: work,
    recordings: recorded,
    residency,
    recordResidency: async () => work.enqueue((await work.add(countStoresKind, noResource, null)).id),
    sweep: async (report = () => undefined) => {
      await directory.requireOwnStorage();
      const hasMore = await runSweep({ due, clock, ids, stores, report, recordLag: recordRetentionLag });
      if (hasMore) await storage.queue(sweepQueue).send('more');
    },
    overdueMs: async () => {
      const oldest = await due.oldestDue(clock.now());
      return oldest === undefined ? 0 : clock.now() - oldest;
    },
    openPortsWith: (ports) => openAgain(resourceHosts, records, ports),
    dropCaches: () => {
      tokens.clear();
      revocationLog.forget();
      directory.forget();
      threads.forgetAll();
    },
    setLimits: (profile) => limiter.setProfile(readProfile(profile, budgets)),
    provision: () => provision(config.storage, dataMap),
    eraseEverything: async () => {
      await resourceHosts.closeAll();
      await eraseEverything(config.storage, dataMap);
    },
    resourceNames: async () => {
      const made = await records.all('communicationServices');
      const answering = made.filter(({ state, host }) => state === 'Succeeded' && host !== undefined);
      return [...new Set([config.defaultResource, ...answering.map(({ id }) => id.name)])];
    },
    stage: {},
    defaultResource: async () => {
      const resource = await directory.default();
      const { name, immutableId } = resource;
      return { name, immutableId, accessKey: keys.accessKey(resource, 'primary') };
    },
  };
}
