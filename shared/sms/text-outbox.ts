// What is handed over of a text, and what becomes of it: the one place where the outcome of a hand-over is recorded.
import type { PersonalIdentifier } from '../data-map/index.js';
import type {
  Carrier,
  DeliveryFacts,
  Outcomes,
  OutboxRules,
  Parcel,
  RecipientOutcome,
  ToldOutcome,
} from '../deliveries/index.js';
import { codeOr } from './delivery-codes.js';
import { handOversAtOnce, maxWaitingTexts, textGiveUpMs } from './limits.js';
import type { TextContent, TextReport } from './model.js';
import { reportText, type ReportParts } from './report-text.js';

/** What a carrier says of a text that it has taken, beside that. */
export interface TextReceipt {
  /** What it calls the parts of it, in their order. */
  readonly references?: readonly string[];
  /** What has become of it already. */
  readonly report?: Pick<TextReport, 'status' | 'code'>;
  /** Somebody else has taken its acceptance over, and hands it over in its place. */
  readonly isSuperseded?: true;
}

export type SmsCarrier = Carrier<TextContent>;

export interface TextOutboxParts extends ReportParts {
  readonly carrier: SmsCarrier;
}

/** Names of the outbox and of its stores. */
export const textOutboxName = 'texts';

export function textRules(parts: TextOutboxParts): OutboxRules<TextContent> {
  return {
    name: textOutboxName,
    carrier: checkingCarrier(parts),
    giveUpAfterMs: textGiveUpMs,
    // The sender is a number of the owner's.
    concernsOf: () => [],
    recipientOf: (address): PersonalIdentifier => ({ kind: 'phoneNumber', e164: address }),
    onOutcome: (facts, outcomes) => recordOutcome(parts, facts, outcomes),
    atOncePerDestination: handOversAtOnce,
    maxWaitingPerDestination: maxWaitingTexts,
  };
}

async function recordOutcome(
  parts: TextOutboxParts,
  { reference: guid, attempts }: DeliveryFacts,
  [outcome]: readonly ToldOutcome[],
): Promise<void> {
  if (outcome === undefined) {
    return;
  }
  if (outcome.outcome !== 'taken') {
    // Where an attempt without an answer is made again, the carrier may have the text of any of them.
    const mayBeThere = parts.carrier.repeatsUnknown && attempts > 0;
    await reportText(parts, guid, { ...failureOf(outcome, mayBeThere), at: Math.floor(parts.clock.now()) });
    return;
  }
  const { references = [], report, isSuperseded } = (outcome.receipt ?? {}) as TextReceipt;
  if (isSuperseded) {
    return;
  }
  if (report !== undefined) {
    await reportText(parts, guid, { ...report, at: Math.floor(parts.clock.now()) });
    return;
  }
  await noteSent(parts, guid, references);
}

async function noteSent(parts: TextOutboxParts, guid: string, references: readonly string[]): Promise<void> {
  const { texts, clock } = parts;
  const text = await texts.findAccepted(guid);
  // Told again, or reported on already, by its id: nobody needs what the carrier calls it then.
  if (text === undefined || text.who === '' || (text.state !== 'open' && text.state !== 'sent')) {
    return;
  }
  const at = Math.floor(clock.now());
  const hashes = references.map((reference) => parts.references.hashOf(reference));
  const sent = { state: 'sent', at, references: hashes } as const;
  await texts.change(text.hash, ({ state, who }) => (state === 'open' && who !== '' ? sent : undefined), text);
  await texts.refer(references, guid, text, at);
}

function failureOf(
  outcome: Exclude<ToldOutcome, { readonly outcome: 'taken' }>,
  mayBeThere: boolean,
): Pick<TextReport, 'status' | 'code'> {
  switch (outcome.outcome) {
    case 'refused':
      return { status: 'Failed', code: codeOr(outcome.reason, 5000) };
    case 'expired':
      return mayBeThere ? { status: 'Unknown', code: 9999 } : { status: 'Failed', code: 5001 };
    case 'unknown':
      return { status: 'Unknown', code: 9999 };
  }
}

/**
 * The carrier, behind a look whether the text is still the one to be handed over, where another request may have taken its
 * acceptance over.
 */
const superseded: RecipientOutcome = { outcome: 'taken', receipt: { isSuperseded: true } satisfies TextReceipt };
const notAsked: RecipientOutcome = { outcome: 'deferred', reason: 'storage' };

function checkingCarrier({ texts, carrier }: TextOutboxParts): SmsCarrier {
  /** undefined when storage does not say it: nothing has left the house then. */
  const isOwn = async ({ content: { guid, claim } }: Parcel<TextContent>): Promise<boolean | undefined> => {
    try {
      return await texts.isStillOf(texts.hashOf(guid), claim);
    } catch {
      return undefined;
    }
  };
  return {
    ...carrier,
    handOver: async (parcels, signal) => {
      const own = await Promise.all(parcels.map(isOwn));
      const going = parcels.filter((_, index) => own[index] === true);
      const outcomes = going.length === 0 ? [] : [...(await carrier.handOver(going, signal))];
      return parcels.map(({ recipients }, index): Outcomes => {
        if (own[index] === true) {
          return outcomes.shift() ?? {};
        }
        const outcome = own[index] === false ? superseded : notAsked;
        return Object.fromEntries(recipients.map(({ id }) => [id, outcome]));
      });
    },
  };
}
