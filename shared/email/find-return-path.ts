// Which resource a bounce is for, by nothing but the address that it comes back to: whoever takes the mail of the bounce
// domain knows no more.
import type { Resource } from '../geography/index.js';
import type { RecordStore, ResourceDirectory } from '../resources/index.js';
import type { ReturnPaths } from './return-path.js';
import { isReturnPath } from './return-path-form.js';

export interface ReturnPathParts {
  readonly returnPaths: ReturnPaths;
  readonly records: Pick<RecordStore, 'all'>;
  readonly directory: Pick<ResourceDirectory, 'named'>;
}

/** @returns undefined when we have made up the address for no mail of a resource that is there */
export async function findReturnPath(
  { returnPaths, records, directory }: ReturnPathParts,
  address: string,
): Promise<Resource | undefined> {
  if (!isReturnPath(address)) {
    return undefined;
  }
  // What was made with it is a hash, so it is tried with each: there are few.
  for (const { id, immutableId } of await records.all('communicationServices')) {
    if (returnPaths.mailOf(immutableId, address) !== undefined) {
      return directory.named(id.name);
    }
  }
  return undefined;
}
