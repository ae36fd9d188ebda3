// The resources of the geography: their records, and at which host each answers.
import { bind } from '../../shared/data-map/index.js';
import { resourceGroups, resources } from '../../shared/resources/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { settingsRecords } from './records.js';

export function resourcesCapability({ storage, directory, groups }: Foundation): Capability {
  return {
    name: 'resources',
    stores: [bind(resources, storage.table(resources)), bind(resourceGroups, groups)],
    operations: [],
    records: [settingsRecords(directory)],
    forget: () => directory.forget(),
  };
}
