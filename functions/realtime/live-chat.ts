// Live chat, put together: who is online, the sessions over a WebSocket where something keeps them, and those over polls.
import type { VerifiedUserToken } from '../../shared/auth/index.js';
import {
  type Connections,
  FailedSockets,
  gatheredFrames,
  Leavers,
  type LiveRecord,
  LiveFeed,
  livePointers,
  LiveSessions,
  type LiveSource,
  Pointers,
  Polls,
  PollSessions,
  Presence,
  type SessionPlace,
  SocketNames,
  webPubSub,
  type WebPubSubSettings,
} from '../../shared/realtime/index.js';
import type { Foundation } from '../foundation.js';
import { pauseUnref } from '../pause-unref.js';

export type LiveChat = ReturnType<typeof openLiveChat>;

/** @param settings undefined where nothing keeps WebSockets */
export function openLiveChat(
  foundation: Foundation,
  settings: WebPubSubSettings | undefined,
  connections: Connections,
  record: (what: LiveRecord) => void,
) {
  const { clock, ids, announcements, options, storage, due } = foundation;
  const reportFailure = (failure: unknown) => options.reportFailure('live-chat', '', failure);
  const presence = new Presence({ announcements, clock, pause: pauseUnref });
  const leavers = new Leavers({ presence, connections, pause: pauseUnref });
  const pointers = new Pointers({ table: storage.table(livePointers), due, clock, ids });
  let source: Pick<LiveSource<never>, 'read' | 'readBeside'> | undefined;
  const held = new Polls({
    pointers,
    clock,
    userOf: (rawId) => presence.userOf(rawId),
    read: async (pointer, isWanted) =>
      ('readOn' in pointer
        ? await source?.readBeside(pointer.key, pointer.readOn, isWanted)
        : await source?.read(pointer.key, pointer.first, pointer.last, isWanted)) ?? [],
    catchUp: () => announcements.catchUp(),
    pause: pauseUnref,
    reportFailure,
  });
  const names = new SocketNames({ announcements, pause: pauseUnref });
  const parts = { presence, names, connections, leavers, clock, ids, record };
  const polls = new PollSessions({
    ...parts,
    pointers,
    polls: held,
    catchUp: () => announcements.catchUp(),
    pause: pauseUnref,
  });
  const sockets = settings && openSockets(foundation, settings, parts);
  const failed = new FailedSockets(connections, clock);
  // Nobody waits for it: what is not closed now is closed with the client's next word.
  announcements.onOwn((user) => {
    if (names.isRestating(user) || !names.isOfSomebody(user)) {
      return;
    }
    held.refuse(user);
    void sockets?.sessions.closeAllOf(user).catch(reportFailure);
  });
  const feeds: Pick<LiveFeed<object>, 'stop'>[] = [];
  return {
    presence,
    polls,
    sockets,
    open: async (place: SessionPlace, resourceId: string, token: OpeningToken, window?: string) => {
      const user = presence.userOf(token.rawId);
      return sockets === undefined || (await failed.hasFailed(window, { resourceId, user }))
        ? polls.open(place)
        : sockets.sessions.open(place, token);
    },
    follow: <State extends object>(followed: LiveSource<State>): LiveFeed<State> => {
      source = followed;
      const feed = new LiveFeed<State>({
        presence,
        source: followed,
        send: async (user, delivery) => {
          for (const frame of gatheredFrames(delivery)) {
            await sockets?.service.sendToUser(names.current(user), frame);
          }
        },
        point: async (key, pointed) => held.note(await pointers.put(key, pointed)),
        pass: (rawIds, notice) => held.tell(rawIds, notice),
        record,
        reportFailure,
      });
      feeds.push(feed);
      return feed;
    },
    stop: () => {
      held.stop();
      for (const feed of feeds) {
        feed.stop();
      }
    },
  };
}

/** Of a token that has been found good. */
type OpeningToken = Pick<VerifiedUserToken, 'rawId' | 'identityGeneration' | 'expiresOn'>;

function openSockets(
  { clock, authenticator, directory, announcements }: Foundation,
  settings: WebPubSubSettings,
  parts: Omit<ConstructorParameters<typeof LiveSessions>[0], 'service' | 'verify' | 'findResource' | 'generationOf'>,
) {
  const service = webPubSub(settings, clock);
  const sessions = new LiveSessions({
    ...parts,
    service,
    verify: (token, resource) => authenticator.verifyUser(token, resource),
    findResource: async (name) => directory.current(name),
    generationOf: (user) => announcements.find(user)?.value,
  });
  return { service, sessions, hub: settings.hub, host: new URL(settings.endpoint).host };
}
