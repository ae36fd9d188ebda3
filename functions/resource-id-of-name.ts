// The immutable id of a resource by its name, for what a test does in the emulator: that of the default resource where there
// is none of this name.
import type { ManagementParts } from '../shared/management/index.js';
import { seed } from '../shared/resources/index.js';
import type { Foundation } from './foundation.js';

export function resourceIdOfName(
  { directory }: Pick<Foundation, 'directory'>,
  { records }: Pick<ManagementParts, 'records'>,
): (name: string) => Promise<string> {
  return async (name) => {
    const record = await records.at({ ...seed, type: 'communicationServices', name });
    return record?.immutableId ?? (await directory.default()).immutableId;
  };
}
