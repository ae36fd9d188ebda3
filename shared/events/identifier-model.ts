// How events name somebody: `CommunicationIdentifierModel`, as chat, calling and rooms have it in their events.
import { z } from 'zod';

export const EventIdentifier = z.strictObject({
  kind: z.literal('communicationUser'),
  rawId: z.string(),
  communicationUser: z.strictObject({ id: z.string() }),
});

export function toEventIdentifier(rawId: string): z.infer<typeof EventIdentifier> {
  return { kind: 'communicationUser', rawId, communicationUser: { id: rawId } };
}
