// Errors of the identity service; `IdentityNotOwned` and its text as recorded from the service.
import { catalogue } from '../http/index.js';

export const identityFaults = catalogue({
  otherEntraToken: {
    status: 401,
    code: 'Unauthorized',
    message: 'The Entra ID token is of another application or user than appId and userId say.',
  },
  identityNotOwned: {
    status: 401,
    code: 'IdentityNotOwned',
    message: "Provided identity doesn't belong to the resource.",
  },
});
