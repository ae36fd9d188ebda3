// What an application asks for with a call that it creates, answers or comes into.
import { Fault } from '../http/index.js';
import type { CallingParts } from './calling-parts.js';
import type { CallStep } from './call-step.js';
import { callFaults } from './faults.js';
import type { Connection, StreamSubscription, TranscriptSubscription } from './model.js';

export interface ConnectionOptions {
  readonly callbackUri: string;
  readonly context?: string | undefined;
  readonly apiVersion: string;
  readonly cognitiveEndpoint?: string | undefined;
  readonly streaming?: (Omit<StreamSubscription, 'id' | 'state'> & { readonly isStarted: boolean }) | undefined;
  readonly transcription?: (Omit<TranscriptSubscription, 'id' | 'state'> & { readonly isStarted: boolean }) | undefined;
}

/** @throws {Fault} 400 when an address is none that may be asked */
export function requireAddresses({ mayGoTo }: Pick<CallingParts, 'mayGoTo'>, options: ConnectionOptions): void {
  if (!mayGoTo(options.callbackUri, 'http')) {
    throw new Fault(callFaults.callbackUri);
  }
  for (const stream of [options.streaming, options.transcription]) {
    if (stream !== undefined && !mayGoTo(stream.transportUrl, 'websocket')) {
      throw new Fault(callFaults.invalid, { message: 'The field TransportUrl is invalid.' });
    }
  }
}

/** Puts an application into a call; what it wants to begin with the call is a task then. */
export function addConnection(
  step: CallStep,
  own: Pick<Connection, 'id' | 'displayName' | 'targets'> & Partial<Connection>,
  options: ConnectionOptions,
): Connection {
  const { callbackUri, context, apiVersion, cognitiveEndpoint } = options;
  const streaming = subscribed(step, options.streaming);
  const transcription = subscribed(step, options.transcription);
  const connection: Connection = {
    state: 'connecting',
    callbackUri,
    ...(context !== undefined && { context }),
    apiVersion,
    ...(cognitiveEndpoint !== undefined && { cognitiveEndpoint }),
    ...(streaming !== undefined && { streaming }),
    ...(transcription !== undefined && { transcription }),
    tones: [],
    ...own,
  };
  step.set({ connections: [...step.call.connections, connection] });
  beginWithCall(step, connection, 'start-stream', streaming, options.streaming);
  beginWithCall(step, connection, 'start-transcript', transcription, options.transcription);
  return connection;
}

function subscribed<Options extends { readonly isStarted: boolean }>(step: CallStep, options: Options | undefined) {
  if (options === undefined) {
    return undefined;
  }
  const { isStarted: _, ...rest } = options;
  return { id: step.ids.uuid(), state: 'inactive', ...rest } as const;
}

function beginWithCall(
  step: CallStep,
  { id, context }: Connection,
  kind: 'start-stream' | 'start-transcript',
  subscription: { readonly id: string } | undefined,
  options: { readonly isStarted: boolean } | undefined,
): void {
  if (subscription !== undefined && options?.isStarted) {
    const stream = subscription.id;
    step.begin({ id: step.ids.uuid(), kind, connection: id, stream, ...(context !== undefined && { context }) });
  }
}
