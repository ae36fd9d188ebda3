import { expect, it } from 'vitest';
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { orAbsent } from '../../functions/wire/null-and-absent.js';
import { startPipeline } from './test-pipeline.js';

const common = { name: 'test', summary: 'Test.', service: 'privacy', auth: accessKey } as const;
const mark = 'Ada-Lovelace';

interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly target?: string;
    readonly details: readonly { readonly code: string; readonly message: string; readonly target?: string }[];
  };
}

const Participant = z.union([z.object({ id: z.string() }), z.object({ phone: z.string() })]);
const order = operation({
  ...common,
  route: 'POST things',
  headers: z.object({ 'operation-id': z.guid().optional() }),
  query: z.object({ maxPageSize: z.coerce.number().int().max(100).optional() }),
  body: z.preprocess(
    (sent) => sent ?? {},
    z.strictObject({
      topic: z.string().max(5),
      participants: orAbsent(z.array(z.object({ id: z.string(), at: Participant.optional() }))),
      metadata: orAbsent(z.record(z.string(), z.string())),
      tags: z.record(z.string().max(8), z.string()).optional(),
    }),
  ),
  ok: async ({ body, query, headers }) => ({ body, query, headers }),
});

async function refuse(body: unknown, more: object = {}) {
  const { ask } = startPipeline();
  const answer = await ask(order, { body, ...more });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).not.toContain(mark);
  return (answer.body as ErrorBody).error;
}

it('All problems of body, query and headers are told at once, and the first stands at the top', async () => {
  const error = await refuse(
    { topic: mark, participants: [{ id: 'a' }, { id: 7 }] },
    { query: '&maxPageSize=many', headers: { 'operation-id': mark } },
  );
  expect(error.details.map(({ target }) => target)).toEqual([
    'topic',
    'participants[1].id',
    'maxPageSize',
    'operation-id',
  ]);
  expect(error).toMatchObject({ code: 'BadRequest', target: 'topic', message: error.details[0]?.message });
  expect(error.message).toBe('"topic" in the body is not valid. Too big: expected string to have <=5 characters');
  expect(error.details[2]?.message).toContain('"maxPageSize" in the query is not valid.');
  expect(error.details[3]?.message).toContain('"operation-id" in the headers is not valid.');
  expect(new Set(error.details.map(({ code }) => code))).toEqual(new Set(['BadArgument']));
});

it('A single problem stands in the details too', async () => {
  const { details, ...top } = await refuse({});
  expect(details).toEqual([{ ...top, code: 'BadArgument' }]);
  expect(top.target).toBe('topic');
});

it('Names that the caller has made up are not repeated: keys of maps, and fields that nobody knows', async () => {
  const { details } = await refuse({
    topic: 'Tea',
    metadata: { [mark]: 7 },
    tags: { [`${mark} of London`]: 'x', [mark.slice(0, 3)]: 7 },
    [mark]: 1,
  });
  expect(details.map(({ target }) => target).sort()).toEqual(['metadata', 'tags', 'tags', undefined]);
  expect(details.map(({ message }) => message)).toContainEqual(
    'The body is not valid. It has a name that this operation does not know.',
  );
});

it('Fields in one of several forms are named as far as a form has them', async () => {
  const { details } = await refuse({ topic: 'Tea', participants: [{ id: 'a', at: { id: 7 } }] });
  expect(details.map(({ target }) => target)).toEqual(['participants[0].at']);
});

it('No more than twenty problems are told', async () => {
  const participants = Array.from({ length: 30 }, () => ({ id: 7 }));
  expect((await refuse({ topic: 'Tea', participants })).details).toHaveLength(20);
});

it('What is right arrives as its schemas make it', async () => {
  const { ask } = startPipeline();
  const answer = await ask(order, { body: { topic: 'Tea', metadata: null }, query: '&maxPageSize=5&other=1' });
  expect(answer).toMatchObject({
    status: 200,
    body: { body: { topic: 'Tea' }, query: { maxPageSize: 5 }, headers: {} },
  });
});
