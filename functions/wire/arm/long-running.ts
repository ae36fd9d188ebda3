// Long-running operations in the style of Azure Resource Manager: `Azure-AsyncOperation` leads to a status, `Location` to
// an answer that is 202 until it is done. https://github.com/cloud-and-ai-microsoft/resource-provider-contract/blob/master/v1.0/async-api-reference.md
import type { AnswerBody, RequestFacts } from '../../../shared/api/index.js';
import type { GeographySlug } from '../../../shared/geography/index.js';
import { Answer } from '../../../shared/http/index.js';
import type { OperationRecord, OperationStatus } from '../../../shared/jobs/index.js';
import { toSevenDigits } from '../../../shared/time/instant.js';
import type { OperationStatusResult } from './answers.js';
import { inSubscription } from './paths.js';

const operationStatus = `${inSubscription}/locations/{location}/operationStatuses/{operationId}` as const;
const operationResult = `${inSubscription}/locations/{location}/operationResults/{operationId}` as const;

/** Where operations are watched, as routes. */
export const armOperationRoutes = { status: `GET ${operationStatus}`, result: `GET ${operationResult}` } as const;

/** Which operation, and the geography that keeps it. */
export interface ArmOperation {
  readonly subscriptionId: string;
  readonly location: string;
  readonly id: string;
}

const states = {
  notStarted: 'InProgress',
  running: 'InProgress',
  succeeded: 'Succeeded',
  failed: 'Failed',
  canceled: 'Canceled',
} as const satisfies Readonly<Record<OperationStatus, string>>;

/** The operation that a geography notes for a request about a resource. */
export function operationOf(
  { geography }: { readonly geography: GeographySlug },
  { subscriptionId }: { readonly subscriptionId: string },
  id: string,
): ArmOperation {
  return { subscriptionId, location: geography, id };
}

/** The resource as it is, with the address at which the operation can be watched. */
export function watched<Status extends 200 | 201, Body>(
  request: RequestFacts,
  operation: ArmOperation,
  status: Status,
  body: Body,
): Answer<Status, Body> {
  return new Answer(status, body, {
    'azure-asyncoperation': addressOf(request, operationStatus, operation),
    'retry-after': '1',
  });
}

/** 202 with the address that answers 204 when it is done. */
export function begun(request: RequestFacts, operation: ArmOperation): Answer<202> {
  return new Answer(202, undefined, {
    location: addressOf(request, operationResult, operation),
    'retry-after': '1',
  });
}

/** What `Azure-AsyncOperation` leads to. */
export function renderStatus(
  operation: ArmOperation,
  { status, createdOn, endedOn, error }: OperationRecord,
): AnswerBody<typeof OperationStatusResult> {
  return {
    id: pathOf(operationStatus, operation),
    name: operation.id,
    status: states[status],
    startTime: toSevenDigits(createdOn),
    ...(endedOn !== undefined && { endTime: toSevenDigits(endedOn) }),
    percentComplete: isUnderWay(status) ? 0 : 100,
    ...(error !== undefined && { error }),
  };
}

/** What `Location` leads to: 202 with itself while the operation runs, then 204. */
export function answerResult(
  request: RequestFacts,
  operation: ArmOperation,
  { status }: OperationRecord,
): Answer<202 | 204> {
  return isUnderWay(status) ? begun(request, operation) : new Answer(204);
}

function isUnderWay(status: OperationStatus): boolean {
  return states[status] === 'InProgress';
}

function addressOf({ origin, apiVersion }: RequestFacts, template: string, operation: ArmOperation): string {
  return `${origin}${pathOf(template, operation)}?api-version=${apiVersion}`;
}

function pathOf(template: string, { subscriptionId, location, id }: ArmOperation): string {
  const path = template
    .replace('{subscriptionId}', subscriptionId)
    .replace('{location}', location)
    .replace('{operationId}', id);
  return `/${path}`;
}
