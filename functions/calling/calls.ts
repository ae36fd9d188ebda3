// Beginning calls, taking those that come in, how one stands, and its end.
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { NoBody } from '../../shared/http/index.js';
import {
  answerCall,
  type CallingParts,
  callRateLimits,
  connectCall,
  createCall,
  describeCall,
  hangUp,
  redirectCall,
  rejectCall,
  terminateCall,
} from '../../shared/calling/index.js';
import { callFaults } from '../../shared/calling/index.js';
import { chained, chainHeader, toAsked } from './chain.js';
import {
  AnswerCallRequest,
  CallConnectionProperties,
  ConnectRequest,
  CreateCallRequest,
  RedirectCallRequest,
  RejectCallRequest,
  renderConnection,
  toOptions,
} from './wire.js';

const common = { service: 'callAutomation', auth: accessKey, invalid: callFaults.invalid } as const;
const begins = { ...common, limit: callRateLimits.beginCalls } as const;
const changes = { ...common, limit: callRateLimits.changeCalls } as const;

export function callOperations(parts: CallingParts): Operation[] {
  return [...beginning(parts), ...offered(parts), ...described(parts)];
}

function beginning(parts: CallingParts): Operation[] {
  return [
    operation({
      ...begins,
      name: 'calls-create',
      contract: 'callAutomation.createCall',
      summary: 'Calls somebody, or several.',
      route: 'POST calling/callConnections',
      body: CreateCallRequest,
      answers: { 201: CallConnectionProperties },
      answerHeaders: { 201: [chainHeader] },
      answer: async ({ resource, body, request }) => {
        const { repeatabilityRequestId: requestId, origin: address, apiVersion } = request;
        const made = await createCall(parts, resource, {
          ...toOptions(body, apiVersion),
          address,
          requestId,
          targets: body.targets,
          source: body.source,
          callerNumber: body.sourceCallerIdNumber,
          displayName: body.sourceDisplayName,
        });
        return chained(201, made.call.correlationId, renderConnection(made), request);
      },
    }),
    operation({
      ...begins,
      name: 'calls-connect',
      contract: 'callAutomation.connect',
      summary: 'Comes into a call that goes on, or into that of a group or a room.',
      route: 'POST calling/callConnections:connect',
      body: ConnectRequest,
      answers: { 200: CallConnectionProperties },
      answerHeaders: { 200: [chainHeader] },
      answer: async ({ resource, body, request }) => {
        const { repeatabilityRequestId: requestId, origin: address, apiVersion } = request;
        const options = toOptions(body, apiVersion);
        const made = await connectCall(parts, resource, { ...options, address, requestId, locator: body.callLocator });
        return chained(200, made.call.correlationId, renderConnection(made, 'unknown'), request);
      },
    }),
  ];
}

function offered(parts: CallingParts): Operation[] {
  return [
    operation({
      ...begins,
      name: 'calls-answer',
      contract: 'callAutomation.answerCall',
      summary: 'Answers a call that comes in.',
      route: 'POST calling/callConnections:answer',
      body: AnswerCallRequest,
      answers: { 200: CallConnectionProperties },
      answerHeaders: { 200: [chainHeader] },
      answer: async ({ resource, body, request }) => {
        const { repeatabilityRequestId: requestId, apiVersion } = request;
        const { incomingCallContext: offer, answeredBy } = body;
        const options = toOptions(body, apiVersion);
        const made = await answerCall(parts, resource, { ...options, offer, answeredBy, requestId });
        return chained(200, made.call.correlationId, renderConnection(made, 'unknown'), request);
      },
    }),
    operation({
      ...changes,
      name: 'calls-redirect',
      contract: 'callAutomation.redirectCall',
      summary: 'Hands a call that comes in to somebody else.',
      route: 'POST calling/callConnections:redirect',
      body: RedirectCallRequest,
      answers: { 204: NoBody },
      answerHeaders: { 204: [chainHeader] },
      answer: async ({ resource, body, request }) => {
        const { incomingCallContext, target: to } = body;
        return chained(204, await redirectCall(parts, resource, incomingCallContext, { to }), undefined, request);
      },
    }),
    operation({
      ...changes,
      name: 'calls-reject',
      contract: 'callAutomation.rejectCall',
      summary: 'Turns a call away that comes in.',
      route: 'POST calling/callConnections:reject',
      body: RejectCallRequest,
      answers: { 204: NoBody },
      answerHeaders: { 204: [chainHeader] },
      answer: async ({ resource, body, request }) => {
        const { incomingCallContext, callRejectReason } = body;
        const id = await rejectCall(parts, resource, incomingCallContext, callRejectReason);
        return chained(204, id, undefined, request);
      },
    }),
  ];
}

function described(parts: CallingParts): Operation[] {
  const { calls } = parts;
  return [
    operation({
      ...changes,
      name: 'calls-get',
      contract: 'callConnection.getCall',
      summary: 'Gets how a call stands.',
      route: 'GET calling/callConnections/{callConnectionId}',
      answers: { 200: CallConnectionProperties },
      answerHeaders: { 200: [chainHeader] },
      answer: async ({ resource, params }) => {
        const found = await describeCall(calls, resource.immutableId, params.callConnectionId);
        return chained(200, found.call.correlationId, renderConnection(found));
      },
    }),
    operation({
      ...changes,
      name: 'calls-hang-up',
      contract: 'callConnection.hangupCall',
      summary: 'Leaves a call.',
      route: 'DELETE calling/callConnections/{callConnectionId}',
      answers: { 204: NoBody },
      answerHeaders: { 204: [chainHeader] },
      answer: async (input) => {
        const { correlationId } = await hangUp(parts, toAsked(input));
        return chained(204, correlationId, undefined, input.request);
      },
    }),
    operation({
      ...changes,
      name: 'calls-terminate',
      contract: 'callConnection.terminateCall',
      summary: 'Ends a call for everybody.',
      route: 'POST calling/callConnections/{callConnectionId}:terminate',
      answers: { 204: NoBody },
      answerHeaders: { 204: [chainHeader] },
      answer: async (input) => {
        const { correlationId } = await terminateCall(parts, toAsked(input));
        return chained(204, correlationId, undefined, input.request);
      },
    }),
  ];
}

export const ParticipantsQuery = z.object({ from: z.coerce.number().int().min(0).max(10_000).default(0) });
