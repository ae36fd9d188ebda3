// The words of the broker, which stands in for Event Grid: who has subscribed to what, and what is on its way to them.

/** An event as its publisher sends it, in the Event Grid schema. */
export interface PublishedEvent {
  readonly id: string;
  readonly eventType: string;
  readonly subject: string;
  readonly eventTime: string;
  readonly dataVersion: string;
  readonly data: unknown;
}

/** The same as subscribers get it: the broker says of which topic it is. */
export interface DeliveredEvent extends PublishedEvent {
  readonly topic: string;
  readonly metadataVersion: '1';
}

/** An event in the log of the broker. */
export interface LoggedEvent {
  /** From 1 on, in the order of arrival; over restarts. */
  readonly number: number;
  /** Name of the resource. */
  readonly resource: string;
  readonly event: DeliveredEvent;
}

export type AdvancedFilter = ValuesFilter | BoolFilter | NullFilter;

/** `key` is `subject`, `eventType`, or a path such as `data.threadId`. */
export interface ValuesFilter {
  readonly key: string;
  readonly operatorType: TextOperator | NumberOperator;
  readonly values: readonly (string | number)[];
}

export interface BoolFilter {
  readonly key: string;
  readonly operatorType: 'BoolEquals';
  readonly value: boolean;
}

export interface NullFilter {
  readonly key: string;
  readonly operatorType: 'IsNotNull' | 'IsNullOrUndefined';
}

type TextOperator =
  | 'StringBeginsWith'
  | 'StringNotBeginsWith'
  | 'StringEndsWith'
  | 'StringNotEndsWith'
  | 'StringContains'
  | 'StringNotContains'
  | 'StringIn'
  | 'StringNotIn';

type NumberOperator =
  | 'NumberIn'
  | 'NumberNotIn'
  | 'NumberGreaterThan'
  | 'NumberGreaterThanOrEquals'
  | 'NumberLessThan'
  | 'NumberLessThanOrEquals';

export interface EventFilter {
  /** Full names; all types when absent. */
  readonly includedEventTypes?: readonly string[] | undefined;
  readonly subjectBeginsWith?: string | undefined;
  readonly subjectEndsWith?: string | undefined;
  readonly isSubjectCaseSensitive?: boolean | undefined;
  /** All of them hold; of the values of one any. */
  readonly advancedFilters?: readonly AdvancedFilter[] | undefined;
}

export interface Subscription {
  readonly name: string;
  /** Name of the resource whose events it gets. */
  readonly resource: string;
  readonly endpointUrl: string;
  readonly deliverySchema: 'EventGridSchema' | 'CloudEventSchemaV1_0';
  readonly filter: EventFilter;
  readonly maxDeliveryAttempts: number;
  readonly eventTimeToLiveMinutes: number;
  /** `AwaitingManualAction` until somebody opens the address that came with the handshake. */
  readonly provisioningState: 'Succeeded' | 'AwaitingManualAction';
  /** Opens the address of the handshake. */
  readonly validationCode: string;
}

/** An event that a subscriber has not taken yet. */
export interface Pending {
  readonly number: number;
  readonly subscription: string;
  readonly attempts: number;
  /** Product ms. */
  readonly firstOn: number;
  /** Product ms. */
  readonly dueMs: number;
}
