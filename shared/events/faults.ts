// Errors of events; a test sees them, nobody else.
import { catalogue } from '../http/index.js';

export const eventFaults = catalogue({
  brokerAway: { status: 503, code: 'BrokerNotThere', message: 'The broker of events does not answer.' },
  brokerRefuses: { status: 400, code: 'BrokerRefused', message: 'The broker of events refuses.' },
});
