// How the requests of a service become rows of a table of ACS's logs; each capability says it of its own.
import type { Operation, SeenRequest } from '../shared/api/index.js';
import { type LogRow, type LogTable, type LogValue, requestColumns } from '../shared/diagnostics/index.js';
import { toIso } from '../shared/time/instant.js';

/** @example `{ table: chatOperations, service: 'chat', columnsOf: ({ params }) => ({ ChatThreadId: params.chatThreadId }) }` */
export interface RequestLog {
  readonly table: LogTable;
  /** Its operations that ACS has too. */
  readonly service: Operation['service'];
  /** What the table has beside what every request has; ids alone, and of these only what the server has made. */
  columnsOf(seen: SeenRequest): Readonly<Record<string, LogValue | undefined>>;
}

/** A table whose rows follow from no request, but from what comes of one. */
export interface OutcomeLog {
  readonly table: LogTable;
}

/** Declares a table of requests. */
export function requestTable(table: LogTable): LogTable {
  return { ...table, columns: { ...requestColumns, ...table.columns } };
}

/** undefined for a request that is not logged: ACS knows no such operation. */
export function toRow({ table, columnsOf }: RequestLog, seen: SeenRequest): LogRow | undefined {
  const { operation, status } = seen;
  if (operation.contract === undefined) {
    return undefined;
  }
  const all: Record<string, LogValue | undefined> = {
    TimeGenerated: toIso(seen.at),
    Category: table.category,
    CorrelationId: seen.requestId,
    OperationName: nameOf(operation.contract),
    OperationVersion: seen.apiVersion,
    DurationMs: Math.round(seen.durationMs * 10) / 10,
    Level: status >= 500 ? 'Error' : status >= 400 ? 'Warning' : 'Informational',
    ResultSignature: String(status),
    ResultType: status >= 400 ? 'Failed' : 'Succeeded',
    SdkType: /azsdk-[a-z]+-[a-z.-]{1,64}\/[\d.]{1,16}/.exec(seen.userAgent ?? '')?.[0],
    URI: `${seen.origin}/${operation.path}`,
    ...columnsOf(seen),
  };
  return declaredColumns(table, all);
}

/** What no table declares is not written down. */
export function declaredColumns({ columns }: LogTable, all: Readonly<Record<string, LogValue | undefined>>): LogRow {
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => value !== undefined && name in columns),
  ) as LogRow;
}

/** `chatThread.sendChatMessage` → `SendChatMessage` */
function nameOf(contract: string): string {
  const last = contract.slice(contract.lastIndexOf('.') + 1);
  return last.charAt(0).toUpperCase() + last.slice(1);
}
