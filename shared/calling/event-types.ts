// The event of calls, as the contract has it. https://learn.microsoft.com/azure/event-grid/communication-services-voice-video-events
import { z } from 'zod';
import { type EventType, eventType } from '../events/index.js';

const text = z.string();
const Identifier = z.looseObject({ kind: text, rawId: text });

export const incomingCall = eventType({
  name: 'IncomingCall',
  level: 'call',
  summary: 'Somebody calls a number or an identity of the resource, and an application can answer, redirect or reject.',
  data: z.strictObject({
    to: Identifier,
    from: Identifier,
    serverCallId: text,
    callerDisplayName: text,
    customContext: z.strictObject({ sipHeaders: z.record(text, text), voipHeaders: z.record(text, text) }),
    incomingCallContext: text,
    correlationId: text,
  }),
  withoutContent: (data) => ({ ...data, callerDisplayName: '', customContext: { sipHeaders: {}, voipHeaders: {} } }),
});

export const callEventGridTypes: readonly EventType[] = [incomingCall];
