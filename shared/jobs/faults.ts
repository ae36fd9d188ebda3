// What a caller hears of a long-running operation that cannot be begun.
import { catalogue } from '../http/index.js';

export const jobFaults = catalogue({
  operationIdTaken: {
    status: 409,
    code: 'Conflict',
    message: 'An operation with this id exists, and was begun with another request. Choose another id.',
  },
});
