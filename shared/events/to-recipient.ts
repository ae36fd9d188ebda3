// The pattern of ACS's events at the level of users: the same event, told for each of them.
import { toEventIdentifier } from './identifier-model.js';

export function toRecipient<Data extends object>(subject: string, data: Data, rawId: string) {
  return {
    subject: `${subject}/recipient/${rawId}`,
    data: { ...data, recipientCommunicationIdentifier: toEventIdentifier(rawId) },
  };
}
