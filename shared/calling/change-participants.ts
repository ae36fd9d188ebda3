// Who is in a call: adding, taking out, muting, holding.
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { askCall, type CallAnswer, requirePresent, taskOf } from './ask-call.js';
import type { Asked, CallingParts } from './calling-parts.js';
import { settlePeople } from './create-call.js';
import { endIfEmpty } from './end-call.js';
import { callFaults } from './faults.js';
import { maxParticipants, ringSeconds } from './limits.js';
import type { CallHeaders, PlaySource } from './media-orders.js';
import type { Call, Participant } from './model.js';
import { removeParticipant } from './remove-participant.js';
import { results } from './results.js';
import { requireCallable } from './who-may-call.js';

export interface AddParticipant extends Asked {
  readonly who: string;
  readonly callerNumber?: string | undefined;
  readonly displayName?: string | undefined;
  readonly seconds?: number | undefined;
  readonly headers?: CallHeaders | undefined;
}

export interface Invited {
  readonly participant: Participant;
  readonly invitation: string;
}

export async function addParticipant(
  parts: CallingParts,
  resource: Resource,
  asked: AddParticipant,
): Promise<CallAnswer<Invited>> {
  const { who, callerNumber, displayName, seconds = ringSeconds, headers } = asked;
  await requireCallable(parts, resource, { targets: [who], callerNumber });
  const began = parts.clock.now();
  let written: Call | undefined;
  const answer = await askCall(parts, asked, ({ step, isRepeated }): Invited => {
    const task = taskOf(step, 'add', asked, { who });
    const participant: Participant = { rawId: who, state: 'ringing', isMuted: false, isOnHold: false };
    if (isRepeated) {
      return { participant, invitation: task.id };
    }
    if (step.participant(who) !== undefined) {
      throw new Fault(callFaults.wrongState, { message: 'They are in the call, or invited to it, already.' });
    }
    if (step.call.participants.length >= maxParticipants) {
      throw new Fault(callFaults.full);
    }
    step.begin(task);
    step.set({ participants: [...step.call.participants, participant] });
    step.order({
      do: 'ring',
      who,
      seconds,
      ...(callerNumber !== undefined && { callerNumber }),
      ...(displayName !== undefined && { displayName }),
      ...(headers !== undefined && { headers }),
    });
    written = step.call;
    return { participant, invitation: task.id };
  });
  if (written !== undefined) {
    await settlePeople(parts, { ...written, participants: [answer.result.participant] }, began);
  }
  return answer;
}

/** What came of it is told as an event; that the invitation is gone is no error of the request. */
export async function cancelAdd(
  parts: CallingParts,
  asked: Asked & { readonly invitation: string },
): Promise<CallAnswer<void>> {
  const { invitation } = asked;
  return askCall(parts, asked, ({ step, isRepeated }) => {
    if (isRepeated) {
      return;
    }
    const ours = taskOf(step, 'add', { ...asked, requestId: undefined });
    const found = step.call.tasks.find(({ id, kind }) => id === invitation && kind === 'add');
    const data = { invitationId: invitation };
    if (found?.who === undefined) {
      step.raiseFor(ours, 'CancelAddParticipantFailed', results.tooLate, { data });
      return;
    }
    step.finish(found.id);
    step.set({ participants: step.call.participants.filter(({ rawId }) => rawId !== found.who) });
    step.order({ do: 'stop-ringing', who: found.who });
    step.raiseFor(ours, 'CancelAddParticipantSucceeded', results.done, { data });
  });
}

export async function takeOut(parts: CallingParts, asked: Asked & { readonly who: string }): Promise<CallAnswer<void>> {
  const { who } = asked;
  return askCall(parts, asked, ({ step, isRepeated }) => {
    if (isRepeated) {
      return;
    }
    requirePresent(step, who);
    step.order({ do: 'drop', who });
    const ours = taskOf(step, 'add', { ...asked, requestId: undefined });
    step.raiseFor(ours, 'RemoveParticipantSucceeded', results.done, { data: { participant: who }, about: [who] });
    removeParticipant(step, who);
    endIfEmpty(step, results.ended);
  });
}

export async function muteParticipant(
  parts: CallingParts,
  asked: Asked & { readonly who: string },
): Promise<CallAnswer<void>> {
  const { who } = asked;
  return askCall(parts, asked, ({ step }) => {
    if (!requirePresent(step, who).isMuted) {
      step.setParticipant(who, { isMuted: true });
      step.order({ do: 'mute', who });
      step.tellParticipants();
    }
  });
}

export async function holdParticipant(
  parts: CallingParts,
  asked: Asked & { readonly who: string; readonly music?: PlaySource | undefined },
): Promise<CallAnswer<void>> {
  const { who, music } = asked;
  return askCall(parts, asked, ({ step }) => {
    if (requirePresent(step, who).isOnHold) {
      throw new Fault(callFaults.wrongState, { message: 'They are on hold already.' });
    }
    step.setParticipant(who, { isOnHold: true });
    step.order({ do: 'hold', who, ...(music !== undefined && { music }) });
    step.tellFollowers('held', who);
    step.tellParticipants();
  });
}

export async function unholdParticipant(
  parts: CallingParts,
  asked: Asked & { readonly who: string },
): Promise<CallAnswer<void>> {
  const { who } = asked;
  return askCall(parts, asked, ({ step }) => {
    if (requirePresent(step, who).isOnHold) {
      step.setParticipant(who, { isOnHold: false });
      step.order({ do: 'unhold', who });
      step.tellFollowers('resumed', who);
      step.tellParticipants();
    }
  });
}
