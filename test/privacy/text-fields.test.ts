import { expect, it } from 'vitest';
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { NoBody } from '../../shared/http/index.js';
import { textFields, textsIn } from './text-fields.js';

it('A field is found in lists, maps, forms that exclude each other and named models, unless its words are given', () => {
  const Named = z.object({ title: z.string() }).meta({ id: 'NamedOfTest' });
  const body = z.object({
    kind: z.enum(['a', 'b']),
    size: z.number(),
    either: z.union([z.object({ kind: z.literal('x'), text: z.string() }), Named]).nullish(),
    list: z.array(z.record(z.string(), z.string().optional())),
    open: z.unknown(),
  });
  const declared = { name: 'test', summary: 'Test.', service: 'privacy', auth: accessKey, body } as const;
  const post = operation({ ...declared, route: 'POST things/{id}', returns: NoBody, ok: async () => undefined });
  const paths = textFields([post]).map(({ path }) => path.join('.'));
  const inBody = ['either.text', 'either.title', 'list.[].*name', 'list.[].*', 'open'];
  expect(paths).toEqual(['params.id', ...inBody.map((path) => `body.${path}`)]);
  const sent = { body: { list: [{ one: 'two' }] } };
  const at = (path: string[]) => textsIn({ operation: 'test', path }, sent);
  expect([at(['body', 'list', '[]', '*name']), at(['body', 'list', '[]', '*'])]).toEqual([['one'], ['two']]);
});
