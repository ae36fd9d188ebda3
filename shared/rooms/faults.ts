// Errors of rooms; codes and texts as recorded from the service, where it was.
import { catalogue, Fault } from '../http/index.js';
import { maxRoomParticipants } from './limits.js';

export const roomFaults = catalogue({
  invalidRoomId: { status: 400, code: 'BadRequest', message: 'Invalid room ID.' },
  notFound: { status: 404, code: 'ResourceNotFound', message: 'Resource not found' },
  malformed: {
    status: 400,
    code: 'BadRequest',
    message: 'The request could not be understood by the server due to malformed syntax.',
  },
  invalidIdentifier: { status: 400, code: 'BadRequest', message: 'Invalid format for communication identifier.' },
  notOurs: {
    status: 400,
    code: 'BadRequest',
    message: 'Whoever takes part must be an identity of this resource that was not deleted.',
  },
  tooManyParticipants: {
    status: 400,
    code: 'BadRequest',
    message: `A room has at most ${maxRoomParticipants} participants.`,
  },
  repeatedOtherwise: {
    status: 400,
    code: 'BadRequest',
    message: 'This repeatability id came with another request before. Send each new request with an id of its own.',
  },
  busy: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'Others change the same room at this moment. Send the request again.',
  },
});

const words = {
  range: { message: 'The time range is incorrect, or larger than 180 days.', target: 'ValidUntil' },
  beginning: { message: 'Value is incorrect or more than 180 days in the future', target: 'ValidFrom' },
  together: { message: 'validFrom and validUntil should be set together.' },
  role: { message: 'The role Collaborator is known from api-version 2025-03-13 on.', target: 'Role' },
} as const;

/** What is wrong with a part of the request, in the form that was recorded. */
export function wrongPart(what: keyof typeof words): Fault {
  return new Fault(roomFaults.malformed, { details: [{ code: 'BadArgument', ...words[what] }] });
}
