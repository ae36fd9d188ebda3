// Long-running operations of management as they are watched, and the list of everything that the provider can do.
import { z } from 'zod';
import { Fault, NoBody } from '../../shared/http/index.js';
import { operation, type Operation } from '../../shared/api/index.js';
import { manager } from '../../shared/auth/index.js';
import { type GeographySlug, isGeographySlug } from '../../shared/geography/index.js';
import { checkScope } from '../../shared/resources/index.js';
import { findOperation, managementFaults, type ManagementParts } from '../../shared/management/index.js';
import { begunHeaders, OperationStatusResult } from '../wire/arm/answers.js';
import { answerResult, armOperationRoutes, renderStatus } from '../wire/arm/long-running.js';
import { common } from '../wire/arm/resources.js';
import { pageOf, Text } from '../wire/written.js';

const ProviderOperation = z
  .object({
    name: Text,
    isDataAction: z.boolean(),
    display: z.object({ provider: Text, resource: Text, operation: Text, description: Text }),
    origin: Text,
  })
  .meta({ id: 'Operation' });

const OperationsPage = pageOf(ProviderOperation);

interface OperationParams {
  readonly subscriptionId: string;
  readonly location: string;
  readonly operationId: string;
}

/** @param others all other operations of management, which the list names */
export function managementOperationOperations(parts: ManagementParts, others: readonly Operation[]) {
  const shared = { ...common, auth: manager('read') } as const;
  const home = async ({ params }: { params: OperationParams }): Promise<GeographySlug | undefined> => {
    const location = params.location.toLowerCase();
    const isElsewhere = isGeographySlug(location) && parts.peers.slugs.includes(location);
    return isElsewhere ? location : undefined;
  };
  const find = async ({ subscriptionId, operationId }: OperationParams) => {
    checkScope({ subscriptionId, type: 'communicationServices' });
    const record = await findOperation(parts, operationId);
    if (record === undefined) {
      throw new Fault(managementFaults.notThere);
    }
    return record;
  };
  return [
    operation({
      ...shared,
      name: 'management-get-operation-status',
      summary: 'Says how a long-running operation stands.',
      route: armOperationRoutes.status,
      home,
      returns: OperationStatusResult,
      ok: async ({ params }) => {
        const record = await find(params);
        return renderStatus({ ...params, id: record.id }, record);
      },
    }),
    operation({
      ...shared,
      name: 'management-get-operation-result',
      summary: 'Answers 202 while an operation runs, and 204 when it is done.',
      route: armOperationRoutes.result,
      home,
      answers: { 202: NoBody, 204: NoBody },
      answerHeaders: begunHeaders,
      answer: async ({ params, request }) =>
        answerResult(request, { ...params, id: params.operationId }, await find(params)),
    }),
    operation({
      ...shared,
      name: 'management-list-operations',
      contract: 'operations.list',
      summary: 'Lists the operations of the provider.',
      route: 'GET providers/Microsoft.Communication/operations',
      returns: OperationsPage,
      ok: async () => ({ value: others.flatMap(describe) }),
    }),
  ];
}

const verbs: Readonly<Record<string, string>> = { GET: 'read', PUT: 'write', PATCH: 'write', DELETE: 'delete' };

function describe({ contract, method, path, summary }: Operation) {
  const below = path.split('/providers/Microsoft.Communication/')[1];
  if (contract === undefined || below === undefined) {
    return [];
  }
  const segments = below.split('/').filter((segment) => !segment.startsWith('{'));
  const verb = verbs[method] ?? `${segments.pop() ?? ''}/action`;
  const resource = segments.join('/');
  const name = ['Microsoft.Communication', ...segments, verb].join('/');
  const display = { provider: 'Microsoft Communication', resource, operation: contract, description: summary };
  return [{ name, isDataAction: false, display, origin: 'user' }];
}
