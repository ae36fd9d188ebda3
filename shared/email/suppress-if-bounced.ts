// An address that bounces for good goes on the list that is managed for the owner: for a day, and longer with each further
// mail that bounces while it is on it (ACS, "Managed suppression list").
import type { Clock } from '../time/clock.js';
import { suppressionSteps } from './limits.js';
import type { RecordedOutcome } from './mail-outbox.js';
import type { SuppressedAddresses } from './suppressed-addresses.js';

export async function suppressIfBounced(
  { addresses, clock }: { readonly addresses: SuppressedAddresses; readonly clock: Pick<Clock, 'now'> },
  { state, recipientHash, mailId, where }: RecordedOutcome,
): Promise<void> {
  if (state === 'Bounced' && recipientHash !== '') {
    await addresses.suppressBounced(where, { hash: recipientHash, by: mailId }, clock.now(), suppressionSteps);
  }
}
