// Resources of Azure Resource Manager on the wire, and what the operations of management share.
import { z } from 'zod';
import { type RequestFacts } from '../../../shared/api/index.js';
import { Reply } from '../../../shared/http/index.js';
import type { ManagerCaller } from '../../../shared/auth/index.js';
import { geographyOf } from '../../../shared/geography/index.js';
import { armPath, type ArmId, type ArmRecord, type Authorship, provider } from '../../../shared/resources/index.js';
import { type Asker, type ManagementParts } from '../../../shared/management/index.js';
import { itemKinds, type ItemKind } from '../../../shared/email/index.js';
import { toSevenDigits } from '../../../shared/time/instant.js';

/** Resources have no large documents. */
export const common = { service: 'management', maxBodyBytes: 16 * 1024, headers: ['authorization'] } as const;

export const Tags = z
  .record(z.string().min(1).max(512), z.string().max(256))
  .refine((tags) => Object.keys(tags).length <= 50, {
    message: 'has more than 50 tags',
  });

interface Input {
  readonly caller: ManagerCaller;
  readonly request: RequestFacts;
}

export function askerOf({ caller, request }: Input): Asker {
  const { origin, apiVersion, isForwarded, deadline, headers } = request;
  return { caller, authorization: headers['authorization'], origin, apiVersion, isForwarded, deadline };
}

export function renderAuthorship(authorship: Authorship) {
  const { createdBy, createdByType, createdAt, lastModifiedBy, lastModifiedByType, lastModifiedAt } = authorship;
  return {
    ...(createdBy !== undefined && { createdBy, createdByType }),
    ...(createdAt !== undefined && { createdAt: toSevenDigits(createdAt) }),
    ...(lastModifiedBy !== undefined && { lastModifiedBy, lastModifiedByType }),
    ...(lastModifiedAt !== undefined && { lastModifiedAt: toSevenDigits(lastModifiedAt) }),
  };
}

export function renderResource(parts: ManagementParts, record: ArmRecord) {
  const { id, state, tags = {}, identity, geography } = record;
  const { dataLocation } = geographyOf(geography);
  const head = {
    id: armPath(id),
    name: id.name,
    type: `${provider}/${id.type === 'communicationServices' ? 'CommunicationServices' : 'EmailServices'}`,
    location: 'global',
    tags,
    systemData: renderAuthorship(record),
  };
  if (id.type === 'emailServices') {
    return { ...head, properties: { provisioningState: state, dataLocation } };
  }
  return {
    ...head,
    ...(identity !== undefined && { identity }),
    properties: {
      provisioningState: state,
      hostName: record.host ?? parts.hosts.hostOf(id.name),
      dataLocation,
      immutableResourceId: record.immutableId,
      linkedDomains: record.linkedDomains ?? [],
      publicNetworkAccess: record.publicNetworkAccess ?? 'Enabled',
      disableLocalAuth: record.disableLocalAuth ?? false,
    },
  };
}

/** `id`, `name` and `type` of an item. */
export function itemHead(owner: ArmId, kind: ItemKind, path: readonly string[]) {
  return { id: `${armPath(owner)}/${itemKinds.itemPath(kind, path)}`, name: path.at(-1) };
}

function operationPath(parts: ManagementParts, subscriptionId: string, what: string, id: string): string {
  return `/subscriptions/${subscriptionId}/providers/${provider}/locations/${parts.geography}/${what}/${id}`;
}

/** 200 or 201 with the address at which the operation can be watched. */
export function watched(
  parts: ManagementParts,
  { request }: Input,
  operation: { readonly subscriptionId: string; readonly id: string },
  { isNew, body }: { readonly isNew: boolean; readonly body: unknown },
): Reply {
  const path = operationPath(parts, operation.subscriptionId, 'operationStatuses', operation.id);
  return new Reply(isNew ? 201 : 200, body, {
    'azure-asyncoperation': `${request.origin}${path}?api-version=${request.apiVersion}`,
    'retry-after': '1',
  });
}

/** 202 with the address that answers 204 when it is done. */
export function begun(
  parts: ManagementParts,
  { request }: Input,
  operation: { readonly subscriptionId: string; readonly id: string },
): Reply {
  const path = operationPath(parts, operation.subscriptionId, 'operationResults', operation.id);
  return new Reply(202, undefined, {
    location: `${request.origin}${path}?api-version=${request.apiVersion}`,
    'retry-after': '1',
  });
}
