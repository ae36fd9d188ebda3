import { expect, it } from 'vitest';
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { Fault, faults } from '../../shared/http/index.js';
import { startPipeline } from './test-pipeline.js';

const common = { name: 'test', summary: 'Test.', service: 'privacy', auth: accessKey } as const;

const send = operation({
  ...common,
  route: 'POST sms',
  errors: { 400: 'fields' },
  body: z.object({ from: z.string(), smsRecipients: z.array(z.object({ to: z.string() })) }),
  accepted: async ({ body }) => {
    if (body.from === '') {
      throw new Fault(faults.badRequest, { message: 'Invalid From phone number format', target: 'from' });
    }
    throw new Fault(faults.unauthorized, { message: '' });
  },
});

it('Bad input is told by field where the contract has it so, as recorded from SMS', async () => {
  const { ask } = startPipeline();
  expect(await ask(send, { body: { from: '', smsRecipients: [] } })).toMatchObject({
    status: 400,
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-ms-error-code': 'BadRequest' },
    body: { From: ['Invalid From phone number format'] },
  });
  const { body } = await ask(send, { body: { from: 1, smsRecipients: [{ to: 1 }, {}] } });
  expect(Object.keys(body as object)).toEqual(['From', 'SmsRecipients[0].To', 'SmsRecipients[1].To']);
});

it('Everything else is told there as everywhere', async () => {
  const { ask } = startPipeline();
  expect(await ask(send, { body: { from: '+1', smsRecipients: [] } })).toMatchObject({
    status: 401,
    body: { error: { code: 'Unauthorized', message: '' } },
  });
  expect(await ask(send, { body: '{' })).toMatchObject({ status: 400, body: { error: { code: 'BadRequest' } } });
});

it('A problem is told as RFC 9457 has it where the contract does', async () => {
  const { ask } = startPipeline();
  const get = operation({
    ...common,
    route: 'GET deliveryReports/{id}',
    errors: { 404: 'problem' },
    ok: ({ params }) => Promise.reject(new Fault(params.id === 'x' ? faults.notFound : faults.forbidden)),
  });
  expect(await ask(get, { params: { id: 'x' } })).toMatchObject({
    status: 404,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    body: { type: 'about:blank', title: 'Not Found', status: 404, detail: faults.notFound.message, code: 'NotFound' },
  });
  expect(await ask(get, { params: { id: 'y' } })).toMatchObject({
    status: 403,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: { error: { code: 'Forbidden' } },
  });
});
