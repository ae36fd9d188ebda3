// How a call stands, and who is in it.
import type { Calls } from './calls.js';
import { keyOfConnection } from './call-ids.js';
import type { ConnectionOfCall } from './create-call.js';
import { callFaults } from './faults.js';
import { Fault } from '../http/index.js';
import { participantsPerPage } from './limits.js';
import type { Call, Participant } from './model.js';

export async function describeCall(calls: Calls, resourceId: string, id: string): Promise<ConnectionOfCall> {
  const call = await calls.get(resourceId, keyOfConnection(id));
  const connection = call.connections.find((each) => each.id === id.toLowerCase());
  if (connection === undefined) {
    throw new Fault(callFaults.notFound);
  }
  return { call, connection };
}

export interface ParticipantPage {
  readonly call: Call;
  readonly participants: readonly Participant[];
  /** Where the next page begins; undefined after the last. */
  readonly next: number | undefined;
}

/** @param from how many came before; of a call that changes meanwhile somebody may be missed, or come twice */
export async function listParticipants(
  calls: Calls,
  resourceId: string,
  id: string,
  from: number,
): Promise<ParticipantPage> {
  const { call } = await describeCall(calls, resourceId, id);
  const present = call.participants.filter(({ state }) => state === 'in');
  const to = from + participantsPerPage;
  return { call, participants: present.slice(from, to), next: to < present.length ? to : undefined };
}

/** @throws {Fault} 404 */
export async function findParticipant(
  calls: Calls,
  resourceId: string,
  id: string,
  rawId: string,
): Promise<{ readonly call: Call; readonly participant: Participant }> {
  const { call } = await describeCall(calls, resourceId, id);
  const participant = call.participants.find((each) => each.rawId === rawId && each.state === 'in');
  if (participant === undefined) {
    throw new Fault(callFaults.participantNotFound);
  }
  return { call, participant };
}
