// An event in our own words: what has happened to whom in one resource, as it is to be told outside.
import type { z } from 'zod';

/** Lower case: what an event is about. */
export type EventLevel = 'user' | 'thread' | 'message' | 'call';

/**
 * A type of event that a capability can raise. Declared beside the capability, listed in its value, and from there in
 * `docs/events.md`.
 *
 * @example
 * export const smsReceived = eventType({
 *   name: 'SMSReceived',
 *   summary: 'A text message has arrived at a number of the resource.',
 *   level: 'message',
 *   data: z.strictObject({ messageId: z.string(), from: z.string(), to: z.string(), message: z.string() }),
 *   withoutContent: (data) => ({ ...data, message: '' }),
 * });
 */
export interface EventType<Data extends object = object> {
  /** Without `Microsoft.Communication.` in front. */
  readonly name: string;
  /** When it is raised, one sentence for people. */
  readonly summary: string;
  readonly level: EventLevel;
  /** What it carries, as the contract has it. */
  readonly data: z.ZodType<Data>;
  /** The same where a resource lets ids out and nothing that anybody wrote. */
  withoutContent(data: Data): Data;
  /** What is kept of it where nobody took it, for what is to be gone within its day: without whom it is about, too. */
  withoutPerson?(data: Data): Data;
}

/** An event of one type, ready to be told. */
export interface RaisedEvent {
  /** Keyed hash of what it tells: the same each time that it is told. */
  readonly id: string;
  readonly type: EventType;
  readonly subject: string;
  /** Product ms. */
  readonly time: number;
  readonly data: object;
}

/** Checks the types of a declaration and puts them away. */
export function eventType<Data extends object>(type: EventType<Data>): EventType {
  // Whoever raises it hands in what its schema describes.
  return type as unknown as EventType;
}
