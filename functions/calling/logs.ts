// The table of call automation, as ACS has it: requests by the id of the connection. Nobody in a call is named.
import { type RequestLog, requestTable } from '../request-log.js';

const callOperationsLog = requestTable({
  name: 'ACSCallAutomationIncomingOperations',
  category: 'CallAutomationOperational',
  summary: 'A request about a call was answered.',
  columns: { CallConnectionId: { type: 'string', holds: 'id of the connection' } },
});

export const callRequestLog: RequestLog = {
  table: callOperationsLog,
  service: 'callAutomation',
  columnsOf: ({ params }) => ({ CallConnectionId: params['callConnectionId'] }),
};
