// The one place that builds clients, stores and services, from top to bottom.
import { createPipeline, type Operation, type Pipeline } from '../shared/api/index.js';
import { Authenticator, createSigningKeys, KeyRing, type SigningKeys, TokenVerifier } from '../shared/auth/index.js';
import { type ChatParts, chatThreads, chatUserIndex, type ThreadState, UserIndex } from '../shared/chat/index.js';
import { createDataMap, type DataMap, type DataStore } from '../shared/data-map/index.js';
import { identities, type IdentityParts, IdentityStore, RevocationLog, revocations } from '../shared/identity/index.js';
import { defaultResourceOf, ResourceDirectory, resources } from '../shared/resources/index.js';
import {
  type CallObserver,
  createTransactionCounter,
  eraseEverything,
  Log,
  openStorage,
  provision,
  shardOf,
  type Storage,
  type TransactionCounter,
} from '../shared/storage/index.js';
import { createClock } from '../shared/time/clock.js';
import { type Ids, randomIds } from '../shared/time/ids.js';
import type { Config } from './config.js';
import { chatOperations } from './http/chat.js';
import { identityOperations } from './http/identity.js';
import type { RunningApp } from './running-app.js';

/** Every store of data there is; what is not listed cannot be opened. */
export const dataMap: DataMap<DataStore<Storage>> = createDataMap([
  resources,
  identities,
  revocations,
  chatThreads,
  chatUserIndex,
]);

export interface ComposedApp extends RunningApp {
  readonly operations: readonly Operation[];
  readonly pipeline: Pipeline;
  readonly storage: Storage;
  readonly counter: TransactionCounter;
  readonly signingKeys: SigningKeys;
  /** Removes what has expired; the timer calls it. */
  sweep(): Promise<void>;
}

export interface ComposeOptions {
  /** Told of failures that are ours, by the function's name; must not log anything of the request. */
  reportFailure(operationName: string, requestId: string, failure: unknown): void;
  readonly ids?: Ids;
  /** See each storage call, the outermost first; for tests. */
  readonly observers?: readonly CallObserver[];
}

const sweepBatch = 1_000;

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
  const directory = new ResourceDirectory({
    storage,
    geography: config.geography,
    hosts: config.hosts,
    defaultResource: defaultResourceOf(keys, config.geography, config.defaultResource),
  });

  const revocationLog = new RevocationLog({ storage, subjectKey: keys.deriveKey('revocation-subject', 1), clock, ids });
  const identity: IdentityParts = {
    clock,
    ids,
    keys,
    signer: { issuer, keys: signingKeys },
    store: new IdentityStore(storage),
    revocations: revocationLog,
  };
  const threads = new Log<ThreadState>({
    tableOf: (key) => storage.table(chatThreads, shardOf(chatThreads, key)),
    remember: rememberedChatColumns,
    clock,
    ids,
  });
  const chat: ChatParts = { clock, ids, keys, threads, users: new UserIndex(storage) };

  const authenticator = new Authenticator({
    clock,
    keys,
    tokens,
    emulator: config.isEmulator,
    isAlive: (token) => revocationLog.isAlive(revocationLog.subjectOf(token.rawId), token.identityGeneration),
  });

  return {
    operations: [...identityOperations(identity), ...chatOperations(chat)],
    pipeline: createPipeline({
      clock,
      ids,
      authenticator,
      findResource: (host) => directory.find(host),
      reportFailure: options.reportFailure,
    }),
    clock,
    storage,
    counter,
    signingKeys,
    sweep: async () => {
      for (const store of dataMap.stores) {
        const access = { opened: storage, resourceId: '', now: clock.now(), realNow: clock.realNow() };
        while ((await store.expired(access, sweepBatch)) >= sweepBatch);
      }
    },
    dropCaches: () => {
      tokens.clear();
      revocationLog.forget();
      directory.forget();
      threads.forgetAll();
    },
    provision: () => provision(config.storage, dataMap),
    eraseEverything: () => eraseEverything(config.storage, dataMap),
    defaultResource: async () => {
      const resource = await directory.default();
      const { name, immutableId } = resource;
      return { name, immutableId, accessKey: keys.accessKey(resource, 'primary') };
    },
  };
}
