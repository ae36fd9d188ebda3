// Traces: the real SDK of OpenTelemetry in a real host. A request and the work that it leaves behind are one trace.
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { send } from '../emulator/host/http-client.js';
import { type HostProcess, startHostProcess } from '../emulator/host/host-process.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';

interface Seen {
  readonly messages: readonly string[];
  readonly spans: readonly Readonly<Record<'name' | 'parent' | 'span' | 'trace', string>>[];
}

let azurite: Azurite;
let host: HostProcess | undefined;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(() => host?.stop());
afterAll(() => azurite?.stop());

const start = async (settings: Readonly<Record<string, string>>) => {
  host = await startHostProcess({
    fixture: new URL('./fixtures/traced-app.mjs', import.meta.url).href,
    settings: { AzureWebJobsStorage: azurite.connectionString, ...settings },
    hostJson: {
      extensions: {
        http: { routePrefix: '' },
        queues: {
          maxDequeueCount: 1,
          visibilityTimeout: '00:00:00',
          maxPollingInterval: '00:00:01',
          messageEncoding: 'base64',
        },
      },
    },
  });
  const { call, port } = host;
  return { port, seen: async () => JSON.parse(JSON.stringify(await call('records'))) as Seen };
};

it('A request, and the work that it left to a queue, are spans of the trace of its client', async () => {
  const { port, seen } = await start({ TRACED: 'yes' });
  const [trace, parent] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  const headers = { traceparent: `00-${trace}-${parent}-01`, tracestate: 'who=anna' };
  expect((await send({ port, method: 'POST', path: '/leave', headers })).status).toBe(202);
  const spans = await vi.waitFor(async () => {
    const ended = (await seen()).spans.filter(({ name }) => name === 'leave-work' || name === 'do-work');
    expect(ended).toHaveLength(2);
    return ended;
  }, 20_000);
  const [request, work] = spans;
  expect(request).toMatchObject({ name: 'leave-work', trace, parent, attributes: {} });
  expect(work).toMatchObject({ name: 'do-work', trace, parent: request?.span, attributes: {}, status: { code: 2 } });
  expect(JSON.stringify(spans)).not.toMatch(/private|anna/);
  expect((await seen()).messages).toEqual(['{"number":17}']);
});

it('Where nobody traces, nothing is carried along', async () => {
  const { port, seen } = await start({});
  const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  expect((await send({ port, method: 'POST', path: '/leave', headers })).status).toBe(202);
  await vi.waitFor(async () => expect((await seen()).messages).toEqual(['{"number":17}']), 20_000);
  expect((await seen()).spans).toEqual([]);
});
