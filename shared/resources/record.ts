// What management knows of a resource beyond what its host needs: a row of the `resources` table. Communication services
// lie by their name, which is a host name; email services by their id.
import type { ManagerCaller, SubjectType } from '../auth/index.js';
import { type GeographySlug, requireResident, type RetiringKeys } from '../geography/index.js';
import { type Columns, type Row, type Stored } from '../storage/index.js';
import { type ArmId, type ArmType, seed } from './arm-id.js';
import { keyColumns, keysIn } from './key-columns.js';
import { type ResourceState, stateWithoutColumn } from './resource-states.js';

/** Kind of the due work that removes what was begun to be created and never ended. */
export const dropCreationKind = 'drop-creation';

/** A creation that has not ended by then has died, real ms: twice the longest life of a request. */
export const creationLimitMs = 60_000;

/** Who made something and who changed it last; times in product ms. */
export interface Authorship {
  readonly createdBy?: string | undefined;
  readonly createdByType?: SubjectType | undefined;
  readonly createdAt?: number | undefined;
  readonly lastModifiedBy?: string | undefined;
  readonly lastModifiedByType?: SubjectType | undefined;
  readonly lastModifiedAt?: number | undefined;
}

/** @param now product ms */
export function madeBy(caller: ManagerCaller, now: number): Authorship {
  const { subject, subjectType } = caller;
  return { createdBy: subject, createdByType: subjectType, createdAt: now, ...changedBy(caller, now) };
}

/** @param now product ms */
export function changedBy({ subject, subjectType }: ManagerCaller, now: number): Authorship {
  return { lastModifiedBy: subject, lastModifiedByType: subjectType, lastModifiedAt: now };
}

/** Who the resource is to other services; kept and shown, and used for nothing. */
export interface ManagedIdentity {
  readonly type: string;
  readonly userAssignedIdentities?: Readonly<Record<string, Readonly<Record<string, never>>>> | undefined;
}

/** What its owner may change. */
export interface Changeable {
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly identity?: ManagedIdentity | undefined;
  readonly linkedDomains?: readonly string[] | undefined;
  readonly publicNetworkAccess?: string | undefined;
  readonly disableLocalAuth?: boolean | undefined;
}

export interface ArmRecord extends Changeable, Authorship {
  readonly id: ArmId;
  readonly immutableId: string;
  readonly geography: GeographySlug;
  readonly state: ResourceState;
  /** When it was begun to be created, real ms. */
  readonly claimedMs: number;
  /** Host name, with a port where needed; undefined for an email service. */
  readonly host?: string | undefined;
  readonly keyGenerations: { readonly primary: number; readonly secondary: number };
  readonly masterSecretVersion: number;
  readonly keysVersion?: number;
  readonly retiringKeys?: readonly RetiringKeys[];
  readonly etag: string;
}

/**
 * Ids of which something is left that is still of somebody: of deleted resources, until the last pass of their erasure; and
 * of subscriptions that were walked through, whose archives and operations lie under their id.
 */
export const deletedPartition = 'deleted';
const emailPartition = 'emailservice';
/** The directory has one partition a geography. */
export const resourcePartition = 'resource';

export function keysOf({ type, subscriptionId, resourceGroup, name }: ArmId): { partitionKey: string; rowKey: string } {
  if (type === 'communicationServices') {
    return { partitionKey: resourcePartition, rowKey: name.toLowerCase() };
  }
  return { partitionKey: emailPartition, rowKey: `${subscriptionId}!${resourceGroup}!${name}`.toLowerCase() };
}

export const recordPartitions = [resourcePartition, emailPartition] as const;

export function partitionOf(type: ArmType): string {
  return type === 'communicationServices' ? resourcePartition : emailPartition;
}

export function toRow(record: Omit<ArmRecord, 'etag'>): Row {
  const { id, keyGenerations, tags, identity, linkedDomains, publicNetworkAccess } = record;
  const { createdBy, createdByType, createdAt, lastModifiedBy, lastModifiedByType, lastModifiedAt } = record;
  const authorship = { createdBy, createdByType, createdAt, lastModifiedBy, lastModifiedByType, lastModifiedAt };
  const described = { tags, identity, linkedDomains, publicNetworkAccess };
  return {
    ...keysOf(id),
    geography: record.geography,
    immutableId: record.immutableId,
    primaryGeneration: keyGenerations.primary,
    secondaryGeneration: keyGenerations.secondary,
    masterSecretVersion: record.masterSecretVersion,
    ...keyColumns(record),
    disableLocalAuth: record.disableLocalAuth ?? false,
    state: record.state,
    claimedMs: record.claimedMs,
    host: record.host,
    subscriptionId: id.subscriptionId,
    resourceGroup: id.resourceGroup,
    armName: id.name,
    described: JSON.stringify(described),
    authorship: JSON.stringify(authorship),
  };
}

/**
 * The resource that nobody has created has no columns of management before somebody changes it.
 *
 * @throws {ResidencyBreach} when the row is one of another geography: written back, it would become one of this
 */
export function toRecord(row: Stored<Columns>, geography: GeographySlug): ArmRecord {
  requireResident({ geography: String(row['geography']) }, geography);
  const text = (name: string) => (row[name] === undefined ? undefined : String(row[name]));
  return {
    ...(JSON.parse(text('described') ?? '{}') as Changeable),
    ...(JSON.parse(text('authorship') ?? '{}') as Authorship),
    id: {
      type: row.partitionKey === resourcePartition ? 'communicationServices' : 'emailServices',
      subscriptionId: text('subscriptionId') ?? seed.subscriptionId,
      resourceGroup: text('resourceGroup') ?? seed.resourceGroup,
      name: text('armName') ?? row.rowKey,
    },
    immutableId: String(row['immutableId']),
    geography,
    state: (text('state') ?? stateWithoutColumn) as ResourceState,
    claimedMs: Number(row['claimedMs'] ?? 0),
    host: text('host'),
    disableLocalAuth: row['disableLocalAuth'] === true,
    keyGenerations: { primary: Number(row['primaryGeneration']), secondary: Number(row['secondaryGeneration']) },
    masterSecretVersion: Number(row['masterSecretVersion']),
    ...keysIn(row),
    etag: row.etag,
  };
}
