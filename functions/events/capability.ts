// Events: what the resources of the geography tell the outside, through a topic of its own. Contract: the events
// `Microsoft.Communication.*` of Event Grid; what each capability can tell it declares itself.
import { bind } from '../../shared/data-map/index.js';
import {
  type BrokerClient,
  brokerClient,
  DeadLetters,
  defaultEventSettings,
  eventDeadLetters,
  eventGridTopic,
  eventMarks,
  eventPrefix,
  EventRows,
  eventRowRules,
  eventRowStores,
  EventTeller,
  EventTypes,
  type KeptEvent,
  LogMarker,
  type LogRef,
  type LogSource,
  LogTeller,
  Marks,
  takenEvents,
  TakenEvents,
  tellsAnything,
  type Topic,
  TopicUnavailable,
} from '../../shared/events/index.js';
import type { Resource } from '../../shared/geography/index.js';
import { toIso } from '../../shared/time/instant.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { openOutbox } from '../open-outbox.js';
import { pauseUnref } from '../pause-unref.js';
import { rootVersion } from '../root-version.js';
import { eventSettingsOperations } from './settings.js';
import { eventStage } from './stage.js';

/** What other capabilities tell events through. */
export interface EventsCapability extends Capability {
  /** Undefined where events go nowhere. */
  readonly telling: EventTelling | undefined;
  /** For events that stand in no log. */
  readonly rows: EventRows;
  readonly types: EventTypes;
  readonly deadLetters: DeadLetters;
}

export interface EventTelling {
  readonly marks: Marks;
  readonly teller: EventTeller;
  /** For the ids of events. */
  readonly idKey: Buffer;
  /** Has the events of a log told: what is appended is marked before and noted after. */
  followLog(source: LogSource): LogWatch;
}

export interface LogWatch {
  /** Right before an append; see `AppendWatch` of the log. */
  before(log: LogRef, newest: number): Promise<void> | undefined;
  after(log: LogRef, newest: number): void;
}

const noTopic: Topic = {
  send: async () => {
    throw new TopicUnavailable('There is no topic.');
  },
};

export function eventsCapability(foundation: Foundation): EventsCapability {
  const { config, storage, clock, ids, keys, directory, burials, announcements, options } = foundation;
  const settings = config.events;
  const isOn = settings !== undefined;
  const broker = brokerOf(foundation);
  const defaults = settings?.defaults ?? defaultEventSettings;
  const idKey = keys.deriveKey('event-id', rootVersion);
  const types = new EventTypes();
  const nameOf = async (resourceId: string) => (await directory.withId(resourceId))?.name;
  const deadLetters = new DeadLetters({
    blobs: storage.blobs(eventDeadLetters),
    clock,
    ids,
    types,
    isWrittenByTopic: isOn && broker === undefined,
    resourceNameOf: nameOf,
    resourceIdOf: async (name) => (await directory.named(name))?.immutableId,
    settle: (resourceId, about, since, undo) => burials.settle(resourceId, about, since, undo),
  });
  const toTelling = (resource: Resource | undefined) =>
    resource && { name: resource.name, settings: resource.events ?? defaults };
  const teller = new EventTeller({
    topic: settings === undefined ? noTopic : eventGridTopic(settings.topic),
    resourceOf: (resourceId) => {
      const found = isOn ? directory.withId(resourceId) : undefined;
      return found instanceof Promise ? found.then(toTelling) : toTelling(found);
    },
    keepDeadLetter: (resource, event, deadLetterReason) =>
      deadLetters.keep(resource, [{ ...event, topic: resource, deadLetterReason }]),
  });
  const rowsOutbox = openOutbox<KeptEvent>(
    foundation,
    eventRowStores,
    eventRowRules('eventrows', { teller, types, idKey }, async (resourceId, event, deadLetterReason) => {
      const resource = await nameOf(resourceId);
      if (resource !== undefined) {
        const { id, subject, data, time } = event;
        const wire = { id, subject, data, eventType: eventPrefix + event.type.name, eventTime: toIso(time) };
        await deadLetters.keep(resource, [{ ...wire, dataVersion: '1.0', topic: resource, deadLetterReason }]);
      }
    }),
  );
  const rows = new EventRows({ teller, types, idKey, accept: (order) => rowsOutbox.outbox.accept(order) });
  const marks = new Marks(storage.table(eventMarks), clock, ids);
  const taken = new TakenEvents({ log: broker, isOn, types, resourceNameOf: nameOf });
  const reportFailure = (failure: unknown) => options.reportFailure('tell-events', '', failure);
  // What is marked of a resource that does not answer just now is told when it does, or never.
  const tells = (resource: Resource | undefined) =>
    resource === undefined || tellsAnything(resource.events ?? defaults);
  const marker = new LogMarker({
    marks,
    clock,
    tells: (resourceId) => {
      const found = directory.withId(resourceId);
      return found instanceof Promise ? found.then(tells) : tells(found);
    },
    reportFailure,
  });
  let logTeller: LogTeller | undefined;

  const followLog = (source: LogSource): LogWatch => {
    const told = {
      newest: source.newest,
      // Nothing is told of who was deleted a moment ago through another process.
      read: async (...asked: Parameters<LogSource['read']>) => {
        await announcements.catchUp();
        return source.read(...asked);
      },
    };
    logTeller = new LogTeller({ marks, source: told, teller, clock, pause: pauseUnref, reportFailure });
    const follow = logTeller;
    return {
      before: (ref, newest) => marker.before(ref, newest),
      after: (ref, newest) => follow.note(ref, newest),
    };
  };

  return {
    name: 'events',
    stores: [
      bind(eventDeadLetters, deadLetters),
      bind(takenEvents, taken),
      ...rowsOutbox.stores,
      bind(eventMarks, marks),
    ],
    operations: eventSettingsOperations(directory, defaults),
    triggers: [
      ...rowsOutbox.triggers,
      {
        name: 'tell-events',
        schedule: '*/15 * * * * *',
        run: async () => {
          await directory.requireOwnStorage();
          await logTeller?.tellMarked();
        },
      },
    ],
    ...(broker !== undefined && { stage: eventStage(broker) }),
    health: rowsOutbox.health,
    stop: async (limitMs) => {
      await Promise.all([rowsOutbox.stop(limitMs), logTeller?.stop(limitMs)]);
    },
    forget: () => {
      rowsOutbox.forget();
      marker.forget();
      logTeller?.forget();
    },
    telling: isOn ? { marks, teller, idKey, followLog } : undefined,
    rows,
    types,
    deadLetters,
  };
}

/** What answers at the topic in the emulator, and lets tests look into it. */
function brokerOf({ config: { events, isEmulator } }: Foundation): BrokerClient | undefined {
  const credential = events?.topic.credential;
  return isEmulator && events?.isBroker === true && credential?.kind === 'key'
    ? brokerClient(events.topic.endpoint, credential.key)
    : undefined;
}
