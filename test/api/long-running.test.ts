import { expect, it } from 'vitest';
import { answerResult, begun as armBegun, renderStatus, watched } from '../../functions/wire/arm/long-running.js';
import {
  begun,
  camelCaseStates,
  type LongRunningStyle,
  OperationIdHeader,
  pascalCaseStates,
} from '../../functions/wire/long-running.js';
import type { RequestFacts } from '../../shared/api/index.js';
import type { OperationRecord } from '../../shared/jobs/index.js';

const request: RequestFacts = {
  clientRequestId: undefined,
  repeatabilityRequestId: undefined,
  origin: 'https://contoso.europe.example',
  apiVersion: '2025-06-01',
  isForwarded: false,
  deadline: 0,
};

it('An operation of email is named as recorded: absolute, with Retry-After and states with a capital', () => {
  const email: LongRunningStyle = {
    path: '/emails/operations',
    states: pascalCaseStates,
    addresses: 'absolute',
    retryAfterSeconds: 30,
  };
  const id = '1b2c3d4e-0000-4000-8000-000000000001';
  const body = { id, status: email.states.running, error: null };
  expect(begun(email, request, { id, body })).toEqual({
    status: 202,
    body: { id, status: 'Running', error: null },
    headers: {
      'operation-location': `https://contoso.europe.example/emails/operations/${id}?api-version=2025-06-01`,
      'retry-after': '30',
    },
  });
});

it('An operation on phone numbers is named as recorded: relative, without a body, with its ids in headers', () => {
  const phoneNumbers: LongRunningStyle = {
    path: '/phoneNumbers/operations',
    states: camelCaseStates,
    addresses: 'relative',
    namesId: true,
  };
  const resultPath = '/availablePhoneNumbers/searchResults/7';
  const search = { id: 'search_7', resultPath, headers: { 'search-id': '7' } };
  expect(begun(phoneNumbers, request, search)).toEqual({
    status: 202,
    body: undefined,
    headers: {
      location: '/availablePhoneNumbers/searchResults/7?api-version=2025-06-01',
      'operation-location': '/phoneNumbers/operations/search_7?api-version=2025-06-01',
      'operation-id': 'search_7',
      'search-id': '7',
    },
  });
  expect(phoneNumbers.states.notStarted).toBe('notStarted');
});

it('A failed operation of management says why', () => {
  const error = { code: 'Outdated', message: 'Begin it again.' };
  const record: OperationRecord = { id: '1', kind: 'test', status: 'failed', createdOn: 0, error };
  expect(renderStatus(operation, record)).toMatchObject({ status: 'Failed', error });
});

it('An id that a client chooses is a UUID in any case, or none', () => {
  const id = '1B2C3D4E-0000-4000-8000-000000000001';
  expect(OperationIdHeader.parse({ 'operation-id': id })).toEqual({ 'operation-id': id.toLowerCase() });
  expect(OperationIdHeader.parse({})).toEqual({});
  expect(OperationIdHeader.safeParse({ 'operation-id': 'mine' }).success).toBe(false);
});

const operation = { subscriptionId: 's', location: 'europe', id: '1' };
const path = '/subscriptions/s/providers/Microsoft.Communication/locations/europe';

it.each([
  ['notStarted', 'InProgress', 0, 202],
  ['running', 'InProgress', 0, 202],
  ['succeeded', 'Succeeded', 100, 204],
  ['failed', 'Failed', 100, 204],
  ['canceled', 'Canceled', 100, 204],
] as const)('Management shows an operation that is %s as %s', (status, shown, percentComplete, resultStatus) => {
  const record: OperationRecord = { id: '1', kind: 'test', status, createdOn: Date.UTC(2026, 10, 23) };
  expect(renderStatus(operation, record)).toEqual({
    id: `${path}/operationStatuses/1`,
    name: '1',
    status: shown,
    startTime: '2026-11-23T00:00:00.0000000+00:00',
    percentComplete,
  });
  expect(answerResult(request, operation, record).status).toBe(resultStatus);
});

it('Management names where an operation is watched: its status, or an answer that is 202 until it is done', () => {
  const query = '?api-version=2025-06-01';
  const { origin } = request;
  expect(watched(request, operation, 201, { id: 'x' })).toEqual({
    status: 201,
    body: { id: 'x' },
    headers: { 'azure-asyncoperation': `${origin}${path}/operationStatuses/1${query}`, 'retry-after': '1' },
  });
  expect(armBegun(request, operation)).toEqual({
    status: 202,
    body: undefined,
    headers: { location: `${origin}${path}/operationResults/1${query}`, 'retry-after': '1' },
  });
});
