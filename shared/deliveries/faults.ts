// Errors that the caller of a capability may see because of its outbox.
import { catalogue } from '../http/index.js';

export const deliveryFaults = catalogue({
  tooManyWaiting: {
    status: 429,
    code: 'TooManyRequests',
    message: 'Too many deliveries wait already. Send this one again after the time that Retry-After says.',
  },
  tooLarge: {
    status: 413,
    code: 'RequestBodyTooLarge',
    message: 'What is to be delivered is larger than can be kept until it is.',
  },
  stopping: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The server is currently unable to handle the request.',
  },
});
