// How phone numbers show their long-running operations, as recorded: relative addresses, ids with the kind before them.
import type { AnswerBody, RequestFacts } from '../../shared/api/index.js';
import type { OperationRecord } from '../../shared/jobs/index.js';
import { numberWork } from '../../shared/phone-numbers/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';
import { addressOf, camelCaseStates, type LongRunningStyle } from '../wire/long-running.js';
import type { PhoneNumberOperation } from './answers.js';

/** The contract knows no cancelled ones: whoever watches is told that it failed, and why. */
export const numberOperationStyle = {
  path: '/phoneNumbers/operations',
  states: { ...camelCaseStates, canceled: 'failed' },
  addresses: 'relative',
  namesId: true,
} as const satisfies LongRunningStyle;

interface Kind {
  readonly prefix: string;
  readonly type: AnswerBody<typeof PhoneNumberOperation>['operationType'];
}

const kinds: Readonly<Record<string, Kind>> = {
  [numberWork.search]: { prefix: 'search', type: 'search' },
  [numberWork.purchase]: { prefix: 'purchase', type: 'purchase' },
  [numberWork.release]: { prefix: 'release', type: 'releasePhoneNumber' },
  [numberWork.update]: { prefix: 'capabilities', type: 'updatePhoneNumberCapabilities' },
  [numberWork.purchaseReservation]: { prefix: 'reservationPurchase', type: 'reservationPurchase' },
};

/** When it was touched last, of one that was not. */
const never = '0001-01-01T00:00:00+00:00';
const canceled = { code: 'OperationCanceled', message: 'The operation was cancelled.' };

export function wireIdOf({ kind, id }: Pick<OperationRecord, 'kind' | 'id'>): string {
  return `${kinds[kind]?.prefix}_${id}`;
}

export function searchResultPath(searchId: string): string {
  return `/availablePhoneNumbers/searchResults/${searchId}`;
}

/** As recorded, with its plus sign as it is. */
export function numberPath(phoneNumber: string): string {
  return `/phoneNumbers/${phoneNumber}`;
}

/** @param resultPath of what there is, or will be */
export function renderNumberOperation(
  record: OperationRecord,
  request: RequestFacts,
  resultPath: string | undefined,
): AnswerBody<typeof PhoneNumberOperation> {
  const { kind, status, createdOn, endedOn, error } = record;
  const failure = status === 'canceled' ? canceled : error;
  return {
    operationType: kinds[kind]?.type ?? 'search',
    status: numberOperationStyle.states[status],
    resourceLocation: resultPath === undefined ? null : addressOf(numberOperationStyle, request, resultPath),
    createdDateTime: toSevenDigits(createdOn),
    id: wireIdOf(record),
    lastActionDateTime: endedOn === undefined ? never : toSevenDigits(endedOn),
    ...(failure !== undefined && { error: failure }),
  };
}
