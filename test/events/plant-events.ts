// Somebody's data in every store of events: a row that waits because the topic takes nothing, and a dead letter.
import type { ComposedApp } from '../../functions/compose.js';
import type { EventsCapability } from '../../functions/events/capability.js';
import { chatEvents } from '../../shared/chat/event-types.js';

export async function plantEvents(
  app: ComposedApp,
  { rawId, text }: { readonly rawId: string; readonly text: string },
) {
  const { name, immutableId } = await app.defaultResource();
  const events = app.capabilities.find((each) => each.name === 'events') as EventsCapability;
  const time = Math.floor(app.clock.now());
  const data = { messageBody: text, senderCommunicationIdentifier: { rawId } };
  const subject = `thread/19:planted@thread.v2/sender/${rawId}`;
  await events.rows.tell(immutableId, {
    type: chatEvents.received.thread,
    about: ['planted'],
    subject,
    time,
    data,
    concerns: [{ kind: 'identity', rawId }],
  });
  const letter = { id: 'planted', eventType: 'Microsoft.Communication.ChatMessageReceived', subject, data };
  await app.keepDeadLetter(name, {
    ...letter,
    topic: name,
    dataVersion: '1.0',
    eventTime: new Date(time).toISOString(),
  });
}
