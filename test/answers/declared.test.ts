import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { ComposedApp } from '../../functions/compose.js';
import { operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { Answer, downloadOf, NoBody } from '../../shared/http/index.js';
import { composeForReading } from '../house/composed-app.js';
import { sampleGuest } from '../house/sample-capability/capability.js';
import { holdAgainst } from './hold-against.js';

let app: ComposedApp;

beforeAll(async () => {
  app = await composeForReading(sampleGuest());
});
afterAll(() => app?.storage.close());

it('Every operation declares what it answers', () => {
  const undeclared = app.operations.flatMap(({ name, answers }) =>
    [...answers].filter(([, schema]) => schema === undefined).map(([status]) => `${name} ${status}`),
  );
  expect(undeclared).toEqual([]);
  expect(app.operations.length).toBeGreaterThan(90);
});

const common = { name: 'test', summary: 'Test.', service: 'privacy', route: 'GET things', auth: accessKey } as const;
const Thing = z.object({ id: z.string(), tags: z.array(z.object({ name: z.string() })).optional() });
const get = operation({
  ...common,
  answers: { 200: Thing, 202: NoBody, 206: downloadOf('image/*') },
  answerHeaders: { 202: ['location'] },
  answer: async () => new Answer(200, { id: '1' }),
});
const json = { 'content-type': 'application/json; charset=utf-8' };
const given = (status: number, body: unknown, headers: Record<string, string> = json) => ({
  status,
  header: (name: string) => headers[name],
  content: body === undefined ? '' : JSON.stringify(body),
});

it('An answer as declared passes, and a refusal is not looked at', () => {
  holdAgainst(get, given(200, { id: '1', tags: [{ name: 'a' }] }));
  holdAgainst(get, given(202, undefined, { location: '/things/1' }));
  holdAgainst(get, given(206, undefined, { 'content-type': 'image/png' }));
  holdAgainst(get, given(404, { anything: true }));
  holdAgainst(operation({ ...common, ok: async () => ({}) }), given(200, { anything: true }));
});

it.each([
  ['a field that is missing', given(200, {}), 'id'],
  ['a field of another type', given(200, { id: 1 }), 'id'],
  ['a field that is not declared', given(200, { id: '1', colour: 'red' }), '/colour'],
  ['the same within a list', given(200, { id: '1', tags: [{ name: 'a', colour: 'red' }] }), '/tags/0/colour'],
  ['a status that is not declared', given(201, { id: '1' }), 'this status'],
  ['a body where none is', given(202, {}, { location: '/things/1' }), 'has a body'],
  ['no header where one is promised', given(202, undefined, {}), 'header location'],
  ['no JSON', given(200, { id: '1' }, { 'content-type': 'text/html' }), 'text/html'],
  ['a download of another type', given(206, undefined, { 'content-type': 'text/html' }), 'text/html'],
])('An answer with %s is noticed', (_, answer, named) => {
  expect(() => holdAgainst(get, answer)).toThrow(named);
});
