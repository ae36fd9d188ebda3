// Tables of the log workspace that the app writes to, by the columns that it sends (docs/diagnostics.md). A test holds this
// list against what the app's capabilities declare, both ways.

export type LogColumnType = 'datetime' | 'string' | 'long' | 'real' | 'dynamic';

export interface LogTablePlan {
  /** As ACS calls it; the table itself ends in `_CL`, as Azure wants of all that are not its own. */
  readonly name: string;
  readonly columns: Readonly<Record<string, LogColumnType>>;
}

/** Of the resource, its immutable id; Azure fills `_ResourceId` itself. */
const common = { ResourceId: 'string', TimeGenerated: 'datetime', LogCategory: 'string' } as const;

const request = {
  ...common,
  CorrelationId: 'string',
  OperationName: 'string',
  OperationVersion: 'string',
  DurationMs: 'real',
  Level: 'string',
  ResultSignature: 'string',
  ResultType: 'string',
  SdkType: 'string',
  URI: 'string',
} as const;

const mail = { ...common, CorrelationId: 'string', OperationName: 'string', Location: 'string' } as const;

const rowTables: readonly LogTablePlan[] = [
  { name: 'ACSAuthIncomingOperations', columns: { ...request, Identity: 'string', Scopes: 'dynamic' } },
  {
    name: 'ACSChatIncomingOperations',
    columns: { ...request, ChatThreadId: 'string', ChatMessageId: 'long', UserId: 'string' },
  },
  {
    name: 'ACSEmailSendMailOperational',
    columns: {
      ...mail,
      OperationVersion: 'string',
      Size: 'real',
      ToRecipientsCount: 'long',
      CcRecipientsCount: 'long',
      BccRecipientsCount: 'long',
      UniqueRecipientsCount: 'long',
      AttachmentsCount: 'long',
    },
  },
  {
    name: 'ACSEmailStatusUpdateOperational',
    columns: {
      ...mail,
      RecipientId: 'string',
      DeliveryStatus: 'string',
      SmtpStatusCode: 'string',
      EnhancedSmtpStatusCode: 'string',
      SenderDomain: 'string',
      IsHardBounce: 'string',
    },
  },
  {
    name: 'ACSEmailUserEngagementOperational',
    columns: { ...mail, RecipientId: 'string', EngagementType: 'string' },
  },
  {
    name: 'ACSCallAutomationIncomingOperations',
    columns: { ...request, CallConnectionId: 'string' },
  },
  {
    name: 'ACSSMSIncomingOperations',
    columns: {
      ...common,
      CorrelationId: 'string',
      OperationName: 'string',
      OperationVersion: 'string',
      ResultType: 'string',
      ResultSignature: 'string',
      Method: 'string',
      NumberType: 'string',
      PhoneNumber: 'string',
      OutgoingMessageLength: 'long',
      IncomingMessageLength: 'long',
      DeliveryAttempts: 'long',
      MessageId: 'string',
    },
  },
  {
    name: 'ACSRoomsIncomingOperations',
    columns: {
      ...common,
      CorrelationId: 'string',
      OperationName: 'string',
      OperationVersion: 'string',
      Level: 'string',
      ResultSignature: 'string',
      ResultType: 'string',
      RoomId: 'string',
      RoomLifespan: 'long',
      PstnDialOutEnabled: 'string',
      AddedRoomParticipantsCount: 'long',
      UpsertedRoomParticipantsCount: 'long',
      RemovedRoomParticipantsCount: 'long',
      RoomParticipantsCount: 'long',
      RoomParticipantsPresenter: 'long',
      RoomParticipantsAttendee: 'long',
      RoomParticipantsConsumer: 'long',
    },
  },
  {
    name: 'DomicileLiveChat',
    columns: {
      ...common,
      OperationName: 'string',
      Level: 'string',
      Transport: 'string',
      ConnectionId: 'string',
      ChatThreadId: 'string',
      Notices: 'long',
      Recipients: 'long',
      UserId: 'string',
    },
  },
];

/** Figures of the service itself, a row a minute, metric and process. */
export const metricsTable = {
  name: 'DomicileMetrics',
  columns: {
    TimeGenerated: 'datetime',
    Name: 'string',
    Value: 'real',
    Count: 'long',
    Max: 'real',
    P50: 'real',
    P99: 'real',
    Attributes: 'dynamic',
  },
} as const satisfies LogTablePlan;

export const logTables: readonly LogTablePlan[] = [...rowTables, metricsTable];

export const streamNameOf = (table: string): string => `Custom-${table}`;
export const workspaceTableOf = (table: string): string => `${table}_CL`;

/** What people's queries are written for: the table as ACS calls it, with its columns, so that these go on working. */
export function functionQueryOf({ name, columns }: LogTablePlan): string {
  const shown = Object.keys(columns).map((column) => (column === 'LogCategory' ? 'Category = LogCategory' : column));
  return `${workspaceTableOf(name)} | project ${shown.join(', ')}, Type = "${name}"`;
}
