// The closed set of ways in which storage can fail. An SDK error carries the request, and so contents and keys; it is
// translated here and never travels further.
import { isRestError } from '@azure/core-rest-pipeline';

export interface StorageErrorDetails {
  /** HTTP status; undefined when no answer came or a guard refused. */
  readonly status?: number | undefined;
  /** Error code of the service, the socket, or a guard. */
  readonly code?: string | undefined;
  /** `x-ms-request-id`, for a support case. */
  readonly requestId?: string | undefined;
  /** Which action of a transaction failed, from 0; undefined when not known or not a transaction. */
  readonly failedIndex?: number | undefined;
}

export abstract class StorageError extends Error {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly failedIndex: number | undefined;

  constructor(message: string, details: StorageErrorDetails = {}) {
    super(message);
    this.status = details.status;
    this.code = details.code;
    this.requestId = details.requestId;
    this.failedIndex = details.failedIndex;
  }
}

/** A row or blob with this name is there already; nothing was written. */
export class StorageConflict extends StorageError {
  override readonly name = 'StorageConflict';
}
/** The ETag is not the current one; nothing was written. */
export class StorageStale extends StorageError {
  override readonly name = 'StorageStale';
}
/** The row, blob or message to change is not there; nothing was written. */
export class StorageNotFound extends StorageError {
  override readonly name = 'StorageNotFound';
}
/** Too large for a row or a transaction; nothing was written. */
export class StorageTooLarge extends StorageError {
  override readonly name = 'StorageTooLarge';
}
/** Refused for another reason: a malformed request, no permission, a missing table. Nothing was written. */
export class StorageRefused extends StorageError {
  override readonly name = 'StorageRefused';
}
/** A write ended in a time-out, a reset or a server error: it may or may not have happened. */
export class StorageUnknownOutcome extends StorageError {
  override readonly name = 'StorageUnknownOutcome';
}
/** A read was not answered, retries included; it may be repeated later. */
export class StorageUnavailable extends StorageError {
  override readonly name = 'StorageUnavailable';
}

const tooLargeCodes = new Set([
  'EntityTooLarge',
  'PropertyValueTooLarge',
  'KeyValueTooLarge',
  'TooManyProperties',
  'RequestBodyTooLarge',
  'ContentLengthExceeded',
]);
const conflictCodes = new Set(['EntityAlreadyExists', 'BlobAlreadyExists']);
const missingCodes = new Set(['ResourceNotFound', 'EntityNotFound', 'BlobNotFound', 'MessageNotFound']);

/**
 * Translates what an SDK threw. A caller's AbortError and what is translated already pass unchanged; of anything else
 * only the name is kept, because the SDKs put answers into the texts of their errors.
 *
 * @param intent whether the failed call could have changed anything
 */
export function toStorageError(error: unknown, intent: 'read' | 'write'): unknown {
  if (error instanceof StorageError || (error instanceof Error && error.name === 'AbortError')) {
    return error;
  }
  if (!isRestError(error)) {
    return noAnswer(intent, { code: error instanceof Error ? error.name : 'Unknown' });
  }
  const status = error.statusCode;
  const code = serviceCode(error);
  const details: StorageErrorDetails = {
    status,
    code,
    requestId: error.response?.headers.get('x-ms-request-id'),
    failedIndex: failedIndex(error.message),
  };
  // A success that the SDK could not parse is no answer either.
  if (status === undefined || status < 300 || status >= 500 || status === 408 || status === 429) {
    return noAnswer(intent, details);
  }
  if (status === 412) {
    return new StorageStale('The stored item has changed since it was read.', details);
  }
  if (status === 413 || tooLargeCodes.has(code)) {
    return new StorageTooLarge('Storage refused a write as too large.', details);
  }
  if (status === 409 && conflictCodes.has(code)) {
    return new StorageConflict('An item with this name exists already.', details);
  }
  // A missing table or container is a broken deployment, not a missing item.
  if (status === 404 && missingCodes.has(code)) {
    return new StorageNotFound('The item is not in storage.', details);
  }
  return new StorageRefused(`Storage refused the request (${status} ${code}).`, details);
}

function noAnswer(intent: 'read' | 'write', details: StorageErrorDetails): StorageError {
  return intent === 'write'
    ? new StorageUnknownOutcome('Storage did not confirm a write; it may or may not have happened.', details)
    : new StorageUnavailable('Storage did not answer a read.', details);
}

/** The SDKs leave the service's code in different places; a code is a word, anything longer is not passed on. */
function serviceCode(error: {
  code?: string;
  response?: { headers: { get(name: string): string | undefined } };
  details?: unknown;
}): string {
  const details = error.details as { errorCode?: unknown; odataError?: { code?: unknown } } | undefined;
  const candidates = [
    error.code,
    error.response?.headers.get('x-ms-error-code'),
    details?.errorCode,
    details?.odataError?.code,
  ];
  const code = candidates.find((candidate) => typeof candidate === 'string' && /^\w{1,64}$/.test(candidate));
  return typeof code === 'string' ? code : 'Unknown';
}

/** A refused transaction says `<index>:<text>`. */
function failedIndex(message: string): number | undefined {
  const match = /^(\d{1,2}):/.exec(message);
  return match ? Number(match[1]) : undefined;
}
