// How sending a mail stands, as an operation that is watched.
import type { OperationRecord } from '../jobs/index.js';
import { emailFaults } from './faults.js';
import { mailGiveUpMs } from './limits.js';
import type { SendParts } from './send-mail.js';

export const sendMailKind = 'send-mail';

/** After its last hour nobody reports any more, as when the sender was erased meanwhile. */
const lateMs = 60 * 60_000;

const lookAgainMs = 20;

type FindParts = Pick<SendParts, 'sent' | 'clock' | 'pause'>;

/** @param holdMs how long is waited for the end of one that is under way, real ms */
export async function findSendOperation(
  parts: FindParts,
  resourceId: string,
  id: string,
  holdMs: number,
): Promise<OperationRecord | undefined> {
  const until = parts.clock.monotonic() + holdMs;
  for (;;) {
    const found = await findNow(parts, resourceId, id);
    if (found?.status !== 'running' || parts.clock.monotonic() >= until) {
      return found;
    }
    await parts.pause(lookAgainMs);
  }
}

async function findNow(
  { sent, clock }: FindParts,
  resourceId: string,
  id: string,
): Promise<OperationRecord | undefined> {
  const mail = /^[\da-f-]{36}$/.test(id) ? await sent.find(resourceId, id) : undefined;
  if (mail === undefined || mail.keptUntil <= clock.now()) {
    return undefined;
  }
  const { status, createdOn, keptUntil, error } = mail;
  const isOpen = status === 'notStarted' || status === 'running';
  const isOver = isOpen && clock.now() >= createdOn + mailGiveUpMs + lateMs;
  const { code, message } = emailFaults.expired;
  const failure = isOver ? { code, message } : error;
  return {
    id,
    kind: sendMailKind,
    // What is being accepted has begun, for whoever asks.
    status: isOver ? 'failed' : status === 'notStarted' ? 'running' : status,
    createdOn,
    keptUntil,
    ...(failure !== undefined && { error: failure }),
  };
}
