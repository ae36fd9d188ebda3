// The carrier of the emulator: what is sent is put into the mailbox, and handed to another server too where one is named.
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import type { Carrier, Outcomes, Parcel, RecipientOutcome } from '../../deliveries/index.js';
import { bouncedReason, type MailContent, saidLater } from '../mail-outbox.js';
import { magicOf } from './magic-recipients.js';
import type { Mailbox } from './mailbox.js';
import { subjectOf } from './read-message.js';

const slowMs = 5_000;
const limitMs = 60_000;

/** @param onward hands it to a server of the user's too; what becomes of it there counts */
export function mailboxCarrier(mailbox: Mailbox, onward: Carrier<MailContent> | undefined): Carrier<MailContent> {
  const handOverOne = async (parcel: Parcel<MailContent>, signal: AbortSignal): Promise<Outcomes> => {
    const { recipients, content, resourceId, attempt } = parcel;
    const outcomes = new Map<string, RecipientOutcome>(
      recipients.map(({ id, address }) => [id, magicOutcome(address, attempt)]),
    );
    const taken = recipients.filter(({ id }) => outcomes.get(id)?.outcome === 'taken');
    if (recipients.some(({ address }) => magicOf(address) === 'slow')) {
      await wait(slowMs, undefined, { signal, ref: false });
    }
    if (onward !== undefined && taken.length > 0) {
      const [there = {}] = await onward.handOver([{ ...parcel, recipients: taken }], signal);
      for (const [id, outcome] of Object.entries(there)) {
        outcomes.set(id, withReceiptOf(outcomes.get(id), outcome));
      }
    }
    // Only what was taken: what is put off comes again, and would lie there twice.
    const arrived = taken.filter(({ id }) => outcomes.get(id)?.outcome === 'taken');
    if (arrived.length > 0) {
      const message = await buffer(await parcel.openBody());
      const to = arrived.map(({ address }) => address);
      const { mailId: operationId, sender: from, returnPath } = content;
      await mailbox.put(resourceId, { operationId, from, to, returnPath, subject: await subjectOf(message) }, message);
    }
    return Object.fromEntries(outcomes);
  };
  return {
    repeatsUnknown: true,
    timeLimitMs: limitMs,
    handOver: (parcels, signal) => Promise.all(parcels.map((parcel) => handOverOne(parcel, signal))),
  };
}

/** What the address stands for stays when the other server has taken it. */
function withReceiptOf(magic: RecipientOutcome | undefined, there: RecipientOutcome): RecipientOutcome {
  const isTaken = there.outcome === 'taken' && magic?.outcome === 'taken';
  return isTaken ? { ...there, receipt: { ...there.receipt, ...magic.receipt } } : there;
}

function magicOutcome(address: string, attempt: number): RecipientOutcome {
  switch (magicOf(address)) {
    case 'bounced':
      return { outcome: 'refused', reason: `${bouncedReason} 550 5.1.1` };
    case 'soft-bounced':
      return attempt > 1 ? { outcome: 'taken' } : { outcome: 'deferred', reason: `${saidLater} 451 4.2.2` };
    case 'failed':
      return { outcome: 'refused', reason: '554 5.6.0' };
    case 'filtered-spam':
      return { outcome: 'taken', receipt: { state: 'FilteredSpam' } };
    case 'quarantined':
      return { outcome: 'taken', receipt: { state: 'Quarantined' } };
    case 'never':
      return { outcome: 'deferred', reason: 'no-connection' };
    default:
      return { outcome: 'taken' };
  }
}
