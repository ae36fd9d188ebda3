// Figures that hold each other up, and what docs/storage.md says of them.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dataMap } from '../../functions/compose.js';
import { chatLimits } from '../../shared/chat/index.js';
import { callTimeoutMs, maxTransactionActions } from '../../shared/storage/index.js';
import { maxSnapshotAgeMs } from '../../shared/storage/log/snapshot.js';

const page = readFileSync('docs/storage.md', 'utf8');

test('a purge begins only after the last append on an old cache must have ended', () => {
  expect(maxSnapshotAgeMs + callTimeoutMs).toBeLessThan(chatLimits.purgeDelayMs);
});

test('docs/storage.md says how long that is', () => {
  expect(page).toContain(`${maxSnapshotAgeMs / 1000} s`);
  expect(page).toContain(`${callTimeoutMs / 1000} s`);
  expect(page).toContain(`${chatLimits.purgeDelayMs / 1000} s`);
  expect(page).toContain(`${maxTransactionActions} rows`);
});

test('docs/storage.md names every store of data', () => {
  expect(dataMap.stores.length).toBeGreaterThan(5);
  for (const { name } of dataMap.stores) {
    expect(page).toContain(`\`${name}\``);
  }
});
