// Which requests remove the rows of those who wait for it: many persons in one request a table, as Azure takes fifty an hour.
// An identity id is of one resource alone; an address may be known to several, so of that only the rows of one resource go.
import { formatIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import { slicesOf } from '../storage/index.js';
import { maxPersonsInPurge } from './log-limits.js';
import type { LogTable } from './log-table.js';
import type { PurgeBody } from './purge-door.js';
import { resourceColumn, streamColumn, workspaceTableOf } from './stream-columns.js';

/** Somebody whose rows are to go, or all rows of a resource. */
export interface WaitingPurge {
  readonly resourceId: string;
  /** Undefined for all of the resource. */
  readonly identifier: PersonalIdentifier | undefined;
  /** Of its row. */
  readonly key: string;
  readonly etag: string;
  /** Product ms. */
  readonly askedOn: number;
  /** Names of the requests that are still to be made of it; undefined for all. */
  readonly left: readonly string[] | undefined;
}

/** Done when each of these was taken. */
export interface PurgeBatch {
  readonly bodies: readonly PurgeBody[];
  readonly covers: readonly WaitingPurge[];
}

export function planPurges(tables: readonly LogTable[], waiting: readonly WaitingPurge[]): readonly PurgeBatch[] {
  const groups = new Map<string, WaitingPurge[]>();
  for (const each of waiting) {
    const { identifier, resourceId, left } = each;
    const whose = identifier?.kind === 'identity' ? 'identity' : `${identifier?.kind ?? 'resource'} ${resourceId}`;
    const key = `${whose} ${left?.join(' ') ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [each]);
    } else {
      group.push(each);
    }
  }
  return [...groups.values()]
    .flatMap((group) => [...slicesOf(group, maxPersonsInPurge)])
    .map((covers) => {
      const left = covers[0]?.left;
      const bodies = bodiesOf(tables, covers);
      return { covers, bodies: left === undefined ? bodies : bodies.filter((body) => left.includes(nameOfBody(body))) };
    });
}

/** Of one person or resource: which of its requests. */
export function nameOfBody({ table, filters: [first] }: PurgeBody): string {
  return `${table}/${first?.column ?? ''}`;
}

function bodiesOf(tables: readonly LogTable[], covers: readonly WaitingPurge[]): readonly PurgeBody[] {
  const [first] = covers;
  const kind = first?.identifier?.kind;
  const ofResource = { column: resourceColumn, operator: '==', value: first?.resourceId ?? '' } as const;
  if (kind === undefined) {
    return tables.map(({ name }) => ({ table: workspaceTableOf(name), filters: [ofResource] }));
  }
  const value = covers.flatMap(({ identifier }) => (identifier === undefined ? [] : [formatIdentifier(identifier)]));
  return tables.flatMap(({ name, columns }) =>
    Object.entries(columns)
      .filter(([, { person }]) => person === kind)
      .map(([column]) => ({
        table: workspaceTableOf(name),
        filters: [
          { column: streamColumn(column), operator: 'in' as const, value },
          ...(kind === 'identity' ? [] : [ofResource]),
        ],
      })),
  );
}
