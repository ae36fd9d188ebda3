// A row as the data collection rule takes it: the columns that its table declares and no other, and of which resource it is,
// since one workspace has the rows of all. Azure fills `Category` of a table itself, so ours has another name there; the
// saved functions give it its own back.
import type { LogColumn, LogRow, LogTable } from './log-table.js';

/** Of the resource, its immutable id. */
export const resourceColumn = 'ResourceId';
const renamed: Readonly<Record<string, string>> = { Category: 'LogCategory' };

export function streamOf(table: string): string {
  return `Custom-${table}`;
}

/** Name of the table in the workspace. */
export function workspaceTableOf(table: string): string {
  return `${table}_CL`;
}

export function streamColumn(column: string): string {
  return renamed[column] ?? column;
}

export function streamColumnsOf({ columns }: LogTable): Readonly<Record<string, LogColumn['type']>> {
  const own = Object.entries(columns).map(([name, { type }]) => [streamColumn(name), type] as const);
  return { [resourceColumn]: 'string', ...Object.fromEntries(own) };
}

export function toStreamRow({ columns }: LogTable, resourceId: string, row: LogRow): Record<string, unknown> {
  const declared = Object.entries(row).filter(([name]) => name in columns);
  return {
    [resourceColumn]: resourceId,
    ...Object.fromEntries(declared.map(([name, value]) => [streamColumn(name), value])),
  };
}
