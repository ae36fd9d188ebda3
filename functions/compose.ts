// The one place that builds clients, stores and services, from top to bottom.
import { createPipeline, Limiter, type Operation, type Pipeline, readProfile } from '../shared/api/index.js';
import { Authenticator, createSigningKeys, KeyRing, type SigningKeys, TokenVerifier } from '../shared/auth/index.js';
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
import { bind, type BoundStore, createDataMap, type DataMap } from '../shared/data-map/index.js';
import { identities, type IdentityParts, IdentityStore, RevocationLog, revocations } from '../shared/identity/index.js';
import { aloneInTheWorld } from '../shared/geography/index.js';
import { recordRetentionLag } from '../shared/diagnostics/index.js';
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
} from '../shared/privacy/index.js';
import { Recordings, recordings } from '../shared/recording/index.js';
import { runSweep } from '../shared/retention/index.js';
import { defaultResourceOf, ResourceDirectory, resources } from '../shared/resources/index.js';
import {
  type CallObserver,
  createTransactionCounter,
  DueIndex,
  dueIndexStore,
  eraseEverything,
  Log,
  openStorage,
  provision,
  shardOf,
  type TransactionCounter,
} from '../shared/storage/index.js';
import { createClock } from '../shared/time/clock.js';
import { type Ids, randomIds } from '../shared/time/ids.js';
import type { Config } from './config.js';
import { chatOperations } from './http/chat.js';
import { identityOperations } from './http/identity.js';
import { privacyExportOperations } from './http/privacy-exports.js';
import { privacyErasureOperations } from './http/privacy-erasure.js';
import { privacyOperations } from './http/privacy.js';
import { retentionOperations } from './http/retention.js';
import { ownVersion } from './own-version.js';
import { budgets } from './rate-limits.js';
import type { RunningApp } from './running-app.js';

/** Every store of data there is; what is not listed cannot be opened. */
export const dataMap: DataMap = createDataMap([
  resources,
  identities,
  revocations,
  chatImages,
  chatThreads,
  chatUserIndex,
  chatExpiredThreads,
  recordings,
  dueIndexStore,
  jobs,
  jobQueue,
  sweepQueue,
  operationRecords,
  persons,
  exports,
  exportSubjects,
  receipts,
  auditRecords,
]);

export interface ComposedApp extends RunningApp {
  readonly operations: readonly Operation[];
  readonly pipeline: Pipeline;
  readonly counter: TransactionCounter;
  readonly signingKeys: SigningKeys;
  readonly jobs: Jobs;
  readonly recordings: Recordings;
  /** Removes what has expired; tells in one line what it did. */
  sweep(report?: (line: string) => void): Promise<void>;
  /** How long the oldest thing that is due has been due, ms. */
  overdueMs(): Promise<number>;
}

export interface ComposeOptions {
  /** Told of failures that are ours, by the function's name; must not log anything of the request. */
  reportFailure(operationName: string, requestId: string, failure: unknown): void;
  readonly ids?: Ids;
  /** See each storage call, the outermost first; for tests. */
  readonly observers?: readonly CallObserver[];
}

export async function compose(config: Config, options: ComposeOptions): Promise<ComposedApp> {
  const clock = createClock(config.clockOffsetMs);
  const ids = options.ids ?? randomIds;
  const counter = createTransactionCounter();
  const storage = await openStorage(config.storage, {
    dataMap,
    observers: [counter.observe, ...(options.observers ?? [])],
  });

  const keys = new KeyRing(config.masterSecrets);
  const signingKeys = createSigningKeys(config.tokenKey, config.retiredTokenKeys);
  const issuer = `domicile/${config.geography}`;
  const tokens = new TokenVerifier({ issuer, keys: signingKeys });

  const revocationLog = new RevocationLog({ storage, subjectKey: keys.deriveKey('revocation-subject', 1), clock, ids });
  const directory = new ResourceDirectory({
    storage,
    geography: config.geography,
    hosts: config.hosts,
    defaultResource: defaultResourceOf(keys, config.geography, config.defaultResource),
    changes: {
      channelOf: (name) => revocationLog.subjectOf(`resource:${name}`),
      versionOf: (channel) => revocationLog.versionOf(channel),
      announce: (channel) => revocationLog.announce(channel),
    },
  });
  const due = new DueIndex(storage, ids);
  const threads = new Log<ThreadState>({
    tableOf: (key) => storage.table(chatThreads, shardOf(chatThreads, key)),
    remember: rememberedChatColumns,
    clock,
    ids,
  });
  const operations = new Operations(storage, due, clock);
  const archives = new Archives({ storage, operations, due, hashKey: keys.deriveKey('export-subject', 1) });
  const copies = new ArchiveCopies({ archives, announcements: revocationLog, due, clock });
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
  };

  const recorded = new Recordings({ blobs: storage.blobs(recordings), due, clock });
  const personStore = new PersonStore(storage, keys.deriveKey('person-identifier', 1));
  const kept = { storage, due, clock, keptForMs: config.receiptLifeMs };
  const receiptLedger = new Ledger<StoredReceipt>({ ...kept, store: receipts, dropKind: dropReceiptKind });
  const auditLedger = new Ledger<AuditContent>({ ...kept, store: auditRecords, dropKind: dropAuditKind });
  const audit = new AuditTrail({ ledger: auditLedger, clock, ids });

  const board = { store: new JobStore(storage), queue: storage.queue(jobQueue), due, clock };
  // Pointers behind what they point at: erasure goes in this order.
  const stores: readonly BoundStore[] = [
    bind(exports, archives),
    bind(exportSubjects, undefined),
    bind(chatImages, chat),
    bind(chatThreads, chat),
    bind(chatUserIndex, chat),
    bind(chatExpiredThreads, chat),
    bind(recordings, recorded),
    bind(persons, personStore),
    bind(identities, { storage, revocations: revocationLog }),
    bind(revocations, storage),
    bind(resources, storage),
    bind(jobs, board),
    bind(jobQueue, undefined),
    bind(sweepQueue, undefined),
    bind(operationRecords, operations),
    bind(dueIndexStore, undefined),
    bind(receipts, receiptLedger),
    bind(auditRecords, auditLedger),
  ];
  const work = new Jobs({
    ...board,
    operations,
    ids,
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
      [exportIdentifiersKind]: exportIdentifiers({
        stores,
        archives,
        copies,
        clock,
        audit,
        revocations: revocationLog,
      }),
    },
  });
  const identity: IdentityParts = {
    clock,
    ids,
    keys,
    signer: { issuer, keys: signingKeys },
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

  const authenticator = new Authenticator({
    clock,
    keys,
    tokens,
    privacyKeys: config.privacyKeys,
    emulator: config.isEmulator,
    isAlive: (token) => revocationLog.isAlive(token),
  });

  const limiter = new Limiter(clock, config.limits);

  return {
    operations: [
      ...identityOperations(identity),
      ...chatOperations(chat, directory),
      ...privacyOperations(privacy),
      ...privacyExportOperations(privacy, archives),
      ...privacyErasureOperations(privacy),
      ...retentionOperations({ stores, clock }),
    ],
    pipeline: createPipeline({
      clock,
      ids,
      authenticator,
      limiter,
      peers: aloneInTheWorld,
      catchUp: () => revocationLog.catchUp(),
      findResource: (host) => directory.find(host),
      reportFailure: options.reportFailure,
    }),
    clock,
    storage,
    counter,
    signingKeys,
    stores,
    jobs: work,
    recordings: recorded,
    sweep: async (report = () => undefined) => {
      const hasMore = await runSweep({
        due,
        clock,
        ids,
        stores,
        report,
        recordLag: recordRetentionLag,
      });
      if (hasMore) await storage.queue(sweepQueue).send('more');
    },
    overdueMs: async () => {
      const oldest = await due.oldestDue(clock.now());
      return oldest === undefined ? 0 : clock.now() - oldest;
    },
    dropCaches: () => {
      tokens.clear();
      revocationLog.forget();
      directory.forget();
      threads.forgetAll();
    },
    setLimits: (profile) => limiter.setProfile(readProfile(profile, budgets)),
    provision: () => provision(config.storage, dataMap),
    eraseEverything: () => eraseEverything(config.storage, dataMap),
    defaultResource: async () => {
      const resource = await directory.default();
      const { name, immutableId } = resource;
      return { name, immutableId, accessKey: keys.accessKey(resource, 'primary') };
    },
  };
}
