import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { accessKey, type Auth } from '../../shared/auth/index.js';
import { StreamedBody, WholeBody } from '../../shared/http/index.js';
import { startPipeline } from './test-pipeline.js';

const common = { name: 'test', summary: 'Test.', service: 'privacy', auth: accessKey } as const;
const Headers = z.object({ 'content-type': z.string().optional() });

const takeReport = operation({
  ...common,
  route: 'POST reports',
  headers: Headers,
  body: WholeBody,
  contentTypes: ['message/delivery-status', 'multipart/report'],
  ok: async ({ body, headers }) => ({ text: body.toString('utf8'), type: headers['content-type'] }),
});
const takeEvents = operation({
  ...common,
  route: 'POST events',
  body: z.union([z.object({ id: z.string() }), z.array(z.object({ id: z.string() }))]),
  contentTypes: ['application/cloudevents+json', 'application/cloudevents-batch+json'],
  ok: async ({ body }) => ({ events: [body].flat() }),
});
const takeJson = operation({ ...common, route: 'POST json', body: z.object({}), ok: async () => ({}) });

it('Bytes arrive as they were sent, with the type that they were sent with', async () => {
  const { ask } = startPipeline();
  const type = 'multipart/report; boundary="a b"; report-type=delivery-status';
  const answer = await ask(takeReport, { body: '{ no JSON', headers: { 'content-type': type } });
  expect(answer).toMatchObject({ status: 200, body: { text: '{ no JSON', type } });
});

it('A type that is not declared is refused with those that are', async () => {
  const { ask } = startPipeline();
  for (const type of ['application/json', 'message/delivery-status-of-mine', '']) {
    expect(await ask(takeReport, { body: 'x', headers: { 'content-type': type } })).toMatchObject({
      status: 415,
      body: { error: { message: 'Send the request body as message/delivery-status or multipart/report.' } },
    });
  }
  expect((await ask(takeEvents, { body: { id: '1' }, headers: { 'content-type': 'application/json' } })).status).toBe(
    415,
  );
});

it.each([
  ['one', 'application/cloudevents+json; charset=utf-8', { id: '1' }],
  ['a batch', 'application/cloudevents-batch+json', [{ id: '1' }]],
])('Events are read as JSON of their own type: %s', async (_, type, body) => {
  const { ask } = startPipeline();
  expect(await ask(takeEvents, { body, headers: { 'content-type': type } })).toMatchObject({
    status: 200,
    body: { events: [{ id: '1' }] },
  });
});

it('JSON of any kind is taken where nothing is declared', async () => {
  const { ask } = startPipeline();
  for (const type of ['application/json', 'application/merge-patch+json; charset=utf-8', 'Application/JSON']) {
    expect((await ask(takeJson, { body: {}, headers: { 'content-type': type } })).status).toBe(200);
  }
  for (const type of ['text/plain', 'application/jsonp', 'text/json+x']) {
    expect((await ask(takeJson, { body: {}, headers: { 'content-type': type } })).status).toBe(415);
  }
});

it.each([
  ['signed, so that it had to be read before', accessKey],
  ['not signed', { kind: 'anonymous' }],
] as const)('A body is streamed, %s', async (_, auth: Auth) => {
  const { ask } = startPipeline();
  const take = operation({
    ...common,
    auth,
    route: 'PUT chunks',
    body: StreamedBody,
    contentTypes: ['audio/*'],
    ok: async ({ body }: { body: Readable }) => ({ text: await text(body) }),
  });
  expect(await ask(take, { body: 'chunk', headers: { 'content-type': 'audio/mpeg' } })).toMatchObject({
    status: 200,
    body: { text: 'chunk' },
  });
  expect((await ask(take, { body: 'chunk', headers: { 'content-type': 'video/mp4' } })).status).toBe(415);
});

it.each(['gzip', 'br', 'deflate, gzip'])('A body that is coded as %s is refused with the reason', async (coding) => {
  const { ask } = startPipeline();
  for (const operationOf of [takeReport, takeJson]) {
    const type = operationOf === takeReport ? 'multipart/report' : 'application/json';
    const answer = await ask(operationOf, {
      body: gzipSync('{}'),
      headers: { 'content-encoding': coding, 'content-type': type },
    });
    expect(answer).toMatchObject({ status: 415, headers: { 'accept-encoding': 'identity' } });
    expect(JSON.stringify(answer.body)).toContain('content-encoding');
  }
});

it('A body that says that it is not coded is taken', async () => {
  const { ask } = startPipeline();
  expect((await ask(takeJson, { body: {}, headers: { 'content-encoding': 'identity' } })).status).toBe(200);
});

it('JSON that is not UTF-8 is refused with the reason, and a byte order mark is passed over', async () => {
  const { ask } = startPipeline();
  const wrong = Buffer.concat([Buffer.from('{"name":"J'), Buffer.from([0xf6]), Buffer.from('rg"}')]);
  const refused = await ask(takeJson, { body: wrong });
  expect(refused.status).toBe(400);
  expect(JSON.stringify(refused.body)).toContain('UTF-8');
  expect((await ask(takeJson, { body: Buffer.from('\uFEFF{}') })).status).toBe(200);
});
