// What is no failure of the request: the same one may succeed in a moment, here or at another instance.
import { UnknownSecretVersion } from '../auth/index.js';
import { Fault, faults } from '../http/index.js';
import { StorageUnavailable, StorageUnknownOutcome } from '../storage/index.js';

const retryAfterSeconds = 1;
const passing = [StorageUnavailable, StorageUnknownOutcome, UnknownSecretVersion] as const;

/**
 * What the caller is told of a failure: 503 while storage does not answer or confirm, or while this instance has not got the
 * settings yet that others have; else the failure itself.
 *
 * A write that was not confirmed may have happened; operations that are repeated find that out by their own ids.
 */
export function asAnswered(failure: unknown): unknown {
  return passing.some((kind) => failure instanceof kind)
    ? new Fault(faults.serviceUnavailable, { retryAfterSeconds })
    : failure;
}
