// Errors of the chat service. Chat declares 401, 403, 429 and 503; texts as seen in its answers.
import { catalogue } from '../http/index.js';

export const chatFaults = catalogue({
  notAParticipant: {
    status: 403,
    code: 'Forbidden',
    message: "The initiator doesn't have the permission to perform the requested operation.",
  },
  repeatedOtherwise: {
    status: 400,
    code: 'BadRequest',
    message: 'This repeatability-request-id came with another request. Use a new one for each thread.',
  },
  threadGone: { status: 404, code: 'NotFound', message: 'The chat thread was deleted.' },
  policyRunOut: {
    status: 400,
    code: 'BadRequest',
    message: 'The thread is older than that. Give it no policy, or more days than its age.',
  },
  notRestorable: {
    status: 404,
    code: 'NotFound',
    message: 'There is no such expired thread; it may be gone for good.',
  },
  messageNotFound: { status: 404, code: 'NotFound', message: 'The chat message does not exist in this thread.' },
  foreignAddress: {
    status: 400,
    code: 'BadRequest',
    message: 'Attachments lead to the resource itself: send an address of the resource, or one without a host.',
  },
  notTheSender: {
    status: 403,
    code: 'Forbidden',
    message: 'Only the sender of a message can change or delete it.',
  },
  imageNotFound: { status: 404, code: 'NotFound', message: 'The image does not exist in this thread.' },
  tooManyImages: {
    status: 403,
    code: 'QuotaExceeded',
    message:
      'There is no room for another image in this thread, or not of this user: docs/limits.md has the figures. Delete images first.',
  },
  notAnImage: {
    status: 415,
    code: 'UnsupportedMediaType',
    message: 'Send an image: PNG, JPEG, GIF or WebP, with its content type.',
  },
  missingFileName: {
    status: 400,
    code: 'BadRequest',
    message: 'Name the file in the header image-filename, 1 to 255 characters.',
  },
  messageTooLarge: { status: 400, code: 'BadRequest', message: 'Message size exceeded.' },
  emptyContent: {
    status: 400,
    code: 'BadRequest',
    message: 'The message says nothing: give it content, an attachment or metadata.',
  },
  malformedThreadId: { status: 400, code: 'BadRequest', message: 'The thread id is not the id of a chat thread.' },
  tooManyParticipants: {
    status: 400,
    code: 'BadRequest',
    message: 'A thread has at most 250 participants, and one call names at most 200.',
  },
  threadTooLarge: {
    status: 400,
    code: 'BadRequest',
    message: 'Names and metadata of all participants are too large together. Shorten them.',
  },
  metadataTooLarge: { status: 400, code: 'BadRequest', message: 'Metadata is at most 1 KB in all.' },
});
