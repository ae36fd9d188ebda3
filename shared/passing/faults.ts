// Errors of passing requests on.
import { catalogue } from '../http/index.js';

export const passingFaults = catalogue({
  unreachable: {
    status: 502,
    code: 'BadGateway',
    message: 'The geography that this resource lies in cannot be reached from here. Try again.',
  },
  tooSlow: {
    status: 504,
    code: 'GatewayTimeout',
    message: 'The geography that this resource lies in did not answer in time. Try again.',
  },
  homeUnknown: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'It cannot be found out now which geography answers at this host name. Try again.',
  },
  tooManyHosts: {
    status: 429,
    code: 'TooManyRequests',
    message: 'Too many host names are being looked for at once. Try again.',
  },
  notPassable: {
    status: 400,
    code: 'BadRequest',
    message:
      'The resource lies in another geography, and a request of this form cannot be passed on: send GET and HEAD without a body, and exactly as many bytes as Content-Length says.',
  },
  hopRefused: {
    status: 403,
    code: 'Forbidden',
    message: 'This request claims that another geography has passed it on, but does not prove it.',
  },
  loop: {
    status: 508,
    code: 'LoopDetected',
    message: 'Two geographies each take the other for the home of this resource. Compare their settings of hosts.',
  },
});
