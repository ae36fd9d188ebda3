// Sends a text to each of its recipients: from the moment that it lies in the outbox it is handed over, or its last hour
// comes.
//
// The order of writes: the record of the text; the outbox; the note in the record that it lies there. Whoever repeats a
// request meets the record, waits until the first one has ended, and gives the same answer. When the first has died, it
// takes the acceptance over. Nothing is handed over before the record says for whom: of what several have put into the outbox
// one alone goes, known by its claim.
import type { Outbox } from '../deliveries/index.js';
import type { GeographySlug, Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import type { OwnedNumbers } from '../phone-numbers/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { recipientErrors } from './faults.js';
import { repeatWaitMs, sentTextLifeMs, takeOverAfterMs, textGiveUpMs } from './limits.js';
import { guidOf, outgoingId } from './message-id.js';
import type { TextContent, TextFacts } from './model.js';
import type { OptOuts } from './opt-outs.js';
import { problemOfRepeatability } from './repeatability.js';
import { type ReportParts, reportText } from './report-text.js';
import { requireSender, type SenderParts } from './require-sender.js';
import { segmentsOf } from './segments.js';
import { isNumber } from './senders.js';
import { type SentText, type StoredText, timeOutTextKind } from './text-rows.js';
import type { TextRoutes } from './text-routes.js';
import type { DueIndex } from '../storage/index.js';

export interface SendTextsParts extends ReportParts, SenderParts {
  readonly ids: Ids;
  readonly clock: Clock;
  readonly due: DueIndex;
  readonly geography: GeographySlug;
  readonly numbers: OwnedNumbers;
  readonly optOuts: OptOuts;
  readonly outbox: Pick<Outbox<TextContent>, 'accept'>;
  readonly routes: TextRoutes;
  /** For ids that follow from what makes a request repeatable. */
  readonly key: Buffer;
  /** For what is opened without anybody's id: see `timeoutSeal`. */
  readonly timeoutId: string;
  /** Waits in real time. */
  pause(ms: number): Promise<void>;
  /** Told of what failed for one recipient, who is answered for all the same. */
  reportFailure(failure: unknown): void;
}

export interface TextRecipient {
  readonly to: string;
  readonly requestId?: string | undefined;
  readonly firstSent?: string | undefined;
}

export interface TextRequest {
  readonly from: string;
  readonly recipients: readonly TextRecipient[];
  readonly text: string;
  readonly reportWanted: boolean;
  readonly tag?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
}

/** As recorded: of one that was not accepted there is no id. */
export interface TextResult {
  readonly to: string;
  readonly messageId?: string;
  readonly status: 202 | 400 | 503;
  readonly repeatability?: 'accepted' | 'rejected';
  readonly error?: string;
}

/** @throws {Fault} 401 when it may not be sent from there, 503 when nothing carries texts */
export async function sendTexts(
  parts: SendTextsParts,
  resource: Resource,
  request: TextRequest,
): Promise<readonly TextResult[]> {
  parts.routes.requireRoute();
  await requireSender(parts, resource, request.from);
  return Promise.all(request.recipients.map((recipient) => sendOne(parts, resource, request, recipient)));
}

async function sendOne(
  parts: SendTextsParts,
  { immutableId: resourceId }: Resource,
  request: TextRequest,
  recipient: TextRecipient,
): Promise<TextResult> {
  const { to, requestId } = recipient;
  if (!isNumber(to)) {
    return { to, status: 400, error: recipientErrors.invalidTo };
  }
  const problem = problemOfRepeatability(parts.clock, recipient);
  if (problem !== undefined) {
    return { to, status: 400, repeatability: 'rejected', error: problem };
  }
  const guid =
    requestId === undefined ? parts.ids.uuid() : guidOf(parts.key, 'message', resourceId, to, requestId.toLowerCase());
  try {
    const record = toRecord(parts, resourceId, guid, request, to);
    const found = await parts.texts.begin(record);
    const own = found.claim === record.claim ? found : await meet(parts, guid, found, record);
    const { createdOn, isAccepted } = own;
    if (!isAccepted) {
      await accept(parts, guid, own, request, to);
    }
    return { to, messageId: outgoingId(parts.geography, createdOn, guid), status: 202, repeatability: 'accepted' };
  } catch (failure) {
    if (!(failure instanceof StillBeingAccepted || failure instanceof Fault)) {
      parts.reportFailure(failure);
    }
    return { to, status: 503, error: recipientErrors.unavailable };
  }
}

/** Somebody else accepts it just now, or has died in it a moment ago. */
class StillBeingAccepted extends Error {}

function toRecord(
  { texts, seals, clock, ids, timeoutId }: SendTextsParts,
  resourceId: string,
  guid: string,
  { from, text, reportWanted, tag, timeoutSeconds }: TextRequest,
  to: string,
): SentText {
  const createdOn = Math.floor(clock.now());
  const facts: TextFacts = { from, to, reportWanted, ...(tag !== undefined && { tag }) };
  return {
    hash: texts.hashOf(guid),
    resourceId,
    claim: ids.bytes(9).toString('base64url'),
    claimedMs: Math.floor(clock.realNow()),
    isAccepted: false,
    createdOn,
    keptUntil: createdOn + sentTextLifeMs,
    state: 'open',
    code: 0,
    at: createdOn,
    sealed: seals.close(guid, facts),
    who: texts.hashOfNumber(resourceId, to),
    segments: segmentsOf(text).count,
    parts: {},
    partCount: 0,
    references: [],
    timeoutSeal: reportWanted && timeoutSeconds !== undefined ? seals.close(timeoutId, guid) : '',
  };
}

/** @returns the record to go on with: accepted already, or claimed by this request now */
async function meet(
  { texts, clock, pause }: SendTextsParts,
  guid: string,
  met: StoredText,
  own: SentText,
): Promise<StoredText> {
  const until = clock.monotonic() + repeatWaitMs;
  let found: StoredText | undefined = met;
  while (found !== undefined && !found.isAccepted) {
    if (found.keptUntil - clock.now() <= textGiveUpMs) {
      // Its record would go while it is tried, and with it that it is this request's.
      throw new StillBeingAccepted();
    }
    if (clock.realNow() - found.claimedMs >= takeOverAfterMs) {
      const taken = await texts.takeOver(found, { claim: own.claim, claimedMs: own.claimedMs });
      if (taken !== undefined) {
        return taken;
      }
    } else if (clock.monotonic() >= until) {
      throw new StillBeingAccepted();
    } else {
      await pause(100);
    }
    found = await texts.find(guid);
  }
  if (found === undefined) {
    // It was taken back, or its time is over.
    throw new StillBeingAccepted();
  }
  return found;
}

async function accept(
  parts: SendTextsParts,
  guid: string,
  record: StoredText,
  { from, text, reportWanted, timeoutSeconds }: TextRequest,
  to: string,
): Promise<void> {
  const { texts, optOuts, outbox, routes, due, clock, geography } = parts;
  const { resourceId, claim, createdOn, hash } = record;
  if (await optOuts.has(resourceId, from, to)) {
    await reportText(parts, guid, { status: 'Failed', code: 4007, at: Math.floor(clock.now()) });
    return;
  }
  const timeoutMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1_000;
  if (record.timeoutSeal !== '' && timeoutMs !== undefined) {
    await due.add({ kind: timeOutTextKind, id: hash, dueMs: createdOn + timeoutMs });
  }
  const content: TextContent = {
    guid,
    messageId: outgoingId(geography, createdOn, guid),
    from,
    text,
    reportWanted,
    validForSeconds: timeoutSeconds ?? sentTextLifeMs / 1_000,
    claim,
  };
  const toOutbox = async () => {
    await outbox.accept({
      resourceId,
      destination: routes.destinationOf(to),
      recipients: [{ id: '1', address: to }],
      content,
      reference: guid,
      giveUpAfterMs: Math.min(textGiveUpMs, timeoutMs ?? textGiveUpMs),
    });
  };
  try {
    if (!(await texts.start(record, toOutbox))) {
      throw new StillBeingAccepted();
    }
  } catch (error) {
    // What was refused lies nowhere; of anything else nobody knows.
    if (error instanceof Fault) {
      await texts.withdraw(record);
    }
    throw error;
  }
}
