// Compares texts so that the time taken does not tell where they differ.
import { hash, timingSafeEqual } from 'node:crypto';

/** Whether both are the same; the time depends on their lengths alone. */
export function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
}
