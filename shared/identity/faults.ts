// Errors of the identity service; codes and texts as recorded from the service.
import { catalogue } from '../http/index.js';

export const identityFaults = catalogue({
  invalid: { status: 400, code: 'ValidationError', message: 'The request is not valid.' },
  otherEntraToken: {
    status: 400,
    code: 'ValidationError',
    message: 'The Entra ID token is of another application or user than appId and userId say.',
  },
  invalidAccessToken: { status: 401, code: 'InvalidAccessToken', message: 'Provided access token is not valid.' },
  identityNotOwned: {
    status: 401,
    code: 'IdentityNotOwned',
    message: "Provided identity doesn't belong to the resource.",
  },
});
