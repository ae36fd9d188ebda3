// Sends a mail: from the moment that it lies in the outbox it is handed over, or its last hour comes.
//
// The order of writes: the record of the mail, marked as not started; the outbox; the mark taken away. Whoever repeats a
// request meets the record, waits until the first one has ended, and answers with the same operation. When the first has
// died, it takes the acceptance over: what the dead one may have left in the outbox is known by its claim, and not handed
// over any more.
import { buffer } from 'node:stream/consumers';
import { keyedHash } from '../auth/index.js';
import { lastHourReason, type Outbox } from '../deliveries/index.js';
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { jobFaults } from '../jobs/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { composeMime } from './compose-mime.js';
import type { EngagementTokens } from './engagement/engagement-tokens.js';
import { trackMail } from './engagement/track-mail.js';
import { emailFaults } from './faults.js';
import type { Sender, Senders } from './find-sender.js';
import { hashMail } from './hash-mail.js';
import { acceptanceLimitMs, maxTrackedBytes, repeatWaitMs, sentMailLifeMs } from './limits.js';
import { domainOf, type Mail, recipientsOf } from './mail.js';
import { type MailContent, type MailOutboxParts, outcomeOf } from './mail-outbox.js';
import type { RecipientOutcomeState } from './mail-states.js';
import type { MailRoutes } from './mail-routes.js';
import type { ReturnPaths } from './return-path.js';
import type { SentMail, StoredMail } from './sent-mail-rows.js';
import type { SentMails } from './sent-mails.js';
import type { SuppressedAddresses } from './suppressed-addresses.js';

export interface SendParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly senders: Senders;
  readonly addresses: Pick<SuppressedAddresses, 'suppression'>;
  readonly sent: SentMails;
  readonly outbox: Pick<Outbox<MailContent>, 'accept'>;
  readonly routes: MailRoutes;
  readonly returnPaths: ReturnPaths;
  readonly tokens: EngagementTokens;
  /** Told of recipients who are suppressed; at least once. */
  readonly report: MailOutboxParts['report'];
  /** For ids that follow from a request, and hashes of what it says. */
  readonly key: Buffer;
  /** Waits in real time. */
  pause(ms: number): Promise<void>;
}

export interface SendRequest {
  readonly mail: Mail;
  /** As the caller has chosen it; lower case. */
  readonly operationId: string | undefined;
  /** It follows from what is sent: whoever sends that again after it has failed gets another attempt. */
  readonly isDerived?: boolean;
  /** Scheme, host and port at which the resource was asked: links of a tracked mail lead there. */
  readonly origin: string;
  /** The same when an SDK repeats a request by itself. */
  readonly clientRequestId: string | undefined;
}

/** What is inline in a row stays below this; it is the outbox's own figure. */
const inlineBytes = 256 * 1024;

/**
 * @returns id of the operation
 * @throws {Fault} 404, 400 for the sender, 409 when the id is that of another request, 429 and 413 of the outbox, 503
 */
export async function sendMail(parts: SendParts, resource: Resource, request: SendRequest): Promise<string> {
  const { mail, isDerived = request.operationId === undefined } = request;
  parts.routes.requireRoute(domainOf(mail.senderAddress));
  const sender = await parts.senders.find(resource, mail.senderAddress);
  const requestHash = hashMail(parts.key, mail).toString('base64url');
  const id = idOf(parts, resource, request, requestHash);
  const recipients = recipientsOf(mail);
  const states = await statesOf(parts, sender, recipients);
  const draft = toRecord(parts, resource, { mail, sender, id, requestHash, recipients, states });
  const begun = await parts.sent.begin(resource.immutableId, draft);
  const claimed =
    'id' in begun
      ? await meet(parts, resource, begun, { draft, mayBeginAnew: isDerived })
      : { etag: begun.etag, record: draft };
  if (claimed !== undefined && claimed.record.status === 'notStarted') {
    await accept(parts, resource, claimed, { mail, sender, recipients, origin: request.origin });
  } else {
    // Whoever repeats the request of one that died behind the record finds it ended, and not yet told.
    const ended = claimed?.record ?? ('id' in begun ? begun : draft);
    await tellDropped(parts, resource, ended, recipients);
  }
  return id;
}

async function tellDropped(
  parts: SendParts,
  { immutableId }: Resource,
  record: SentMail,
  recipients: readonly string[],
): Promise<void> {
  if (record.error?.code !== emailFaults.dropped.code || record.states.some(({ state }) => state !== 'Suppressed')) {
    return;
  }
  await tellSuppressed(parts, immutableId, record, recipients);
}

async function tellSuppressed(
  { report }: SendParts,
  resourceId: string,
  record: SentMail,
  recipients: readonly string[],
): Promise<void> {
  for (const [index, address] of recipients.entries()) {
    const isTold = record.states[index]?.state === 'Suppressed' && record.who[index] !== '' && record.sender !== '';
    if (isTold) {
      await report({ ...outcomeOf(resourceId, record, index), address, server: '' });
    }
  }
}

/** A repeated request has the same id: the caller's, or one that follows from the request and what it says. */
function idOf(
  { key, ids }: SendParts,
  { immutableId }: Resource,
  { operationId, clientRequestId }: SendRequest,
  requestHash: string,
): string {
  if (operationId !== undefined) {
    return operationId;
  }
  if (clientRequestId === undefined) {
    return ids.uuid();
  }
  const hex = keyedHash(key, 'operation', immutableId, clientRequestId, requestHash).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function statesOf(
  { addresses, clock, routes }: SendParts,
  { where }: Sender,
  recipients: readonly string[],
): Promise<readonly RecipientOutcomeState[]> {
  const at = Math.floor(clock.now());
  const isSuppressed = async (address: string) =>
    routes.isSuppressed(address) ?? (await addresses.suppression(where, address, at)) !== undefined;
  const suppressed = await Promise.all(recipients.map(isSuppressed));
  return suppressed.map((each) => ({ state: each ? 'Suppressed' : 'OutForDelivery', at }));
}

interface Accepting {
  readonly mail: Mail;
  readonly sender: Sender;
  readonly recipients: readonly string[];
}

function toRecord(
  { clock, ids, sent, key }: SendParts,
  { immutableId }: Resource,
  {
    mail,
    sender,
    id,
    requestHash,
    recipients,
    states,
  }: Accepting & {
    readonly id: string;
    readonly requestHash: string;
    readonly states: readonly RecipientOutcomeState[];
  },
): SentMail {
  const createdOn = Math.floor(clock.now());
  const isDropped = states.every(({ state }) => state === 'Suppressed');
  const tracksEngagement = sender.tracksEngagement && !mail.isUntracked && mail.html !== undefined;
  const unique = keyedHash(key, 'message-id', immutableId, id).toString('hex').slice(0, 32);
  return {
    id,
    status: isDropped ? 'failed' : 'notStarted',
    requestHash,
    claim: ids.bytes(12).toString('base64url'),
    claimedMs: Math.floor(clock.realNow()),
    createdOn,
    keptUntil: createdOn + sentMailLifeMs,
    ownerId: sender.where.resourceId,
    domain: sender.where.domain,
    sender: mail.senderAddress,
    internetMessageId: `<${unique}@${sender.mailDomain}>`,
    tracksEngagement,
    mailKey: tracksEngagement ? ids.bytes(16).toString('base64url') : '',
    states,
    who: recipients.map((address) => sent.hashOf(address)),
    ...(isDropped && { error: { code: emailFaults.dropped.code, message: emailFaults.dropped.message } }),
  };
}

interface Claimed {
  readonly etag: string;
  readonly record: SentMail;
}

/** Meets a request of the same id. @returns what is to be accepted all the same; undefined when that one has ended */
async function meet(
  { clock, sent, pause }: SendParts,
  { immutableId }: Resource,
  found: StoredMail,
  { draft, mayBeginAnew }: { readonly draft: SentMail; readonly mayBeginAnew: boolean },
): Promise<Claimed | undefined> {
  const until = clock.realNow() + repeatWaitMs;
  for (let record: StoredMail | undefined = found; record !== undefined; ) {
    if (record.requestHash !== draft.requestHash) {
      throw new Fault(jobFaults.operationIdTaken);
    }
    if (mayBeginAnew && hasReachedNobody(record)) {
      const anew = await sent.beginAnew(immutableId, record, draft);
      if (anew !== undefined) {
        return { etag: anew.etag, record: draft };
      }
    } else if (record.status !== 'notStarted') {
      return undefined;
    }
    if (record.status === 'notStarted' && clock.realNow() - record.claimedMs >= acceptanceLimitMs) {
      const { claim, claimedMs } = draft;
      const taken = await sent.takeOver(immutableId, record, { claim, claimedMs });
      if (taken !== undefined) {
        return { etag: taken.etag, record: { ...record, claim, claimedMs } };
      }
    }
    if (clock.realNow() >= until) {
      break;
    }
    await pause(100);
    record = await sent.find(immutableId, draft.id);
  }
  throw new Fault(emailFaults.beingAccepted, { retryAfterSeconds: 1 });
}

/** Whether it has failed, and nobody has it or may have it. */
function hasReachedNobody({ status, states }: SentMail): boolean {
  const isUnreached = ({ state, reason }: RecipientOutcomeState) =>
    state === 'Suppressed' || state === 'Bounced' || (state === 'Failed' && reason === lastHourReason);
  return status === 'failed' && states.every(isUnreached);
}

async function accept(
  parts: SendParts,
  { immutableId }: Resource,
  { etag, record }: Claimed,
  { mail, sender, recipients, origin }: Accepting & { readonly origin: string },
): Promise<void> {
  const { outbox, sent, routes, returnPaths, tokens } = parts;
  const open = recipients.flatMap((address, index) =>
    record.states[index]?.state === 'OutForDelivery' ? [{ id: String(index), address }] : [],
  );
  const content: MailContent = {
    mailId: record.id,
    claim: record.claim,
    claimedMs: record.claimedMs,
    sender: mail.senderAddress,
    returnPath: `${returnPaths.userFor(immutableId, record.id)}@${routes.bounceDomainOf(sender.mailDomain)}`,
    where: sender.where,
  };
  const mimeOf = (copy: Mail) =>
    composeMime(copy, {
      messageId: record.internetMessageId,
      sentOn: record.createdOn,
      senderName: mail.senderName ?? sender.displayName,
    });
  const isSmall = sizeOf(mail) < inlineBytes;
  // Links say to whom the mail was, so nobody gets those of another.
  const copyFor = async ({ id, address }: OpenRecipient) => {
    const { html } = mail;
    const about = { resourceId: immutableId, record, origin, recipient: Number(id), address };
    return html === undefined || record.mailKey === '' || sizeOf(mail) * open.length > maxTrackedBytes
      ? undefined
      : trackMail(tokens, { ...mail, html }, about);
  };
  const copies = copiesOf(mail, open, copyFor);
  const accepted: string[] = [];
  const toOutbox = async () => {
    await tellSuppressed(parts, immutableId, record, recipients);
    for await (const { copy, those: all } of copies) {
      for (const { destination, those } of routes.split(sender.mailDomain, all)) {
        const mime = await mimeOf(copy);
        const body = isSmall ? await buffer(mime) : mime;
        const order = { resourceId: immutableId, destination, recipients: those, content, body, reference: record.id };
        accepted.push((await outbox.accept(order)).id);
      }
    }
  };
  try {
    await sent.start(immutableId, record, etag, toOutbox);
  } catch (error) {
    // What was refused as a whole lies nowhere; of anything else nobody knows.
    if (error instanceof Fault && accepted.length === 0) {
      await sent.withdraw(immutableId, record);
    }
    throw error;
  }
}

interface OpenRecipient {
  readonly id: string;
  readonly address: string;
}

/** One after the other, so that no more than one of them is held; or the mail itself where their copies would be too much. */
async function* copiesOf(
  mail: Mail,
  open: readonly OpenRecipient[],
  copyFor: (recipient: OpenRecipient) => Promise<Mail | undefined>,
): AsyncGenerator<{ readonly copy: Mail; readonly those: readonly OpenRecipient[] }> {
  // That of the longest address is the largest.
  const [longest] = open.toSorted((one, other) => other.address.length - one.address.length);
  const largest = longest && (await copyFor(longest));
  if (largest === undefined || sizeOf(largest) * open.length > maxTrackedBytes) {
    yield { copy: mail, those: open };
    return;
  }
  for (const each of open) {
    const copy = each === longest ? largest : await copyFor(each);
    yield { copy: copy ?? mail, those: [each] };
  }
}

/** About what the message will take, without making it. */
function sizeOf({ plainText = '', html = '', attachments, headers }: Mail): number {
  const texts = 2 * (plainText.length + html.length) + headers.flat().join('').length;
  return texts + attachments.reduce((sum, { contentInBase64 }) => sum + 1.1 * contentInBase64.length + 512, 4_096);
}
