// Calls: applications that control them, and what they are told. Whoever carries the media is a port: the simulator, or a
// media server of the operator's.
import { bind } from '../../shared/data-map/index.js';
import {
  adoptStreams,
  callbackOrder,
  callbackRules,
  callbackStores,
  type Callback,
  callEventGridTypes,
  callFaults,
  type CallFollower,
  type CallingParts,
  type CallingSettings,
  Calls,
  CallStore,
  callsStore,
  httpMediaPlane,
  type IncomingCall,
  issuerOfAcs,
  keyOfLocator,
  type MediaPlane,
  noMediaPlane,
  numberOf,
  Offers,
  openedCalls,
  personOf,
  Simulator,
  takeIncomingCall,
  tendCalls,
} from '../../shared/calling/index.js';
import { Fault } from '../../shared/http/index.js';
import { parseUserRawId } from '../../shared/identity/index.js';
import type { ManagementParts } from '../../shared/management/index.js';
import { Outgoing } from '../../shared/outgoing/index.js';
import type { OwnedNumbers } from '../../shared/phone-numbers/index.js';
import type { Capability } from '../capability.js';
import type { EventsCapability } from '../events/capability.js';
import type { Foundation } from '../foundation.js';
import { openOutbox } from '../open-outbox.js';
import { resourceIdOfName } from '../resource-id-of-name.js';
import { rootVersion } from '../root-version.js';
import { callOperations } from './calls.js';
import { callbackConfigurationOperations } from './keys.js';
import { callRequestLog } from './logs.js';
import { mediaOperations } from './media.js';
import { mediaServerOperations } from './media-server.js';
import { mediaToken } from './media-token.js';
import { openStreams } from './open-streams.js';
import { participantOperations } from './participants.js';
import { RecentEvents } from './recent-events.js';
import { renderCallback } from './render-callback.js';
import { callStage } from './stage.js';
import { heardStage } from './stage-heard.js';

export interface CallingPorts {
  readonly numbers: OwnedNumbers;
  readonly events: Pick<EventsCapability, 'rows'>;
  /** Who may come into the call of a room; an application, which has no raw id, wherever there is the room. */
  readonly mayJoin?: CallingParts['mayJoin'];
  /** Who is told what happens in calls that they follow. */
  readonly followers?: readonly CallFollower[];
}

export interface CallingCapability extends Capability {
  readonly calls: Calls;
  readonly outgoing: Outgoing;
  /** For who may be called, and by what calls are found. */
  readonly parts: CallingParts;
}

const noSettings: CallingSettings = { issuer: issuerOfAcs, receivers: 'public', plays: 'timed' };

export function callingCapability(
  foundation: Foundation,
  management: ManagementParts,
  ports: CallingPorts,
): CallingCapability {
  const { config, storage, keys, clock, ids, burials, options, door, signer, callbackKeys, directory, hosts } =
    foundation;
  const { isEmulator } = config;
  const { numbers, events } = ports;
  const settings = config.calling ?? noSettings;
  const outgoing = new Outgoing({ rule: { loopback: isEmulator, private: settings.receivers === 'private' } });
  const streams =
    isEmulator && settings.url === undefined
      ? openStreams(foundation, settings, outgoing, ({ resourceId, key }, event) =>
          calls.report(resourceId, key, event),
        )
      : undefined;
  const simulator = streams && new Simulator({ playsAtOnce: settings.plays === 'at-once', streams });
  const server = mediaServerOf(foundation, settings);
  const plane: MediaPlane = simulator ?? server ?? noMediaPlane;
  const recent = isEmulator ? new RecentEvents() : undefined;
  const reportFailure = (failure: unknown) => options.reportFailure('calls', '', failure);
  const outbox = openOutbox<Callback>(
    foundation,
    callbackStores,
    callbackRules({
      outgoing,
      keys: () => callbackKeys.get(),
      issuer: settings.issuer,
      clock,
      render: renderCallback,
    }),
  );
  const store = new CallStore(storage.table(callsStore));
  const forgetForTests = (resourceId: string) => {
    recent?.forget(resourceId);
    streams?.forget(resourceId);
  };
  const calls = new Calls({
    store,
    plane,
    clock,
    ids,
    followers: ports.followers ?? [],
    accept: async (call, event) => {
      const order = callbackOrder(call, event);
      await outbox.outbox.accept(order);
      const { resourceId } = call;
      // It may wait behind others for long, and was decided before somebody was erased.
      for (const rawId of event.about) {
        const person = personOf(rawId);
        if (person !== undefined) {
          await burials.settle(resourceId, [person], event.time, async () => {
            await outbox.outbox.erase(person, resourceId);
          });
        }
      }
      const { connection, type } = event;
      recent?.add({ resourceId, connection, type, rendered: renderCallback(order.content) });
    },
    onEnd: () => undefined,
    reportFailure,
  });
  const parts: CallingParts = {
    calls,
    offers: new Offers(signer.keys),
    clock,
    ids,
    key: keys.deriveKey('call-key', rootVersion),
    numbers,
    hasMediaPlane: plane !== noMediaPlane,
    isOurs: async (resource, rawId) => (await door.find(resource, rawId)) !== undefined,
    mayGoTo: (address, scheme) => outgoing.mayGoTo(address, scheme),
    mayJoin: ports.mayJoin,
    settle: (...settled) => burials.settle(...settled),
  };
  // Once: after a start nobody serves the streams of calls that go on.
  let isAdopted = streams === undefined;
  const adopt = async () => {
    if (streams !== undefined && !isAdopted) {
      isAdopted = true;
      await adoptStreams(store.all(), streams);
    }
  };
  const addressOf = async (resourceId: string) => {
    const resource = await directory.withId(resourceId);
    if (resource === undefined) {
      throw new Fault(callFaults.noCaller);
    }
    return `https://${hosts.hostOf(resource.name) ?? resource.name}`;
  };
  const offer = async (resourceId: string, incoming: Omit<IncomingCall, 'resourceId' | 'address'>) => {
    const address = await addressOf(resourceId);
    return takeIncomingCall(parts, { resourceId, address, ...incoming }, (id, event) => events.rows.tell(id, event));
  };
  return {
    name: 'calling',
    calls,
    outgoing,
    parts,
    stores: [bind(callsStore, openedCalls(calls, store, forgetForTests)), ...outbox.stores],
    operations: [
      ...callOperations(parts),
      ...participantOperations(parts),
      ...mediaOperations(parts),
      ...callbackConfigurationOperations(settings.issuer),
      ...mediaServerOperations({
        calls,
        offer: async ({ id, ...incoming }) => {
          const resourceId = await calledResource(numbers, incoming.to);
          const key = keyOfLocator(parts.key, resourceId, { kind: 'group', id: `incoming:${id}` });
          await offer(resourceId, { ...incoming, key });
          return { resourceId, key: key ?? '' };
        },
      }),
    ],
    triggers: [
      ...outbox.triggers,
      {
        name: 'tend-calls',
        schedule: '0 * * * * *',
        run: async () => {
          await adopt();
          await tendCalls({ calls, store, plane, clock, reportsItself: simulator === undefined, reportFailure });
        },
      },
    ],
    events: callEventGridTypes,
    logs: [callRequestLog],
    stage: [
      ...(streams === undefined
        ? []
        : heardStage({ streams, clock, resourceIdOf: resourceIdOfName(foundation, management) })),
      ...(simulator === undefined || recent === undefined
        ? []
        : callStage({
            calls,
            store,
            simulator,
            recent,
            clock,
            resourceIdOf: resourceIdOfName(foundation, management),
            offer: async (resourceId, { from, to, displayName }) => {
              const owner = numberOf(to) === undefined ? resourceId : await calledResource(numbers, to);
              const { key: _, context, ...told } = await offer(owner, { from, to, displayName });
              return { ...told, incomingCallContext: context };
            },
            join: async (resourceId, who, { group, room }) => {
              const mayCome = room === undefined || (await parts.mayJoin?.(resourceId, room, who)) === true;
              const locator =
                room === undefined ? { kind: 'group' as const, id: group ?? '' } : { kind: 'room' as const, id: room };
              const key = mayCome ? keyOfLocator(parts.key, resourceId, locator) : undefined;
              if (key === undefined || !(await calls.join(resourceId, key, who))) {
                throw new Fault(mayCome ? callFaults.noCaller : callFaults.notInvited);
              }
            },
          })),
    ],
    health: () => outbox.health(),
    stop: async (limitMs) => {
      calls.stop();
      await streams?.close();
      await outbox.stop(limitMs);
      await outgoing.close();
    },
    forget: () => {
      calls.setAlarmsAgain();
      outbox.forget();
    },
  };
}

function mediaServerOf(
  foundation: Pick<Foundation, 'config' | 'clock' | 'callbackKeys'>,
  { url, issuer }: CallingSettings,
): MediaPlane | undefined {
  const { config, clock } = foundation;
  const [secret] = config.callingSecrets;
  const tokenFor = (resourceId: string) => mediaToken(foundation, issuer, resourceId);
  return url === undefined || secret === undefined ? undefined : httpMediaPlane({ url, secret, clock, tokenFor });
}

/** @throws {Fault} 404 when nobody here is called so */
async function calledResource(numbers: OwnedNumbers, to: string): Promise<string> {
  const number = numberOf(to);
  const owned = number === undefined ? undefined : await numbers.ownerOf(number);
  const isCalled = owned?.capabilities.calling.includes('inbound') === true;
  const resourceId = isCalled ? owned.resourceId : parseUserRawId(to)?.resourceId;
  if (resourceId === undefined) {
    throw new Fault(callFaults.noCaller);
  }
  return resourceId;
}
