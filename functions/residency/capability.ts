// What lies where: every night of product time the geography writes down what its stores hold, and that all of it belongs
// there.
import { bind, type BoundStore } from '../../shared/data-map/index.js';
import { recordForeignItems } from '../../shared/diagnostics/index.js';
import {
  countStores,
  countStoresKind,
  ForeignData,
  noResource,
  ResidencyRecords,
  residencyRecords,
} from '../../shared/residency/index.js';
import type { Capability } from '../capability.js';
import { dataMap } from '../data-map.js';
import type { Foundation } from '../foundation.js';
import { ownVersion } from '../own-version.js';
import { residencyOperations } from './records.js';

export interface KeptResidency {
  readonly stores: readonly BoundStore[];
  readonly records: ResidencyRecords;
}

export function keepResidencyRecords({ storage, due, clock, config }: Foundation): KeptResidency {
  const table = storage.table(residencyRecords);
  const records = new ResidencyRecords({ table, due, clock, keptForMs: config.receiptLifeMs });
  return { stores: [bind(residencyRecords, records)], records };
}

export interface ResidencyCapability extends Capability {
  /** What was counted, a day each. */
  readonly days: ResidencyRecords;
  /** Begins to count what lies where; the record of the day is there when its job is done. */
  recordResidency(): Promise<void>;
}

/** @param stores the data map, bound */
export function residencyCapability(
  foundation: Foundation,
  { records }: KeptResidency,
  stores: readonly BoundStore[],
): ResidencyCapability {
  const { storage, clock, directory, jobs, signer, peers, config, options } = foundation;
  const { geography } = config;
  const retired = new Set(stores.flatMap(({ store }) => (store.isRetired ? [store.name] : [])));
  const recordResidency = async () => await jobs.enqueue((await jobs.add(countStoresKind, noResource, null)).id);
  return {
    name: 'residency',
    stores: [],
    operations: residencyOperations({
      records,
      issuer: signer,
      geography,
      version: ownVersion,
      retired,
      others: () => peers.slugs,
      clock,
    }),
    jobs: {
      [countStoresKind]: countStores({
        storage,
        stores,
        gone: dataMap.gone,
        records,
        clock,
        residents: () => directory.residents(),
        onRecord: (record, foreign) => {
          recordForeignItems(foreign);
          if (foreign > 0) {
            options.reportFailure('record-residency', record.day, new ForeignData(foreign, geography));
          }
        },
      }),
    },
    triggers: [{ name: 'record-residency', schedule: '0 20 2 * * *', run: recordResidency }],
    health: async () => {
      const latest = await records.latest();
      const foreign = latest?.foreign ?? 0;
      return {
        facts: { ...(latest !== undefined && { residencyRecordedOn: latest.day, foreignItems: foreign }) },
        troubles: foreign === 0 ? [] : [`${foreign} items belong to no resource of this geography.`],
      };
    },
    days: records,
    recordResidency,
  };
}
