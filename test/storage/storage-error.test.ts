import { createHttpHeaders, createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import {
  StorageConflict,
  StorageNotFound,
  StorageRefused,
  StorageStale,
  StorageTooLarge,
  StorageUnavailable,
  StorageUnknownOutcome,
} from '../../shared/storage/index.js';
import { toStorageError } from '../../shared/storage/storage-error.js';

function restError(statusCode: number | undefined, code: string, message = 'SECRET') {
  const request = createPipelineRequest({ url: 'http://127.0.0.1/SECRET', body: 'SECRET' });
  const headers = createHttpHeaders({ 'x-ms-request-id': 'request-1' });
  return statusCode === undefined
    ? new RestError(message, { code, request })
    : new RestError(message, { code, statusCode, request, response: { request, status: statusCode, headers } });
}

describe('A storage error', () => {
  it.each([
    [409, 'EntityAlreadyExists', StorageConflict],
    [409, 'TableBeingDeleted', StorageRefused],
    [412, 'UpdateConditionNotSatisfied', StorageStale],
    [404, 'ResourceNotFound', StorageNotFound],
    [404, 'TableNotFound', StorageRefused],
    [413, 'RequestBodyTooLarge', StorageTooLarge],
    [400, 'PropertyValueTooLarge', StorageTooLarge],
    [400, 'InvalidInput', StorageRefused],
    [403, 'AuthenticationFailed', StorageRefused],
    [500, 'InternalError', StorageUnknownOutcome],
    [503, 'ServerBusy', StorageUnknownOutcome],
    [200, 'PARSE_ERROR', StorageUnknownOutcome],
    [undefined, 'ETIMEDOUT', StorageUnknownOutcome],
    [undefined, 'ECONNRESET', StorageUnknownOutcome],
  ] as const)('for %s %s says what happened to a write', (status, code, kind) => {
    const error = toStorageError(restError(status, code), 'write');
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, code, requestId: status === undefined ? undefined : 'request-1' });
  });

  it('never calls a read that failed an unknown outcome', () => {
    expect(toStorageError(restError(500, 'InternalError'), 'read')).toBeInstanceOf(StorageUnavailable);
    expect(toStorageError(restError(undefined, 'ETIMEDOUT'), 'read')).toBeInstanceOf(StorageUnavailable);
  });

  it('carries nothing of the SDK’s error, which holds the request', () => {
    const errors = [
      restError(400, 'SECRET code that is a sentence'),
      restError(409, 'EntityAlreadyExists', '7:SECRET'),
      new Error('Unexpected sub-response: SECRET'),
      'SECRET',
    ].map((error) => toStorageError(error, 'write') as Error & { failedIndex?: number });
    for (const error of errors) {
      expect([error.stack, error.cause, ...Object.values(error)].join('\n')).not.toContain('SECRET');
    }
    expect(errors[1]?.failedIndex).toBe(7);
    expect(errors[2]).toBeInstanceOf(StorageUnknownOutcome);
  });

  it('is not made of a caller’s own abort', () => {
    const aborted = new DOMException('Stopped.', 'AbortError');
    expect(toStorageError(aborted, 'write')).toBe(aborted);
  });
});
