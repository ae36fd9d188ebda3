// Live chat: users whose chat client is open are told at once of what happens in their threads. Client: the browser half of
// @azure/communication-chat.
import { bind } from '../../shared/data-map/index.js';
import { Fault } from '../../shared/http/index.js';
import {
  Connections,
  liveConnections,
  type LiveFeed,
  type LiveRecord,
  livePointers,
  type LiveSource,
} from '../../shared/realtime/index.js';
import type { Capability } from '../capability.js';
import type { Config } from '../config.js';
import type { DiagnosticsCapability } from '../diagnostics/capability.js';
import type { Foundation } from '../foundation.js';
import { liveClientOperations } from './client.js';
import { type LiveChat, openLiveChat } from './live-chat.js';
import { liveChatLog, liveLog } from './live-log.js';
import { upstreamOperations } from './upstream.js';

export interface RealtimeCapability extends Capability {
  /** Follows the logs of somebody; undefined where live chat is off. */
  follow<State extends object>(source: LiveSource<State>): LiveFeed<State> | undefined;
}

export interface RealtimePorts {
  readonly diagnostics: Pick<DiagnosticsCapability, 'write'>;
}

export function realtimeCapability(foundation: Foundation, { diagnostics }: RealtimePorts): RealtimeCapability {
  const { config, storage, due, clock, tokens, hosts, announcements, directory, options, authenticator } = foundation;
  const table = storage.table(liveConnections);
  const connections = new Connections(table, due);
  const reportFailure = (failure: unknown) => options.reportFailure('live-chat', '', failure);
  const record = liveLog({ clock, directory, write: diagnostics.write }, reportFailure);
  const live = openAsSet(foundation, config.live, connections, record);
  return {
    name: 'realtime',
    stores: [
      bind(livePointers, storage.table(livePointers)),
      bind(liveConnections, {
        table,
        connections,
        announcements,
        closeSocket: async (id) => live?.sockets?.service.closeConnection(id),
      }),
    ],
    operations: [
      ...liveClientOperations({
        live,
        claimsOf: (token) => tokens.verify(token, clock.now()),
        isAlive: (token, resource) => isGood(() => authenticator.verifyUser(token, resource)),
        hostOf: ({ name }) => hosts.hostOf(name),
      }),
      ...upstreamOperations(live?.sockets),
    ],
    logs: [{ table: liveChatLog }],
    follow: (source) => live?.follow(source),
    stop: async () => live?.stop(),
    forget: () => live?.presence.forget(),
  };
}

function isGood(verify: () => unknown): boolean {
  try {
    verify();
    return true;
  } catch (error) {
    if (error instanceof Fault) {
      return false;
    }
    throw error;
  }
}

function openAsSet(
  foundation: Foundation,
  set: Config['live'],
  connections: Connections,
  record: (what: LiveRecord) => void,
): LiveChat | undefined {
  if (set.kind === 'off') {
    return undefined;
  }
  return openLiveChat(foundation, set.kind === 'webPubSub' ? set.settings : undefined, connections, record);
}
