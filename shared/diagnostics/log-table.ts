// A table of ACS's logs in Azure Monitor: what it is called there, and the columns that are written here. A column that is
// not declared is not written. https://learn.microsoft.com/azure/communication-services/concepts/analytics/enable-logging
import type { PersonalIdentifier } from '../data-map/index.js';

export interface LogColumn {
  readonly type: 'datetime' | 'string' | 'long' | 'real' | 'dynamic';
  /** What is in it, for people. */
  readonly holds: string;
  /** The raw id of somebody, or their address or number, and nothing else: it is a pseudonym unless the resource wants it raw. */
  readonly person?: 'identity' | 'email' | 'phoneNumber';
}

export type LogColumns = Readonly<Record<string, LogColumn>>;

export interface LogTable {
  /** `ACSChatIncomingOperations` */
  readonly name: string;
  /** `ChatOperational` */
  readonly category: string;
  /** What a row of it tells, one sentence. */
  readonly summary: string;
  readonly columns: LogColumns;
}

/** By what somebody can stand in a log. */
export function isLoggedKind({ kind }: PersonalIdentifier): boolean {
  return kind === 'identity' || kind === 'email' || kind === 'phoneNumber';
}

export type LogValue = string | number | readonly string[];
export type LogRow = Readonly<Record<string, LogValue>>;

/** What every table of requests has. There is no column for addresses of callers: nobody writes them down. */
export const requestColumns = {
  TimeGenerated: { type: 'datetime', holds: 'when the request came' },
  Category: { type: 'string', holds: 'the category of the table' },
  CorrelationId: { type: 'string', holds: 'id of the request, which its answer has too' },
  OperationName: { type: 'string', holds: 'what was asked for' },
  OperationVersion: { type: 'string', holds: 'the `api-version` of the request' },
  DurationMs: { type: 'real', holds: 'how long it took' },
  Level: { type: 'string', holds: '`Informational`, `Warning` when it was refused, `Error` when it failed' },
  ResultSignature: { type: 'string', holds: 'status of the answer' },
  ResultType: { type: 'string', holds: '`Succeeded` or `Failed`' },
  SdkType: { type: 'string', holds: 'name and version of an SDK of Azure, of no other program' },
  URI: { type: 'string', holds: 'host and route: no id stands in it' },
} as const satisfies LogColumns;
