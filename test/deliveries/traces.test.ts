// A delivery goes on in the trace of the request that it was accepted in, whoever hands it over and when: the real SDK of
// OpenTelemetry, and a real receiver of texts.
import { context, propagation, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { traced } from '../../shared/tracing/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { passMinute } from '../email/deployed-mail.js';
import { repeatable, secretSetting, seedNumber, send, textTo } from '../sms/texts-app.js';
import { startTextReceiver, type TextReceiver } from '../sms/text-receiver.js';

const spans = new InMemorySpanExporter();
let receiver: TextReceiver;
let geography: TestGeography;
let app: TestProcess;

beforeAll(async () => {
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).register();
  receiver = await startTextReceiver();
  geography = await startGeography({ DOMICILE_SMS: JSON.stringify({ url: receiver.url }), ...secretSetting });
  app = await geography.start();
  await seedNumber(app.app);
});
afterAll(async () => {
  for (const api of [trace, context, propagation]) {
    api.disable();
  }
  await geography?.stop();
  await receiver?.close();
});

it('A text that is handed over at once, and one that was put off, carry the trace of their requests', async () => {
  const ids = ['0af7651916cd43dd8448eb211c80319c', '1bf7651916cd43dd8448eb211c80319c'];
  for (const [index, id] of ids.entries()) {
    receiver.instead = index === 0 ? undefined : (response) => response.writeHead(503).end();
    const parent = `00-${id}-b7ad6b7169203331-01`;
    await traced('send', { kind: 'server', parent }, () => send(app, textTo('+15551267001', repeatable())));
    await vi.waitFor(() => expect(receiver.requests).toHaveLength(index + 1), 10_000);
  }
  receiver.instead = undefined;
  await vi.waitFor(async () => {
    app.app.clock.setOffset(app.app.clock.offsetMs + 60_000);
    await passMinute(app, 'texts');
    expect(receiver.requests).toHaveLength(3);
  }, 20_000);
  const carried = receiver.requests.map(({ traceparent = '' }) => traceparent.split('-')[1]);
  expect(carried).toEqual([ids[0], ids[1], ids[1]]);
  const handed = spans.getFinishedSpans().filter(({ name }) => name === 'deliver-texts');
  expect(handed.map((span) => span.spanContext().traceId)).toEqual(carried);
  expect(handed.map(({ attributes }) => attributes)).toEqual([{}, {}, {}]);
  expect(receiver.requests.map(({ traceparent = '' }) => traceparent.split('-')[2])).toEqual(
    handed.map((span) => span.spanContext().spanId),
  );
});
