// The app as a list of capabilities. Keepers first; walkers go through what the keepers keep, and know none by name.
import { createPipeline, Limiter, type Operation, type Pipeline, readProfile } from '../shared/api/index.js';
import type { CallbackKeys, SigningKeys } from '../shared/auth/index.js';
import { inErasureOrder } from '../shared/data-map/index.js';
import type { Jobs } from '../shared/jobs/index.js';
import { createFindHere, createPassing, type Passing } from '../shared/passing/index.js';
import { erasureOfIdentities } from '../shared/privacy/index.js';
import type { Recordings } from '../shared/recording/index.js';
import type { ResidencyRecords } from '../shared/residency/index.js';
import { openAgain } from '../shared/resources/index.js';
import { eraseEverything, provision, type TransactionCounter } from '../shared/storage/index.js';
import type { Capability } from './capability.js';
import { chatCapability } from './chat/capability.js';
import type { ComposeOptions } from './compose-options.js';
import type { Config } from './config.js';
import { emailCapability } from './email/capability.js';
import { layFoundation } from './foundation.js';
import { identityCapability } from './identity/capability.js';
import { jobsCapability } from './jobs/capability.js';
import { managementCapability, managementParts } from './management/capability.js';
import { privacyCapability } from './privacy/capability.js';
import { keepPrivacyRecords } from './privacy/records.js';
import { budgets } from './rate-limits.js';
import { recordingCapability } from './recording/capability.js';
import { keepResidencyRecords, residencyCapability } from './residency/capability.js';
import { resourcesCapability } from './resources/capability.js';
import { retentionCapability, retentionStores } from './retention/capability.js';
import type { RunningApp } from './running-app.js';
import { namesOfResources, stageOf } from './stage.js';

export { dataMap } from './data-map.js';

export interface ComposedApp extends RunningApp {
  readonly capabilities: readonly Capability[];
  readonly operations: readonly Operation[];
  readonly pipeline: Pipeline;
  readonly passing: Passing;
  readonly counter: TransactionCounter;
  readonly signingKeys: SigningKeys;
  readonly callbackKeys: CallbackKeys;
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
  const foundation = await layFoundation(config, options, options.guest?.stores);
  const { dataMap, clock, ids, keys, storage, tokens, jobs, announcements, directory, hosts, peers } = foundation;
  const management = managementParts(foundation);
  const persons = keepPrivacyRecords(foundation);
  const residencyRecords = keepResidencyRecords(foundation);

  const email = emailCapability(foundation, management);
  const recording = recordingCapability(foundation);
  const keepers = [
    resourcesCapability(foundation),
    jobsCapability(foundation),
    identityCapability(foundation, erasureOfIdentities(jobs)),
    chatCapability(foundation, persons),
    email,
    recording,
    ...(options.guest === undefined ? [] : [options.guest.compose(foundation)]),
  ];
  const kept = [...keepers, persons, residencyRecords, { stores: retentionStores }];
  const stores = inErasureOrder(
    dataMap,
    kept.flatMap((each) => each.stores),
  );

  const retention = retentionCapability(foundation, stores);
  const residency = residencyCapability(foundation, residencyRecords, stores);
  const walkers = [
    privacyCapability(foundation, persons, stores),
    retention,
    managementCapability(management, email.operations, stores),
    residency,
  ];

  const capabilities: readonly Capability[] = [...keepers, ...walkers];
  for (const each of capabilities) {
    jobs.learn(each.jobs ?? {});
  }
  const guestBudgets = options.guest?.budgets ?? [];
  const limiter = new Limiter(clock, new Map([...readProfile('open', guestBudgets), ...config.limits]));
  const { isEmulator } = config;
  const findResource = createFindHere({ isEmulator, peers, find: (host) => directory.find(host) });
  const { reportFailure } = options;
  return {
    capabilities,
    operations: capabilities.flatMap(({ operations }) => operations),
    pipeline: createPipeline({
      clock,
      ids,
      authenticator: foundation.authenticator,
      limiter,
      geography: config.geography,
      peers,
      catchUp: () => announcements.catchUp(),
      findResource,
      audit: persons.audit,
      reportFailure,
    }),
    passing: createPassing({ clock, ids, peers, findResource, reportFailure }),
    meet: foundation.meet,
    clock,
    storage,
    counter: foundation.counter,
    signingKeys: foundation.signer.keys,
    callbackKeys: foundation.callbackKeys,
    stores,
    jobs,
    recordings: recording.recordings,
    residency: residency.days,
    recordResidency: residency.recordResidency,
    sweep: retention.sweep,
    overdueMs: retention.overdueMs,
    openPortsWith: (ports) => openAgain(hosts, management.records, ports),
    dropCaches: () => {
      tokens.clear();
      announcements.forget();
      for (const each of capabilities) {
        each.forget?.();
      }
    },
    setLimits: (profile) => limiter.setProfile(readProfile(profile, [...budgets, ...guestBudgets])),
    provision: () => provision(config.storage, dataMap),
    eraseEverything: async () => {
      await hosts.closeAll();
      await eraseEverything(config.storage, dataMap);
    },
    resourceNames: () => namesOfResources(management.records, config.defaultResource),
    stage: isEmulator ? stageOf(capabilities) : {},
    defaultResource: async () => {
      const resource = await directory.default();
      const { name, immutableId } = resource;
      return { name, immutableId, accessKey: keys.accessKey(resource, 'primary') };
    },
  };
}
