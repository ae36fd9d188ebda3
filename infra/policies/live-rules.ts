// Live chat: what clients are told passes through Web PubSub, and must be kept and shown nowhere; what it reports is believed.
import { at, deviations, listAt } from './read-props.js';
import { resourceRule } from './resource-rule.js';

export const liveChatIsNotTraced = resourceRule({
  name: 'live-chat-is-not-traced',
  why: 'A live trace shows whoever opens it what is said in chats, and resource logs name who is connected.',
  checks: {
    'webpubsub:WebPubSub': (props) => [
      ...deviations(props, { 'liveTraceConfiguration.enabled': 'false' }),
      ...(at(props, 'resourceLogConfiguration') === undefined ? [] : ['resourceLogConfiguration must be left out']),
    ],
  },
});

export const liveHubIsKnown = resourceRule({
  name: 'live-hub-is-known',
  why: 'The app believes what the hub reports by its token of Entra ID alone, and every client has a token of the app.',
  checks: {
    'webpubsub:WebPubSubHub': (props) => [
      ...deviations(props, { 'properties.anonymousConnectPolicy': 'deny' }),
      ...listAt(props, 'properties.eventHandlers').flatMap((handler) => [
        ...deviations(handler, { 'auth.type': 'ManagedIdentity' }),
        ...(String(at(handler, 'urlTemplate')).startsWith('https://') ? [] : ['urlTemplate must begin with https://']),
      ]),
    ],
  },
});
