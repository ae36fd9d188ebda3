// Who is in a call: listing, adding, taking out, muting, holding, handing over, moving.
import { type Operation, operation } from '../../shared/api/index.js';

import {
  addParticipant,
  type CallingParts,
  cancelAdd,
  findParticipant,
  listParticipants,
  moveParticipants,
  muteParticipant,
  takeOut,
  transferCall,
} from '../../shared/calling/index.js';
import { nextLink } from '../wire/next-link.js';
import { ParticipantsQuery } from './calls.js';
import { chained, chainHeader, changesCall, echo, ofCall, toAsked } from './chain.js';
import {
  AddParticipantRequest,
  AddParticipantResponse,
  CancelAddRequest,
  CancelAddResponse,
  Echo,
  MoveRequest,
  MoveResponse,
  MuteRequest,
  RemoveParticipantRequest,
  TransferRequest,
} from './media-wire.js';
import { CallParticipant, ParticipantsPage, renderParticipant } from './wire.js';

export function participantOperations(parts: CallingParts): Operation[] {
  return [...looking(parts), ...inviting(parts), ...changing(parts)];
}

function looking({ calls }: CallingParts): Operation[] {
  return [
    operation({
      ...changesCall,
      name: 'calls-list-participants',
      contract: 'callConnection.getParticipants',
      summary: 'Lists who is in a call.',
      route: `GET ${ofCall}/participants`,
      query: ParticipantsQuery,
      answers: { 200: ParticipantsPage },
      answerHeaders: { 200: [chainHeader] },
      answer: async ({ resource, params: { callConnectionId: id }, query: { from }, request }) => {
        const { call, participants, next } = await listParticipants(calls, resource.immutableId, id, from);
        const path = `/calling/callConnections/${id}/participants`;
        return chained(200, call.correlationId, {
          value: participants.map(renderParticipant),
          ...(next !== undefined && { nextLink: nextLink(request, path, { from: next }) }),
        });
      },
    }),
    operation({
      ...changesCall,
      name: 'calls-get-participant',
      contract: 'callConnection.getParticipant',
      summary: 'Gets how somebody is in a call.',
      route: `GET ${ofCall}/participants/{participantRawId}`,
      answers: { 200: CallParticipant },
      answerHeaders: { 200: [chainHeader] },
      answer: async ({ resource, params: { callConnectionId: id, participantRawId } }) => {
        const { call, participant } = await findParticipant(calls, resource.immutableId, id, participantRawId);
        return chained(200, call.correlationId, renderParticipant(participant));
      },
    }),
  ];
}

function inviting(parts: CallingParts): Operation[] {
  return [
    operation({
      ...changesCall,
      name: 'calls-add-participant',
      contract: 'callConnection.addParticipant',
      summary: 'Invites somebody into a call.',
      route: `POST ${ofCall}/participants:add`,
      body: AddParticipantRequest,
      answers: { 202: AddParticipantResponse },
      answerHeaders: { 202: [chainHeader] },
      answer: async (input) => {
        const { body, resource, request } = input;
        const { result, correlationId } = await addParticipant(parts, resource, {
          ...toAsked(input, body),
          who: body.participantToAdd,
          callerNumber: body.sourceCallerIdNumber,
          displayName: body.sourceDisplayName,
          seconds: body.invitationTimeoutInSeconds,
          headers: body.customCallingContext,
        });
        const { participant, invitation } = result;
        const answered = { participant: renderParticipant(participant), ...echo(body), invitationId: invitation };
        return chained(202, correlationId, answered, request);
      },
    }),
    operation({
      ...changesCall,
      name: 'calls-cancel-add-participant',
      contract: 'callConnection.cancelAddParticipant',
      summary: 'Takes an invitation into a call back.',
      route: `POST ${ofCall}/participants:cancelAddParticipant`,
      body: CancelAddRequest,
      answers: { 202: CancelAddResponse },
      answerHeaders: { 202: [chainHeader] },
      answer: async (input) => {
        const { body, request } = input;
        const { invitationId } = body;
        const { correlationId } = await cancelAdd(parts, { ...toAsked(input, body), invitation: invitationId });
        return chained(202, correlationId, { invitationId, ...echo(body) }, request);
      },
    }),
    operation({
      ...changesCall,
      name: 'calls-remove-participant',
      contract: 'callConnection.removeParticipant',
      summary: 'Takes somebody out of a call.',
      route: `POST ${ofCall}/participants:remove`,
      body: RemoveParticipantRequest,
      answers: { 202: Echo },
      answerHeaders: { 202: [chainHeader] },
      answer: async (input) => {
        const { body, request } = input;
        const { correlationId } = await takeOut(parts, { ...toAsked(input, body), who: body.participantToRemove });
        return chained(202, correlationId, echo(body), request);
      },
    }),
  ];
}

function changing(parts: CallingParts): Operation[] {
  return [
    operation({
      ...changesCall,
      name: 'calls-mute-participant',
      contract: 'callConnection.mute',
      summary: 'Mutes somebody in a call.',
      route: `POST ${ofCall}/participants:mute`,
      body: MuteRequest,
      answers: { 200: Echo },
      answerHeaders: { 200: [chainHeader] },
      answer: async (input) => {
        const { body, request } = input;
        const [who = ''] = body.targetParticipants;
        const { correlationId } = await muteParticipant(parts, { ...toAsked(input, body), who });
        return chained(200, correlationId, echo(body), request);
      },
    }),
    operation({
      ...changesCall,
      name: 'calls-transfer',
      contract: 'callConnection.transferToParticipant',
      summary: 'Hands somebody in a call over to somebody else.',
      route: `POST ${ofCall}:transferToParticipant`,
      body: TransferRequest,
      answers: { 202: Echo },
      answerHeaders: { 202: [chainHeader] },
      answer: async (input) => {
        const { body, resource, request } = input;
        const { correlationId } = await transferCall(parts, resource, {
          ...toAsked(input, body),
          to: body.targetParticipant,
          transferee: body.transferee,
          callerNumber: body.sourceCallerIdNumber,
          headers: body.customCallingContext,
        });
        return chained(202, correlationId, echo(body), request);
      },
    }),
    operation({
      ...changesCall,
      name: 'calls-move-participants',
      contract: 'callConnection.moveParticipants',
      summary: 'Moves people from another call into this one.',
      route: `POST ${ofCall}/participants:moveHere`,
      body: MoveRequest,
      answers: { 202: MoveResponse },
      answerHeaders: { 202: [chainHeader] },
      answer: async (input) => {
        const { body, request } = input;
        const { fromCall, targetParticipants: people } = body;
        const asked = { ...toAsked(input, body), people, fromCall };
        const { result, correlationId } = await moveParticipants(parts, asked);
        const answered = { participants: result.map(renderParticipant), ...echo(body), fromCall };
        return chained(202, correlationId, answered, request);
      },
    }),
  ];
}
