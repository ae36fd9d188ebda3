// Where a mark lies: the partitions of a resource's marks are sixteen buckets, so that one busy resource has room, and those
// who move many marks at once still find a hundred in one partition.
import { hash } from 'node:crypto';

/** Part of where each lies, so never to change. */
export const markBuckets = 16;

export function markPartition(resourceId: string, key: string): string {
  return `${resourceId}~${(hash('sha256', key, 'buffer')[0] ?? 0) % markBuckets}`;
}
