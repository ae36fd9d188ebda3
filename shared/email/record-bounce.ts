// Records what a notice says of a mail that was sent: it comes back to an address that only we could have made up.
import { Fault } from '../http/index.js';
import type { Clock } from '../time/clock.js';
import { emailFaults } from './faults.js';
import { type MailOutboxParts, recordChange } from './mail-outbox.js';
import type { RecipientOutcomeState } from './mail-states.js';
import { type BouncedRecipient, readBounce } from './read-bounce.js';
import type { ReturnPaths } from './return-path.js';
import type { StoredMail } from './sent-mail-rows.js';
import { formatCode, isHardBounce } from './smtp/smtp-code.js';

export interface BounceParts extends Pick<MailOutboxParts, 'sent' | 'recorded' | 'report'> {
  readonly clock: Clock;
  readonly returnPaths: ReturnPaths;
}

/**
 * @param recipient of the envelope that the notice came in; its headers name it too, mostly
 * @throws {Fault} 400 when it is no notice, 404 when it is about no mail of the resource that is known (any more)
 */
export async function recordBounce(
  parts: BounceParts,
  resourceId: string,
  message: Buffer,
  recipient?: string,
): Promise<void> {
  const { returnPaths, sent, clock } = parts;
  const bounce = await readBounce(message);
  if (bounce === undefined) {
    throw new Fault(emailFaults.noBounce);
  }
  const [mailId] = [...(recipient === undefined ? [] : [recipient]), ...bounce.to].flatMap(
    (address) => returnPaths.mailOf(resourceId, address) ?? [],
  );
  const mail = mailId === undefined ? undefined : await sent.find(resourceId, mailId);
  if (mail === undefined) {
    throw new Fault(emailFaults.unknownBounce);
  }
  const at = Math.floor(clock.now());
  const states = new Map<number, RecipientOutcomeState>();
  const said = new Map<number, { readonly address: string; readonly server: string }>();
  for (const each of bounce.recipients) {
    const index = placeOf(parts, mail, each);
    // Delays and successes change nothing.
    if (index !== undefined && each.action === 'failed') {
      states.set(index, { ...stateOf(each), at });
      // Whoever got the mail can send such a notice, so it names nobody to whom the mail was not.
      const address = each.addresses.find((one) => sent.hashOf(one) === mail.who[index]);
      if (address !== undefined) {
        said.set(index, { address, server: each.server });
      }
    }
  }
  await recordChange(suppressing(parts, mail), resourceId, mail.id, { states }, said);
}

/** All recipients of a mail know its return path: what comes back to it keeps no mail from one of several. */
function suppressing(parts: BounceParts, { states }: StoredMail): BounceParts {
  return states.length === 1 ? parts : { ...parts, recorded: async () => undefined };
}

/** By the addresses that the notice names; the only recipient of a mail is it whatever a server on the way calls them. */
function placeOf({ sent }: BounceParts, mail: StoredMail, { addresses }: BouncedRecipient): number | undefined {
  const found = addresses.map((address) => mail.who.indexOf(sent.hashOf(address))).find((index) => index >= 0);
  return found ?? (mail.states.length === 1 ? 0 : undefined);
}

function stateOf({ code }: BouncedRecipient): Omit<RecipientOutcomeState, 'at'> {
  const state = code !== undefined && code.reply >= 500 && isHardBounce(code) ? 'Bounced' : 'Failed';
  return { state, ...(code !== undefined && { reason: formatCode(code) }) };
}
