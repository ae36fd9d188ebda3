// One mail that was handed in: read, and given to the app, which says whether it has it. Only then the client is told so.
import type { Ids } from '../shared/time/ids.js';
import { type AppAnswer, type AppClient, AppUnreachable } from './app-client.js';
import { operationIdOf } from './operation-id.js';
import { readSubmission } from './read-submission.js';
import { appCodes, errorOf, refusalOf } from './refusal-of.js';
import type { GatewayUser } from './sign-ins.js';
import { laterRefusal } from './smtp-refusal.js';

export interface TakeParts {
  readonly app: Pick<AppClient, 'ask'>;
  readonly ids: Ids;
  /** Operation ids of messages that come again follow from it. */
  readonly key: Buffer;
}

/**
 * @returns id of the operation
 * @throws {SmtpRefusal}
 */
export async function takeSubmission(
  { app, ids, key }: TakeParts,
  { username, resource, host }: GatewayUser,
  recipients: readonly string[],
  raw: Buffer,
): Promise<string> {
  const { messageId, ...submission } = await readSubmission(raw, recipients);
  const operationId = operationIdOf(key, ids, { resource, recipients, raw, messageId });
  const answer = await app
    .ask('/gateway/mails', { resource, username, operationId, ...submission }, host)
    .catch((error: unknown) => {
      throw error instanceof AppUnreachable ? laterRefusal() : error;
    });
  if (isAccepted(answer, operationId) || (messageId !== undefined && wasTakenBefore(answer))) {
    return operationId;
  }
  throw refusalOf(answer);
}

/** It names the operation: another server that answers 200 to everything is not believed. */
function isAccepted({ status, body }: AppAnswer, operationId: string): boolean {
  return status === 202 && (body as { readonly id?: unknown } | undefined)?.id === operationId;
}

/** An id that follows from the message itself was taken by the same message, perhaps read by an older build. */
function wasTakenBefore({ status, body }: AppAnswer): boolean {
  return status === 409 && errorOf(body).code === appCodes.operationIdTaken;
}
