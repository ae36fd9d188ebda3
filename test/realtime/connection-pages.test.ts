// Connections of one user where storage answers with short pages, some of them empty.
import { describe, expect, it } from 'vitest';
import { Connections, dropConnectionKind } from '../../shared/realtime/connections.js';

interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly via: string;
  readonly since: number;
  readonly until: number;
}

function connectionsOf(count: number, via = 'poll') {
  const rows = new Map<string, Row>();
  for (let index = 0; index < count; index++) {
    // The first to come stands last.
    const rowKey = `u!${String(count - index).padStart(4, '0')}`;
    rows.set(rowKey, { partitionKey: 'r', rowKey, via, since: index, until: 1_000 + index });
  }
  const pages = async function* () {
    const all = [...rows.values()];
    yield [];
    yield all.slice(0, 1);
    yield all.slice(1);
  };
  const table = {
    pages,
    query: async () => ({ rows: [], continuation: 'more' }),
    remove: async (_: string, rowKey: string) => void rows.delete(rowKey),
    removeAll: async (_: string, rowKeys: readonly string[]) => rowKeys.forEach((rowKey) => rows.delete(rowKey)),
  };
  const undone: unknown[] = [];
  const due = { add: async () => undefined, removeAllOf: async (entry: unknown) => void undone.push(entry) };
  const connections = new Connections(...([table, due] as unknown as ConstructorParameters<typeof Connections>));
  return { connections, rows, undone };
}

const place = { resourceId: 'r', user: 'u' };

describe('The connections of one user', () => {
  it('are found, listed and erased over all pages', async () => {
    const { connections, rows } = connectionsOf(3);
    expect(await connections.hasAny(place)).toBe(true);
    expect(await connections.listOf(place)).toHaveLength(3);
    expect(await connections.removeAllOf(place)).toBe(3);
    expect(rows.size).toBe(0);
    expect(await connections.hasAny(place)).toBe(false);
  });

  it('stay few where they poll: the oldest go, with what would drop them', async () => {
    const { connections, rows, undone } = connectionsOf(33);
    await connections.makeRoom(place);
    expect(rows.size).toBe(31);
    expect(Math.min(...[...rows.values()].map(({ since }) => since))).toBe(2);
    const entry = { kind: dropConnectionKind, id: 'r!u!0033', dueMs: 1_000 };
    expect(undone).toEqual([entry, { ...entry, id: 'r!u!0032', dueMs: 1_001 }]);
  });

  it('are left alone where there is room, and over WebSockets', async () => {
    for (const { connections, rows } of [connectionsOf(31), connectionsOf(40, 'socket')]) {
      const before = rows.size;
      await connections.makeRoom(place);
      expect(rows.size).toBe(before);
    }
  });
});
