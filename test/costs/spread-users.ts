// Users in an order that goes round the buckets of the user index, so that what some of them cost is always the same.
import { chatUserIndex } from '../../shared/chat/index.js';
import { shardOf } from '../../shared/storage/index.js';
import type { TestUser } from '../app/composed-app.js';

export function spread(users: readonly TestUser[]): TestUser[] {
  const buckets: TestUser[][] = Array.from({ length: 16 }, () => []);
  for (const user of users) {
    buckets[shardOf(chatUserIndex, user.id)]?.push(user);
  }
  return users.flatMap((_, n) => buckets[n % 16]?.[Math.floor(n / 16)] ?? []);
}
