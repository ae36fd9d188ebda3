// The numbers that a resource has: listing them, changing what they can do, giving them back; and how that stands.
import { type Operation, operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { Fault, NoBody } from '../../shared/http/index.js';
import type { OperationRecord } from '../../shared/jobs/index.js';
import {
  cancelWork,
  listNumbers,
  numberWork,
  type NumberParts,
  phoneNumberFaults,
  startRelease,
  startUpdate,
  updatedNumber,
} from '../../shared/phone-numbers/index.js';
import { begun, begunHeaders } from '../wire/long-running.js';
import { relativeNextLink } from '../wire/next-link.js';
import { watchedOperations } from '../wire/watched-operations.js';
import { CapabilitiesUpdate, PhoneNumberOperation, PurchasedPhoneNumber, PurchasedPhoneNumbers } from './answers.js';
import { renderOwned } from './render.js';
import {
  numberOperationStyle as style,
  numberPath,
  renderNumberOperation,
  searchResultPath,
  wireIdOf,
} from './style.js';
import { NumbersQuery, SomeCapabilities } from './wire.js';

const common = { service: 'phoneNumbers', auth: accessKey } as const;

export function ownedNumberOperations(parts: NumberParts): Operation[] {
  return [
    operation({
      ...common,
      name: 'phone-numbers-list',
      contract: 'phoneNumbers.listPhoneNumbers',
      summary: 'Lists the numbers of the resource.',
      route: 'GET phoneNumbers',
      query: NumbersQuery,
      returns: PurchasedPhoneNumbers,
      ok: async ({ resource, query: { skip, top }, request }) => {
        const { numbers, isLast } = await listNumbers(parts, resource.immutableId, skip, top);
        const next = { skip: skip + top, top };
        return {
          phoneNumbers: numbers.map(renderOwned),
          nextLink: isLast ? null : relativeNextLink(request, '/phoneNumbers', next),
        };
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-get',
      contract: 'phoneNumbers.getByNumber',
      summary: 'Gets a number of the resource.',
      route: 'GET phoneNumbers/{phoneNumber}',
      returns: PurchasedPhoneNumber,
      ok: async ({ resource, params: { phoneNumber } }) => {
        const claim = await parts.claims.owned(resource.immutableId, phoneNumber);
        if (claim === undefined) {
          throw new Fault(phoneNumberFaults.noNumber, { target: 'phonenumber' });
        }
        return renderOwned(claim);
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-update-capabilities',
      contract: 'phoneNumbers.updateCapabilities',
      summary: 'Changes what a number of the resource can be used for.',
      route: 'PATCH phoneNumbers/{phoneNumber}/capabilities',
      body: SomeCapabilities,
      answers: { 202: CapabilitiesUpdate },
      answerHeaders: begunHeaders(style),
      answer: async ({ resource, params, body, request }) => {
        const wanted = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        const { id, phoneNumber } = await startUpdate(parts, resource.immutableId, params.phoneNumber, wanted);
        return begun(style, request, {
          id: wireIdOf({ kind: numberWork.update, id }),
          body: { capabilitiesUpdateId: id },
          resultPath: numberPath(phoneNumber),
          headers: { 'capabilities-id': id },
        });
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-release',
      contract: 'phoneNumbers.releasePhoneNumber',
      summary: 'Gives a number back.',
      route: 'DELETE phoneNumbers/{phoneNumber}',
      answers: { 202: NoBody },
      answerHeaders: begunHeaders(style),
      answer: async ({ resource, params: { phoneNumber }, request }) => {
        const id = await startRelease(parts, resource.immutableId, phoneNumber);
        const headers = { 'release-id': id };
        return begun(style, request, { id: wireIdOf({ kind: numberWork.release, id }), headers });
      },
    }),
    ...watchedOperations({
      ...common,
      style,
      operations: {
        find: (resourceId, id) => findOperation(parts, resourceId, id),
        cancel: (resourceId, id) => cancelWork(parts, resourceId, id),
      },
      kinds: Object.values(numberWork),
      notFound: phoneNumberFaults.operationNotFound,
      get: { name: 'phone-numbers-get-operation', contract: 'phoneNumbers.getOperation' },
      cancel: { name: 'phone-numbers-cancel-operation', contract: 'phoneNumbers.cancelOperation' },
      wireIdOf,
      resultPathOf,
      returns: PhoneNumberOperation,
      render: (record, request) => renderNumberOperation(record, request, resultPathOf(record)),
    }),
  ];
}

/** The record does not say which number it is about; what else is kept does, as long as the number is the resource's. */
async function findOperation(parts: NumberParts, resourceId: string, id: string): Promise<OperationRecord | undefined> {
  const record = await parts.operations.find(resourceId, id);
  if (record?.kind !== numberWork.update) {
    return record;
  }
  return { ...record, result: await updatedNumber(parts, resourceId, id) };
}

function resultPathOf({ kind, id, result }: OperationRecord): string | undefined {
  if (kind === numberWork.search) {
    return searchResultPath(id);
  }
  return kind === numberWork.update && typeof result === 'string' ? numberPath(result) : undefined;
}
