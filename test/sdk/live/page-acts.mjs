// What a page with the chat SDK does when its test says so; it tells what it hears.

const events = [
  'realTimeNotificationConnected',
  'realTimeNotificationDisconnected',
  'chatMessageReceived',
  'chatMessageEdited',
  'chatMessageDeleted',
  'typingIndicatorReceived',
  'readReceiptReceived',
  'chatThreadCreated',
  'chatThreadDeleted',
  'chatThreadPropertiesUpdated',
  'participantsAdded',
  'participantsRemoved',
];

/**
 * @param sdk its exports
 * @param tell takes what a client hears
 */
export function pageActs({ AzureCommunicationTokenCredential, ChatClient }, tell) {
  const clients = new Map();
  return {
    async start({ name, endpoint, token }) {
      const client = clients.get(name) ?? new ChatClient(endpoint, new AzureCommunicationTokenCredential(token));
      const isNew = !clients.has(name);
      clients.set(name, client);
      await client.startRealtimeNotifications();
      for (const event of isNew ? events : []) {
        client.on(event, (payload) => tell({ name, event, payload, at: Date.now() }));
      }
    },
    stop: ({ name }) => clients.get(name)?.stopRealtimeNotifications(),
  };
}
