// What every capability stands on: clock, storage and keys; who may enter; where resources lie, here and elsewhere; work
// that outlives a request; what every process hears of.
import { Announcements, Burials, revocations as announced } from '../shared/announcements/index.js';
import {
  Authenticator,
  CallbackKeys,
  CallTokens,
  createSigningKeys,
  EntraVerifier,
  KeyRing,
  TokenVerifier,
} from '../shared/auth/index.js';
import { createDataMap, type StoreIdentity } from '../shared/data-map/index.js';
import { geographySlugs, issuerOfGeography } from '../shared/geography/index.js';
import { createIdentityDoor, Revocations } from '../shared/identity/index.js';
import { countStorageCall, recordErasure, recordFailedJob } from '../shared/diagnostics/index.js';
import { eraseIdentifiersKind } from '../shared/privacy/index.js';
import {
  JobFailed,
  jobQueue,
  Jobs,
  jobs as jobsStore,
  JobStore,
  operationRecords,
  Operations,
} from '../shared/jobs/index.js';
import { ConnectedPeers, type Peers, type World } from '../shared/passing/index.js';
import {
  defaultResourceOf,
  GroupStore,
  Hosts,
  ResourceDirectory,
  resourceGroups,
  resources,
} from '../shared/resources/index.js';
import {
  type CallObserver,
  createTransactionCounter,
  DueIndex,
  dueIndexStore,
  openStorage,
} from '../shared/storage/index.js';
import { createClock } from '../shared/time/clock.js';
import { type Ids, randomIds } from '../shared/time/ids.js';
import type { Config } from './config.js';
import { dataMap as ownDataMap, emulatorStores } from './data-map.js';
import { rootVersion } from './root-version.js';

export interface FoundationOptions {
  /** Told of failures that are ours, by the function's name; must not log anything of the request. */
  reportFailure(operationName: string, requestId: string, failure: unknown): void;
  readonly ids?: Ids;
  /** The other geographies, in place of those of the settings; for tests. */
  readonly peers?: Peers;
  /** How long an export waits until other processes have heard of it, real time in ms; for tests without any. */
  readonly hearingMs?: number;
  /** See each storage call, the outermost first; for tests. */
  readonly observers?: readonly CallObserver[];
}

/** Who signs what the gateway asks. */
export const gatewaySender = 'gateway';
/** And who signs what a carrier of texts tells. */
export const textCarrier = 'text-carrier';
/** And who signs what a media server tells. */
export const mediaServer = 'media-server';

export type Foundation = Awaited<ReturnType<typeof layFoundation>>;

/** @param stores declarations beyond those of the house */
export async function layFoundation(config: Config, options: FoundationOptions, stores: readonly StoreIdentity[] = []) {
  const clock = createClock(config.clockOffsetMs);
  const ids = options.ids ?? randomIds;
  const counter = createTransactionCounter();
  const dataMap = createDataMap([...ownDataMap.stores, ...(config.isEmulator ? emulatorStores : []), ...stores]);
  const storage = await openStorage(config.storage, {
    dataMap,
    observers: [counter.observe, observeCalls, ...(options.observers ?? [])],
  });
  const due = new DueIndex(storage.table(dueIndexStore), ids);

  const keys = new KeyRing(config.masterSecrets);
  const signingKeys = createSigningKeys(config.tokenKey, config.retiredTokenKeys);
  const signer = { issuer: issuerOfGeography(config.geography), keys: signingKeys };
  const tokens = new TokenVerifier(signer);
  const callTokens = new CallTokens(signer);

  const table = storage.table(announced);
  const subjectKey = keys.deriveKey('revocation-subject', rootVersion);
  const announcements = new Announcements({ table, subjectKey, clock, ids });
  const burials = new Burials(announcements);
  const revocations = new Revocations(announcements);

  const door = createIdentityDoor(keys);
  const { peers, hosts: settledHosts, meet } = meetOthers(config, clock, ids);
  const hosts = new Hosts({ geography: config.geography, domain: config.domain, configured: settledHosts });
  const directory = new ResourceDirectory({
    table: storage.table(resources),
    geography: config.geography,
    hosts,
    defaultResource: defaultResourceOf(keys, config.geography, config.defaultResource),
    changes: {
      channelOf: (name) => announcements.subjectOf(`resource:${name}`),
      versionOf: (channel) => announcements.versionOf(channel),
      announce: (channel) => announcements.announce(channel),
    },
  });
  const groups = new GroupStore(storage.table(resourceGroups), async () => (await directory.default()).immutableId);
  const entra = entraVerifier(config, clock, options);
  const authenticator = new Authenticator({
    clock,
    keys,
    tokens,
    callTokens,
    entra,
    privacyKeys: config.privacyKeys,
    emulator: config.isEmulator,
    frontEnd: config.frontEnd,
    ...(config.isEmulator && { keysElsewhere: () => keysElsewhere(config, keys) }),
    webhookSecrets: (from) =>
      ({
        [gatewaySender]: config.gatewaySecrets,
        [textCarrier]: config.smsSecrets,
        [mediaServer]: config.callingSecrets,
      })[from] ?? [],
    isAlive: (token) => revocations.isAlive(token),
  });

  const longRunning = new Operations(storage.table(operationRecords), due, clock);
  const board = { store: new JobStore(storage.table(jobsStore)), queue: storage.queue(jobQueue), due, clock };
  const requireOwnStorage = () => directory.requireOwnStorage();
  const recordFailure = ({ id, kind }: { readonly id: string; readonly kind: string }, code: string) => {
    recordFailedJob(kind, code);
    options.reportFailure('work-job', id, new JobFailed(kind, code));
  };
  const recordWork = (kind: string, ageMs: number) => {
    if (kind === eraseIdentifiersKind) {
      recordErasure(ageMs);
    }
  };
  const jobs = new Jobs({ ...board, operations: longRunning, ids, requireOwnStorage, recordFailure, recordWork });

  return {
    config,
    options,
    dataMap,
    clock,
    ids,
    counter,
    storage,
    due,
    keys,
    signer,
    tokens,
    /** Issues tokens that are good for one call. */
    callTokens,
    entra,
    authenticator,
    /** Sign callbacks; made when first asked for. */
    callbackKeys: new CallbackKeys(config.callbackKey, config.retiredCallbackKeys),
    announcements,
    burials,
    revocations,
    /** Answers whether an identity is one of a resource's own. */
    door,
    peers: options.peers ?? peers,
    /** Takes the other geographies, and which hosts are ours. */
    meet,
    hosts,
    directory,
    /** Resource groups that somebody has put. */
    groups,
    board,
    jobs,
    longRunning,
  };
}

const observeCalls: CallObserver = ({ store, kind }, send) => {
  countStorageCall(store, kind);
  return send();
};

function entraVerifier({ entra: settings }: Config, clock: ReturnType<typeof createClock>, options: FoundationOptions) {
  const reportFailure = (failure: unknown) => options.reportFailure('entra-keys', '', failure);
  return settings && new EntraVerifier({ settings, clock, reportFailure });
}

/**
 * In the emulator all geographies have one public secret, so that it can be told whose key a wrong one is: of the resources
 * that are there without anybody creating them, with the keys that they begin with.
 */
function keysElsewhere({ geography, defaultResource }: Config, keys: KeyRing) {
  return geographySlugs
    .filter((slug) => slug !== geography)
    .map((slug) => {
      const resource = defaultResourceOf(keys, slug, defaultResource.replace(geography, slug));
      return { name: resource.name, geography: slug, keys: keys.signingKeys(resource) };
    });
}

/** The other geographies, and the hosts that are ours by the settings; both are told again when they change. */
function meetOthers(config: Config, clock: ReturnType<typeof createClock>, ids: typeof randomIds) {
  const peers = new ConnectedPeers({
    geography: config.geography,
    // Without a key of its own a geography knows no others, and signs nothing.
    keys: createSigningKeys(config.hopKey ?? config.tokenKey),
    clock,
    ids,
    frontEnd: config.frontEnd,
  });
  const hosts = new Map<string, string>();
  const meet = (world: World): void => {
    peers.meet(world);
    hosts.clear();
    for (const [host, resource] of Object.entries(world.hosts)) {
      if (typeof resource === 'string') {
        hosts.set(host, resource);
      } else if (resource.geography === config.geography) {
        hosts.set(host, resource.name);
      }
    }
  };
  meet(config.world);
  return { peers, hosts, meet };
}
