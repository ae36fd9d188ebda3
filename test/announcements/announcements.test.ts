import { describe, expect, it } from 'vitest';
import { Announcements } from '../../shared/announcements/index.js';

function listOf(rows: readonly { subject: string; generation: number; until: number }[]) {
  const parts = {
    table: {
      rows: async function* () {
        yield* rows.map((row, index) => ({ ...row, rowKey: String(index) }));
      },
    },
    clock: { now: () => 0, realNow: () => 0, monotonic: () => 10_000 },
  };
  return new Announcements(parts as unknown as ConstructorParameters<typeof Announcements>[0]);
}

describe('Announcements', () => {
  it('tell of every greater value, and not of a smaller one that comes later and lives longer', async () => {
    const announcements = listOf([
      { subject: 'a!x', generation: 5, until: 10 },
      { subject: 'a!x', generation: 7, until: 10 },
      { subject: 'a!x', generation: 6, until: 20 },
      { subject: 'b!x', generation: 9, until: 20 },
    ]);
    const heard: [string, number][] = [];
    announcements.onBehind('a!', (rest, value) => void heard.push([rest, value]));
    await announcements.catchUp();
    expect(heard).toEqual([
      ['x', 5],
      ['x', 7],
    ]);
    expect(announcements.find('a!x')).toEqual({ value: 7, until: 20 });
  });
});
