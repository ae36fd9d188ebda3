// Takes a text that has come in: to whom, whether it asks for no more, and then it is told. It is kept nowhere else.
import type { GeographySlug } from '../geography/index.js';
import type { RowEvent } from '../events/index.js';
import type { OwnedNumbers } from '../phone-numbers/index.js';
import type { Clock } from '../time/clock.js';
import { toIso } from '../time/instant.js';
import type { ArrivedTexts } from './arrived-texts.js';
import { smsReceived } from './event-types.js';
import { keywordOf } from './keywords.js';
import { guidOf, incomingId } from './message-id.js';
import { numberAsE164 } from './number-form.js';
import type { OptOuts } from './opt-outs.js';
import { segmentsOf } from './segments.js';
import { isNumber } from './senders.js';

export interface IncomingText {
  /** By which the carrier knows it again. */
  readonly id: string;
  /** As the carrier writes them. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** Product ms. */
  readonly receivedAt?: number | undefined;
}

export interface ReceiveParts {
  readonly numbers: OwnedNumbers;
  readonly optOuts: OptOuts;
  readonly arrived: ArrivedTexts;
  readonly clock: Clock;
  readonly geography: GeographySlug;
  readonly key: Buffer;
  /** At least once. */
  tell(resourceId: string, event: RowEvent): Promise<void>;
  /** Told of each text that came in, once or twice; must not wait for anything. */
  received(resourceId: string, facts: ReceivedFacts): void;
}

export interface ReceivedFacts {
  readonly messageId: string;
  readonly from: string;
  readonly characters: number;
  /** Product ms. */
  readonly at: number;
}

/** Doing it again does no harm. @returns undefined when nobody here takes texts at this number */
export async function receiveText(parts: ReceiveParts, incoming: IncomingText): Promise<string | undefined> {
  const { numbers, arrived, clock, geography, key, tell, received } = parts;
  const { id, text } = incoming;
  // Before anything is found by them: who wants no more, who was erased, whom it is told about.
  const [from, to] = [numberAsE164(incoming.from), numberAsE164(incoming.to)];
  const owned = await numbers.ownerOf(to);
  if (owned === undefined || !owned.capabilities.sms.includes('inbound')) {
    return undefined;
  }
  const { resourceId } = owned;
  const guid = guidOf(key, 'incoming', resourceId, to, id);
  const { at, isHeeded, isTold } = await arrived.add(guid, resourceId, Math.floor(clock.now()));
  const messageId = incomingId(geography, at, guid);
  if (isTold) {
    return messageId;
  }
  if (!isHeeded) {
    await heed(parts, guid, { resourceId, sender: to, recipient: from, text, at });
  }
  await tell(resourceId, {
    type: smsReceived,
    about: [resourceId, guid],
    subject: `/phonenumber/${to.slice(1)}`,
    time: at,
    data: {
      messageId,
      from,
      to,
      message: text,
      receivedTimestamp: toIso(incoming.receivedAt ?? at),
      segmentCount: segmentsOf(text).count,
    },
    // A short code, or a name, is nobody.
    concerns: isNumber(from) ? [{ kind: 'phoneNumber', e164: from }] : [],
  });
  await arrived.note(guid, { isTold: true });
  received(resourceId, { messageId, from, characters: text.length, at });
  return messageId;
}

interface Wish {
  readonly resourceId: string;
  readonly sender: string;
  readonly recipient: string;
  readonly text: string;
  /** When it came first, product ms. */
  readonly at: number;
}

/** What comes again because it could not be told must not undo what was said since. */
async function heed(
  { optOuts, arrived }: ReceiveParts,
  guid: string,
  { resourceId, sender, recipient, text, at }: Wish,
): Promise<void> {
  const keyword = keywordOf(text);
  if (keyword !== 'stop' && keyword !== 'start') {
    return;
  }
  if (keyword === 'stop') {
    await optOuts.add(resourceId, sender, recipient, at);
  } else {
    await optOuts.remove(resourceId, sender, recipient, at);
  }
  await arrived.note(guid, { isHeeded: true });
}
