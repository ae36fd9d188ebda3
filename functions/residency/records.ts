// Domicile's own operation about residency: the record of a day, as the geography of the resource has written and signs it.
// A resource sees its own items one by one, and those of the geography together.
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { privacyKey, signJws, type TokenSigner } from '../../shared/auth/index.js';
import type { GeographySlug, Resource } from '../../shared/geography/index.js';
import { Fault, faults } from '../../shared/http/index.js';
import {
  foreignIn,
  type ResidencyRecord,
  type ResidencyRecords,
  residencyStatementType,
} from '../../shared/residency/index.js';
import { toSeconds } from '../../shared/time/instant.js';

export interface ResidencyParts {
  readonly records: ResidencyRecords;
  readonly issuer: TokenSigner;
  readonly geography: GeographySlug;
  /** Version of Domicile. */
  readonly version: string;
  /** Names of stores that are only kept until they are empty. */
  readonly retired: ReadonlySet<string>;
}

const RecordQuery = z.object({ day: z.iso.date().optional() });

export function residencyOperations(parts: ResidencyParts) {
  const { records, issuer, geography, version, retired } = parts;
  return [
    operation({
      name: 'residency-get-record',
      summary:
        'Gets what lay in the stores of the geography on a day, the latest by default, and that it belonged there.',
      service: 'residency',
      auth: privacyKey,
      route: 'GET residency/record',
      query: RecordQuery,
      ok: async ({ resource, query }) => {
        const day = query.day ?? (await records.latest())?.day;
        const record = day === undefined ? undefined : await records.find(day);
        if (record === undefined) {
          throw new Fault(faults.notFound, {
            message: 'There is no residency record of this day; they are made nightly.',
          });
        }
        const statement = { iss: issuer.issuer, geography, version, ...renderRecord(resource, record, retired) };
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
    stores: record.stores.map(({ store, items, resources, foreign }) => ({
      store,
      items,
      ofThisResource: resources[immutableId] ?? 0,
      foreign,
      ...(retired.has(store) && { retired: true }),
    })),
  };
}
