// Domicile's own operation about residency: the record of a day, as the geography of the resource has written and signs it.
// A resource sees its own items one by one, and those of the geography together.
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { privacyKey, signJws, type TokenSigner } from '../../shared/auth/index.js';
import type { GeographySlug, Resource } from '../../shared/geography/index.js';
import { Fault, faults } from '../../shared/http/index.js';
import {
  foreignIn,
  itemsOf,
  notCounted,
  type ResidencyRecord,
  type ResidencyRecords,
  residencyStatementType,
  type StoreCount,
  uncheckedIn,
} from '../../shared/residency/index.js';
import type { Clock } from '../../shared/time/clock.js';
import { toSeconds } from '../../shared/time/instant.js';
import { Count, InSeconds, Text } from '../wire/written.js';

export interface ResidencyParts {
  readonly records: ResidencyRecords;
  readonly issuer: TokenSigner;
  readonly geography: GeographySlug;
  /** Version of Domicile. */
  readonly version: string;
  /** Names of stores that are only kept until they are empty. */
  readonly retired: ReadonlySet<string>;
  /** The other geographies of the deployment, as this one knows them now. */
  others(): readonly GeographySlug[];
  readonly clock: Pick<Clock, 'now'>;
}

/** What nobody has looked at is no number. */
const Figure = z.union([Count, z.literal(notCounted)]);

/** `signed` holds all the rest, as a JWS. */
const SignedRecord = z
  .object({
    iss: Text,
    geography: Text,
    version: Text,
    geographies: z.array(Text),
    hour: InSeconds,
    set: z.object({ id: z.guid(), records: Count }).optional(),
    resource: Text,
    resourceId: Text,
    day: z.iso.date(),
    startedOn: InSeconds,
    endedOn: InSeconds,
    foreignItems: Count,
    uncheckedStores: z.array(Text),
    stores: z.array(
      z.object({
        store: Text,
        items: Figure,
        ofThisResource: Figure,
        foreign: Figure,
        unchecked: Count.optional(),
        retired: z.literal(true).optional(),
      }),
    ),
    signed: Text,
  })
  .meta({ id: 'ResidencyRecord' });

/** Who asks several geographies for one proof names it, and how many records it is to have; that is signed with each. */
const RecordQuery = z
  .object({
    day: z.iso.date().optional(),
    set: z.guid().optional(),
    records: z.coerce.number().int().min(1).max(10_000).optional(),
  })
  .refine(({ set, records }) => (set === undefined) === (records === undefined), 'set and records go together.');

const hourMs = 60 * 60_000;

export function residencyOperations(parts: ResidencyParts) {
  const { records, issuer, geography, version, retired, others, clock } = parts;
  return [
    operation({
      name: 'residency-get-record',
      summary:
        'Gets what lay in the stores of the geography on a day, the latest by default, and that it belonged there.',
      service: 'residency',
      auth: privacyKey,
      route: 'GET residency/record',
      query: RecordQuery,
      returns: SignedRecord,
      ok: async ({ resource, query }) => {
        const day = query.day ?? (await records.latest())?.day;
        const record = day === undefined ? undefined : await records.find(day);
        if (record === undefined) {
          throw new Fault(faults.notFound, {
            message: 'There is no residency record of this day; they are made nightly.',
          });
        }
        const { set: id, records: number } = query;
        const statement = {
          iss: issuer.issuer,
          geography,
          version,
          // What a record alone cannot show: which others there have to be, and when it was given out.
          geographies: [geography, ...others()].sort(),
          hour: toSeconds(Math.floor(clock.now() / hourMs) * hourMs),
          ...(id !== undefined && number !== undefined && { set: { id: id.toLowerCase(), records: number } }),
          ...renderRecord(resource, record, retired),
        };
        return { ...statement, signed: signJws(issuer.keys, residencyStatementType, statement) };
      },
    }),
  ];
}

function renderRecord({ name, immutableId }: Resource, record: ResidencyRecord, retired: ReadonlySet<string>) {
  return {
    resource: name,
    resourceId: immutableId,
    day: record.day,
    startedOn: toSeconds(record.startedOn),
    endedOn: toSeconds(record.endedOn),
    foreignItems: foreignIn(record),
    uncheckedStores: uncheckedIn(record),
    stores: record.stores.map((count) => renderCount(count, immutableId, retired)),
  };
}

function renderCount(count: StoreCount, immutableId: string, retired: ReadonlySet<string>) {
  const { store, items, foreign, unchecked } = count;
  return {
    store,
    items,
    ofThisResource: itemsOf(count, immutableId),
    foreign,
    ...(unchecked > 0 && { unchecked }),
    ...(retired.has(store) && { retired: true as const }),
  };
}
