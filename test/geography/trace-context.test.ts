// What a client traces a request by goes along to the geography where it is answered.
import { expect, it } from 'vitest';
import { requestHeaders } from '../../shared/passing/passed-headers.js';

it('A request that is passed on takes the trace context of its client along, and nothing of the connection', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const passed = requestHeaders([
    ['traceparent', traceparent],
    ['tracestate', 'a=b'],
    ['connection', 'keep-alive'],
  ]);
  expect(passed).toEqual({ traceparent, tracestate: 'a=b' });
});
