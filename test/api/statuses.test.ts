import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { operation, UndeclaredStatus } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { Answer, Download, downloadAnswer, downloadOf, Fault, faults, NoBody } from '../../shared/http/index.js';
import { startPipeline } from './test-pipeline.js';

const common = { name: 'test', summary: 'Test.', service: 'privacy', auth: accessKey } as const;

it.each([
  ['ok', 200],
  ['created', 201],
  ['accepted', 202],
] as const)('An operation with the handler "%s" answers %i', async (handler, status) => {
  const { ask } = startPipeline();
  const declared = operation({ ...common, route: 'GET things', [handler]: async () => ({ id: 1 }) });
  expect(declared.statuses).toEqual([status]);
  expect(await ask(declared)).toMatchObject({ status, body: { id: 1 } });
});

it('An operation with several statuses answers the one that its handler chooses, with headers of its own', async () => {
  const { ask, failures } = startPipeline();
  const put = operation({
    ...common,
    route: 'PUT things/{thing}',
    answers: { 200: z.unknown(), 201: z.unknown(), 207: z.unknown(), 302: NoBody },
    answer: async ({ params }) => {
      const status = Number(params.thing) as 200 | 201 | 207 | 302;
      const headers = { location: `/things/${status}` };
      return status === 302 ? new Answer(302, undefined, headers) : new Answer(status, { status }, headers);
    },
  });
  for (const status of [200, 201, 207]) {
    expect(await ask(put, { params: { thing: String(status) } })).toMatchObject({ status, body: { status } });
  }
  const found = await ask(put, { params: { thing: '302' } });
  expect(found).toMatchObject({ status: 302, body: undefined, headers: { location: '/things/302' } });
  expect(failures).toEqual([]);
});

it.each([
  [new Answer(202)],
  [downloadAnswer(new Download(Readable.from(['b']), 'text/plain', 3, { etag: '"1"', range: { first: 1, last: 1 } }))],
])('A status that is not declared is a failure of ours: 500, and reported', async (undeclared) => {
  const { ask, failures } = startPipeline();
  // As from a handler whose types were silenced.
  const answer = async () => undeclared as unknown as Answer<200>;
  const response = await ask(operation({ ...common, route: 'GET things', answers: { 200: NoBody }, answer }));
  expect(response).toMatchObject({ status: 500, body: { error: { code: 'InternalError' } } });
  expect(failures).toEqual([{ name: 'test', failure: expect.any(UndeclaredStatus) }]);
});

it('A part of a content is answered with its place in the whole', async () => {
  const { ask } = startPipeline();
  const get = operation({
    ...common,
    route: 'GET things',
    answers: { 200: downloadOf('text/plain'), 206: downloadOf('text/plain') },
    answer: async () =>
      downloadAnswer(
        new Download(Readable.from(['b']), 'text/plain', 3, { etag: '"1"', range: { first: 1, last: 1 } }),
      ),
  });
  expect(await ask(get)).toMatchObject({ status: 206, body: 'b', headers: { 'content-range': 'bytes 1-1/3' } });
});

it('An answer that leads elsewhere says where to', () => {
  expect(() => new Answer(302)).toThrow('needs a Location');
});

it('What is not there yet is answered, and is no failure of ours', async () => {
  const { ask, failures } = startPipeline();
  const ok = async () => {
    throw new Fault(faults.notThereYet);
  };
  expect(await ask(operation({ ...common, route: 'GET things', ok }))).toMatchObject({
    status: 501,
    headers: { 'x-ms-error-code': 'NotImplemented' },
    body: { error: { code: 'NotImplemented', message: expect.stringContaining('docs/operations.md') } },
  });
  expect(failures).toEqual([]);
});

it('A declaration has one handler, and says where it belongs what that answers', () => {
  const ok = async () => undefined;
  const answer = async () => new Answer(200);
  const route = 'GET things';
  expect(() => operation({ ...common, route })).toThrow('exactly one of');
  expect(() => operation({ ...common, route, ok, created: ok })).toThrow('exactly one of');
  expect(() => operation({ ...common, route, answer: answer as () => Promise<never> })).toThrow('needs answers');
  expect(() => operation({ ...common, route, ok, answers: { 200: NoBody } })).toThrow('needs answers');
  expect(() => operation({ ...common, route, noContent: ok, returns: NoBody })).toThrow('needs returns');
});

it('Headers of an answer are named to browsers, and to them only', async () => {
  const { ask } = startPipeline();
  const route = 'GET things';
  const headers = { location: '/a', 'operation-id': 'x', 'retry-after': '1' };
  const get = operation({
    ...common,
    route,
    answers: { 202: z.object({}) },
    answer: async () => new Answer(202, {}, headers),
  });
  expect((await ask(get)).headers).not.toHaveProperty('access-control-expose-headers');
  const shown = (await ask(get, { headers: { origin: 'https://app.example' } })).headers;
  const names = shown['access-control-expose-headers']?.split(', ');
  expect(names).toEqual(
    expect.arrayContaining(['location', 'operation-id', 'retry-after', 'x-ms-request-id', 'ms-cv']),
  );
  expect(names).not.toContain('content-type');
  const failing = operation({ ...common, route, ok: () => Promise.reject(new Fault(faults.notFound)) });
  const refused = await ask(failing, { headers: { origin: 'https://app.example' } });
  expect(refused.headers['access-control-expose-headers']).toContain('x-ms-error-code');
});
