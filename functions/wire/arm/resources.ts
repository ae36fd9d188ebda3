// Resources of Azure Resource Manager on the wire, and what the operations of management share.
import { z } from 'zod';
import type { AnswerBody, RequestFacts } from '../../../shared/api/index.js';
import type { ManagerCaller } from '../../../shared/auth/index.js';
import { geographyOf } from '../../../shared/geography/index.js';
import { armPath, type ArmId, type ArmRecord, type Authorship, provider } from '../../../shared/resources/index.js';
import { type Asker, type ManagementParts } from '../../../shared/management/index.js';
import { itemKinds, type ItemKind } from '../../../shared/email/index.js';
import type { CommunicationServiceResource, EmailServiceResource } from './answers.js';
import { namedOrAbsent, orAbsent } from '../null-and-absent.js';
import { toSevenDigits } from '../../../shared/time/instant.js';

/** Authenticated already; other geographies are asked in the name of the same caller. */
const Headers = z.object({ authorization: z.string().optional() });

/** Resources have no large documents. */
export const common = { service: 'management', maxBodyBytes: 16 * 1024, headers: Headers } as const;

/** The same for what Resource Manager answers beside its providers. */
export const resourceManagerCommon = { ...common, service: 'resourceManager' } as const;

/** `null` is no tags. Of two names that differ in case only the later value counts, under the name that came first. */
export const Tags = orAbsent(
  namedOrAbsent(z.string().max(256), z.string().min(1).max(512))
    .transform(foldNames)
    .refine((tags) => Object.keys(tags).length <= 50, { message: 'has more than 50 tags' }),
);

function foldNames(tags: Readonly<Record<string, string>>): Record<string, string> {
  const folded = new Map<string, readonly [name: string, value: string]>();
  for (const [name, value] of Object.entries(tags)) {
    const key = name.toLowerCase();
    folded.set(key, [folded.get(key)?.[0] ?? name, value]);
  }
  return Object.fromEntries(folded.values());
}

/** What operations of management get, as far as all have it. */
export interface Input {
  readonly caller: ManagerCaller;
  readonly headers: z.output<typeof Headers>;
  readonly request: RequestFacts;
}

export function askerOf({ caller, headers, request }: Input): Asker {
  const { origin, apiVersion, isForwarded, deadline } = request;
  return { caller, authorization: headers.authorization, origin, apiVersion, isForwarded, deadline };
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

export function renderService(
  parts: ManagementParts,
  record: ArmRecord,
): AnswerBody<typeof CommunicationServiceResource> {
  const { id, state, identity, geography } = record;
  return {
    ...renderHead(record, 'CommunicationServices'),
    ...(identity !== undefined && { identity }),
    properties: {
      provisioningState: state,
      hostName: record.host ?? parts.hosts.hostOf(id.name),
      dataLocation: geographyOf(geography).dataLocation,
      immutableResourceId: record.immutableId,
      linkedDomains: record.linkedDomains ?? [],
      publicNetworkAccess: record.publicNetworkAccess ?? 'Enabled',
      disableLocalAuth: record.disableLocalAuth ?? false,
    },
  };
}

export function renderEmailService(
  _parts: ManagementParts,
  record: ArmRecord,
): AnswerBody<typeof EmailServiceResource> {
  const { dataLocation } = geographyOf(record.geography);
  return { ...renderHead(record, 'EmailServices'), properties: { provisioningState: record.state, dataLocation } };
}

function renderHead(record: ArmRecord, type: string) {
  const { id, tags = {} } = record;
  return {
    id: armPath(id),
    name: id.name,
    type: `${provider}/${type}`,
    location: 'global' as const,
    tags,
    systemData: renderAuthorship(record),
  };
}

/** `id` and `name` of an item. */
export function itemHead(owner: ArmId, kind: ItemKind, path: readonly string[]) {
  return { id: `${armPath(owner)}/${itemKinds.itemPath(kind, path)}`, name: path.at(-1) ?? '' };
}
