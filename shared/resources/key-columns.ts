// How it lies in a record that the access keys of a resource were replaced: nothing, before that happens.
import type { Resource, RetiringKeys } from '../geography/index.js';
import type { Columns } from '../storage/index.js';

type ReplacedKeys = Pick<Resource, 'keysVersion' | 'retiringKeys'>;

/** Both are written whenever one is there: a record is merged, and what is left out stays. */
export function keyColumns({ keysVersion, retiringKeys }: ReplacedKeys): Columns {
  return keysVersion === undefined ? {} : { keysVersion, retiringKeys: JSON.stringify(retiringKeys ?? []) };
}

export function keysIn({ keysVersion, retiringKeys }: Columns): ReplacedKeys {
  return {
    ...(keysVersion !== undefined && { keysVersion: Number(keysVersion) }),
    ...(typeof retiringKeys === 'string' && { retiringKeys: JSON.parse(retiringKeys) as readonly RetiringKeys[] }),
  };
}
