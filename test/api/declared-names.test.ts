// Names and values count as Azure compares them, not letter by letter.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { orAbsent } from '../../functions/wire/null-and-absent.js';
import { operation } from '../../shared/api/index.js';
import { inDeclaredLetters } from '../../shared/api/declared-names.js';
import { accessKey } from '../../shared/auth/index.js';
import { startPipeline } from './test-pipeline.js';

const list = operation({
  name: 'test',
  summary: 'Test.',
  service: 'privacy',
  auth: accessKey,
  route: 'GET things',
  query: z.object({
    maxPageSize: z.coerce.number().optional(),
    $skipToken: z.string().optional(),
    order: z.enum(['Up', 'Down']).optional(),
  }),
  ok: async ({ query }) => query,
});

describe('a query', () => {
  it('has its names in any letters', async () => {
    const { ask } = startPipeline();
    const query = '&MaxPageSize=2&%24SKIPTOKEN=Ab&ORDER=down';
    expect(await ask(list, { query })).toMatchObject({
      status: 200,
      body: { maxPageSize: 2, $skipToken: 'Ab', order: 'Down' },
    });
  });

  it('may have names that the operation does not know', async () => {
    const { ask } = startPipeline();
    expect(await ask(list, { query: '&other=1' })).toMatchObject({ status: 200, body: {} });
  });

  it.each(['Api-Version', 'API-VERSION'])('names the version as %s too', async (name) => {
    const { ask } = startPipeline();
    expect((await ask(list, { version: name })).status).toBe(200);
  });
});

describe('a body', () => {
  it('says in any letters which of several kinds it is', () => {
    const Policy = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('none') }),
      z.object({ kind: z.literal('threadCreationDate'), days: z.number() }),
    ]);
    const written = (kind: unknown) => inDeclaredLetters(orAbsent(Policy), { kind, days: 30 }, false);
    expect(written('ThreadCreationDate')).toEqual({ kind: 'threadCreationDate', days: 30 });
    expect(written('NONE')).toMatchObject({ kind: 'none' });
    for (const other of ['some', 7, null]) {
      expect(written(other)).toMatchObject({ kind: other });
    }
  });

  const Body = z.object({
    tags: orAbsent(z.record(z.string(), z.string())),
    properties: z.preprocess(
      (sent) => sent ?? {},
      z.object({ disableLocalAuth: z.boolean().optional(), access: z.enum(['Enabled', 'Disabled']).optional() }),
    ),
    items: z.array(z.union([z.object({ dataLocation: z.string() }), z.object({ id: z.string() })])).optional(),
  });

  it('of Resource Manager has its names and values in any letters, and keys of maps as they are', () => {
    const sent = {
      Tags: { Env: 'A', Properties: 'b' },
      PROPERTIES: { disablelocalauth: true, Access: 'disabled', unknownName: 1 },
      items: [{ datalocation: 'europe' }, { ID: 'x' }],
    };
    expect(inDeclaredLetters(Body, sent, true)).toEqual({
      tags: { Env: 'A', Properties: 'b' },
      properties: { disableLocalAuth: true, access: 'Disabled', unknownName: 1 },
      items: [{ dataLocation: 'europe' }, { id: 'x' }],
    });
  });

  it('of any other service has its values in any letters, and its names as declared', () => {
    const sent = { properties: { Access: 'disabled', access: 'ENABLED' } };
    expect(inDeclaredLetters(Body, sent, false)).toEqual({ properties: { Access: 'disabled', access: 'Enabled' } });
  });

  it('keeps what was sent in the declared letters when both are there', () => {
    const sent = { tags: { a: '1' }, Tags: { b: '2' } };
    expect(Body.parse({ properties: {}, ...(inDeclaredLetters(Body, sent, true) as object) }).tags).toEqual({ a: '1' });
  });

  it('loses no name on the way, `__proto__` neither', () => {
    const sent = JSON.parse('{"tags":{"__proto__":"x"}}') as unknown;
    expect(JSON.stringify(inDeclaredLetters(Body, sent, true))).toBe('{"tags":{"__proto__":"x"}}');
  });
});
