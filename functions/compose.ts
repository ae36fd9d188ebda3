// The app as a list of capabilities. Keepers first; walkers go through what the keepers keep, and know none by name.
import { inErasureOrder } from '../shared/data-map/index.js';
import type { DeadLetter } from '../shared/events/index.js';
import { erasureOfIdentities } from '../shared/privacy/index.js';
import { openAgain } from '../shared/resources/index.js';
import { eraseEverything, provision } from '../shared/storage/index.js';
import type { Capability } from './capability.js';
import { callingCapability } from './calling/capability.js';
import { chatCapability } from './chat/capability.js';
import type { ComposedApp } from './composed-app.js';
import type { ComposeOptions } from './compose-options.js';
import type { Config } from './config.js';
import { diagnosticsCapability } from './diagnostics/capability.js';
import { emailCapability, type EmailPorts } from './email/capability.js';
import { seededSender } from '../shared/email/index.js';
import { seededNumber } from '../shared/phone-numbers/index.js';
import { eventsCapability } from './events/capability.js';
import { layFoundation } from './foundation.js';
import { openFront } from './front.js';
import { identityCapability } from './identity/capability.js';
import { jobsCapability } from './jobs/capability.js';
import { managementCapability, managementParts } from './management/capability.js';
import { phoneNumbersCapability } from './phone-numbers/capability.js';
import { realtimeCapability } from './realtime/capability.js';
import { privacyCapability } from './privacy/capability.js';
import { keepPrivacyRecords } from './privacy/records.js';
import { openLimits } from './rate-limits.js';
import { recordingCapability } from './recording/capability.js';
import { keepResidencyRecords, residencyCapability } from './residency/capability.js';
import { resourceManagerCapability } from './resource-manager/capability.js';
import { resourcesCapability } from './resources/capability.js';
import { retentionCapability, retentionStores } from './retention/capability.js';
import { roomsCapability } from './rooms/capability.js';
import { smsCapability } from './sms/capability.js';
import { namesOfResources, stageOf } from './stage.js';

export { dataMap } from './data-map.js';

export type { ComposedApp } from './composed-app.js';

export async function compose(config: Config, options: ComposeOptions): Promise<ComposedApp> {
  const foundation = await layFoundation(config, options, options.guest?.stores);
  const { dataMap, clock, keys, storage, tokens, jobs, announcements, directory, hosts } = foundation;
  const management = managementParts(foundation);
  const persons = keepPrivacyRecords(foundation);
  const residencyRecords = keepResidencyRecords(foundation);

  const { limiter, setLimits } = openLimits(config.limits, clock, options.guest?.budgets);
  const recording = recordingCapability(foundation);
  const events = eventsCapability(foundation);
  const diagnostics = diagnosticsCapability(foundation);
  const rates: EmailPorts['rates'] = (budget) => limiter.ratesOf(budget);
  const email = emailCapability(foundation, management, { rates, events, diagnostics });
  const phoneNumbers = phoneNumbersCapability(foundation);
  const rooms = roomsCapability(foundation);
  const realtime = realtimeCapability(foundation, { diagnostics });
  const keepers = [
    resourcesCapability(foundation),
    jobsCapability(foundation),
    identityCapability(foundation, erasureOfIdentities(jobs)),
    chatCapability(foundation, { copies: persons.copies, live: realtime, events }),
    email,
    phoneNumbers,
    smsCapability(foundation, management, { numbers: phoneNumbers.numbers, events, diagnostics }),
    callingCapability(foundation, management, {
      numbers: phoneNumbers.numbers,
      events,
      mayJoin: rooms.admits,
    }),
    recording,
    rooms,
    events,
    diagnostics,
    realtime,
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
    privacyCapability(foundation, persons, management.records, stores),
    retention,
    managementCapability(management, email.operations, stores),
    resourceManagerCapability(foundation, management),
    residency,
  ];

  const capabilities: readonly Capability[] = [...keepers, ...walkers];
  for (const each of capabilities) {
    events.types.learn(each.events ?? []);
    diagnostics.learn(each.logs ?? []);
    jobs.learn(each.jobs ?? {});
  }
  const front = openFront(foundation, capabilities, { limiter, audit: persons.audit, note: diagnostics.note });
  return {
    ...front,
    capabilities,
    operations: capabilities.flatMap(({ operations }) => operations),
    meet: foundation.meet,
    clock,
    storage,
    audit: persons.audit,
    counter: foundation.counter,
    signingKeys: foundation.signer.keys,
    issuer: foundation.signer.issuer,
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
      front.health.forget();
      for (const each of capabilities) {
        each.forget?.();
      }
    },
    setLimits,
    provision: () => provision(config.storage, dataMap),
    seed: async () => {
      await Promise.all([email.seed(), phoneNumbers.seed()]);
    },
    eraseEverything: async () => {
      await hosts.closeAll();
      await eraseEverything(config.storage, dataMap);
    },
    resourceNames: () => namesOfResources(management.records, config.defaultResource),
    keepDeadLetter: (resource, letter) => events.deadLetters.keep(resource, [letter as DeadLetter]),
    stage: config.isEmulator ? stageOf(capabilities) : {},
    defaultResource: async () => {
      const resource = await directory.default();
      const { name, immutableId } = resource;
      const accessKey = keys.accessKey(resource, 'primary');
      const { phoneNumber } = seededNumber(config.geography);
      return { name, immutableId, accessKey, mailSender: seededSender(name), phoneNumber };
    },
  };
}
