// The suppression list of the data folder of version 0.1.0: made with three addresses, one of them with capital letters.
import type { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { collect } from '../sdk/clients.js';

export const emailService = 'post';
export const emailDomain = 'post.example.com';
export const suppressionList = 'list-1';

/** By id, as they were given. */
export const plantedAddresses: Readonly<Record<string, string>> = {
  'id-1': 'anna@example.com',
  'id-2': 'Bert@Example.com',
  'id-3': 'zoe@example.com',
};

/** What stands beside the addresses, which goes with them. */
export const plantedNotes = ['mark-Anna-notes', 'mark-Bert-notes', 'mark-Zoe-notes'];

/** The addresses that are listed now, by id. */
export async function listSuppressedAddresses(
  client: CommunicationServiceManagementClient,
  group: string,
): Promise<Record<string, string>> {
  const list = client.suppressionListAddresses.list(group, emailService, emailDomain, suppressionList);
  return Object.fromEntries((await collect(list)).map(({ name, email }) => [name ?? '', email ?? '']));
}
