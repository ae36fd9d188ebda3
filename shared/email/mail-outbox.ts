// What is handed over of a mail, and what becomes of it: the one place where the outcome of a recipient is recorded.
import type { PersonalIdentifier } from '../data-map/index.js';
import type { Carrier, DeliveryFacts, Outcomes, OutboxRules, Parcel, ToldOutcome } from '../deliveries/index.js';
import type { Clock } from '../time/clock.js';
import { emailFaults } from './faults.js';
import { acceptanceLimitMs, carriesPerRelay, mailGiveUpMs, untoldLifeMs } from './limits.js';
import type { RecipientOutcomeState } from './mail-states.js';
import type { MailDomain } from './model.js';
import type { SentMail } from './sent-mail-rows.js';
import type { MailChange, SentMails } from './sent-mails.js';

/** Goes with the message itself, which is the body of the delivery. */
export interface MailContent {
  /** Of the operation. */
  readonly mailId: string;
  /** Of the request that has accepted it. */
  readonly claim: string;
  /** Real ms. */
  readonly claimedMs: number;
  readonly sender: string;
  /** Where bounces go: the sender of the envelope. */
  readonly returnPath: string;
  readonly where: MailDomain;
}

/** What a carrier has found out of a recipient beyond taken or not. */
export interface MailReceipt {
  readonly state?: RecipientOutcomeState['state'];
  readonly reason?: string;
  /** Host name of the server that has taken it. */
  readonly server?: string;
}

/** Begins a reason of what is refused for good because the address takes no mail. */
export const bouncedReason = 'bounced';
/** A deferral whose reason begins so was said by the other side: the mail is on its way. */
export const saidLater = 'said';

export interface MailOutboxParts {
  readonly sent: SentMails;
  readonly carrier: Carrier<MailContent>;
  readonly clock: Clock;
  /** Told of each recipient whose state is about to be another; at least once. When it throws, it is told again. */
  recorded(outcome: RecordedOutcome): Promise<void>;
  /** Told of each recorded outcome, with the address that it is about; at least once, as above. */
  report(outcome: ReportedOutcome): Promise<void>;
}

/** The same for telling it outside: the only place where an outcome still has an address. */
export interface ReportedOutcome extends RecordedOutcome {
  /** Of the recipient. Whoever is told of it keeps it no longer than the telling takes. */
  readonly address: string;
  /** Host name of who has said so; empty when nobody did, or it is not known. */
  readonly server: string;
}

/** What became of one recipient. */
export interface RecordedOutcome extends RecipientOutcomeState {
  readonly resourceId: string;
  readonly mailId: string;
  readonly internetMessageId: string;
  readonly where: MailDomain;
  /** Empty when the person was erased meanwhile. */
  readonly sender: string;
  /** Keyed hash of the recipient; empty when the person was erased meanwhile. */
  readonly recipientHash: string;
  /** Place among the recipients of the mail. */
  readonly recipient: number;
}

/** Names of the outbox and of its stores. */
export const mailOutboxName = 'mails';

export function mailRules(parts: MailOutboxParts): OutboxRules<MailContent> {
  return {
    name: mailOutboxName,
    carrier: checkingCarrier(parts),
    giveUpAfterMs: mailGiveUpMs,
    concernsOf: ({ sender }): readonly PersonalIdentifier[] => [{ kind: 'email', address: sender.toLowerCase() }],
    recipientOf: (address): PersonalIdentifier => ({ kind: 'email', address: address.toLowerCase() }),
    onOutcome: (facts, outcomes) => recordOutcomes(parts, facts, outcomes),
    keepsUntoldForMs: untoldLifeMs,
    // Behind the record, so that whoever hears that it is on its way finds it put off.
    onPutOff: async ({ resourceId, reference }, open) => {
      if (open.some(({ reason }) => reason.startsWith(saidLater))) {
        await parts.sent.change(resourceId, reference, { status: 'succeeded' });
      }
    },
    atOncePerDestination: carriesPerRelay,
  };
}

/** Who is known to have said what, by place of the recipient. */
export type Said = ReadonlyMap<number, Pick<ReportedOutcome, 'address' | 'server'>>;

/**
 * Records what was found out of a mail, and tells it on: what its carrier says, and what comes later, such as a bounce. It is
 * told outside behind the record, so that whoever asks is not kept waiting by a topic that takes nothing.
 */
export async function recordChange(
  { sent, recorded, report }: Pick<MailOutboxParts, 'sent' | 'recorded' | 'report'>,
  resourceId: string,
  mailId: string,
  change: MailChange,
  said: Said,
): Promise<void> {
  const after = await sent.change(resourceId, mailId, change, async ({ mail, changed }) => {
    for (const recipient of changed) {
      await recorded(outcomeOf(resourceId, mail, recipient));
    }
  });
  if (after === undefined) {
    return;
  }
  for (const [recipient, { state }] of change.states ?? []) {
    const outcome = outcomeOf(resourceId, after, recipient);
    const told = said.get(recipient);
    const isErased = outcome.recipientHash === '' || outcome.sender === '';
    if (told !== undefined && !isErased && outcome.state === state) {
      await report({ ...outcome, ...told });
    }
  }
}

/** @throws {Error} when the mail has no such recipient */
export function outcomeOf(resourceId: string, mail: SentMail, recipient: number): RecordedOutcome {
  const { id: mailId, internetMessageId, ownerId, domain, sender, who, states } = mail;
  const state = states[recipient];
  if (state === undefined) {
    throw new Error('A mail has no such recipient.');
  }
  return {
    ...state,
    resourceId,
    mailId,
    internetMessageId,
    where: { resourceId: ownerId, domain },
    sender,
    recipientHash: who[recipient] ?? '',
    recipient,
  };
}

async function recordOutcomes(
  parts: MailOutboxParts,
  { resourceId, reference, acceptedOn }: DeliveryFacts,
  outcomes: readonly ToldOutcome[],
): Promise<void> {
  const at = Math.floor(parts.clock.now());
  const states = new Map(outcomes.map((outcome) => [Number(outcome.recipient), { ...stateOf(outcome), at }]));
  const isGivenUp = outcomes.every(({ outcome }) => outcome === 'expired');
  const said = new Map(
    outcomes.flatMap(({ recipient, address, ...outcome }) => {
      const { server = '' } = (('receipt' in outcome ? outcome.receipt : undefined) ?? {}) as MailReceipt;
      return address === undefined ? [] : [[Number(recipient), { address, server }] as const];
    }),
  );
  // What went out to somebody has succeeded already.
  const status = isGivenUp ? ({ status: 'failed', error: expiredError } as const) : ({ status: 'succeeded' } as const);
  await recordChange(parts, resourceId, reference, { states, ...status, acceptedOn }, said);
}

const expiredError = { code: emailFaults.expired.code, message: emailFaults.expired.message };

function stateOf(outcome: ToldOutcome): Omit<RecipientOutcomeState, 'at'> {
  if (outcome.outcome === 'taken') {
    const { state = 'Delivered', reason } = (outcome.receipt ?? {}) as MailReceipt;
    return { state, ...(reason !== undefined && { reason }) };
  }
  const isBounce = outcome.outcome === 'refused' && outcome.reason.startsWith(bouncedReason);
  return { state: isBounce ? 'Bounced' : 'Failed', reason: outcome.reason.replace(/^bounced /, '') };
}

/**
 * The carrier, behind a look whether the mail is still the one to be handed over, where another request may have taken its
 * acceptance over.
 */
function checkingCarrier({ sent, carrier, clock }: MailOutboxParts): Carrier<MailContent> {
  const isSuperseded = async ({ resourceId, content }: Parcel<MailContent>): Promise<boolean> => {
    if (clock.realNow() - content.claimedMs < acceptanceLimitMs) {
      return false;
    }
    const mail = await sent.find(resourceId, content.mailId);
    return mail !== undefined && mail.claim !== content.claim;
  };
  const handOverOne = async (parcel: Parcel<MailContent>, signal: AbortSignal): Promise<Outcomes> => {
    if (await isSuperseded(parcel)) {
      const taken = { outcome: 'taken', receipt: { state: 'OutForDelivery' } } as const;
      return Object.fromEntries(parcel.recipients.map(({ id }) => [id, taken]));
    }
    const [outcomes = {}] = await carrier.handOver([parcel], signal);
    return outcomes;
  };
  return {
    ...carrier,
    handOver: (parcels, signal) => Promise.all(parcels.map((parcel) => handOverOne(parcel, signal))),
  };
}
