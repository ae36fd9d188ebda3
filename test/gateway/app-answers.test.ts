// Which answers to the gateway say that the app has what was handed in, and which say nothing.
import { describe, expect, it } from 'vitest';
import { appCodes } from '../../gateway/refusal-of.js';
import { takeSubmission } from '../../gateway/take-submission.js';
import { emailFaults } from '../../shared/email/faults.js';
import { jobFaults } from '../../shared/jobs/faults.js';
import { randomIds } from '../../shared/time/ids.js';

const user = { username: 'shop', resource: 'contoso', host: 'contoso.europe.example' };
const raw = Buffer.from('From: shop@contoso.example\r\nMessage-ID: <1@contoso.example>\r\n\r\nAt four\r\n');
const without = Buffer.from('From: shop@contoso.example\r\n\r\nAt four\r\n');

type Answer = (operationId: string) => { readonly status: number; readonly body?: unknown };

function take(answer: Answer, message = raw): Promise<string | number> {
  const app = {
    ask: async (_path: string, body: object) => {
      const { status, body: said } = answer((body as { readonly operationId: string }).operationId);
      return { status, body: said };
    },
  };
  return takeSubmission(
    { app, ids: randomIds, key: Buffer.alloc(32, 1) },
    user,
    ['anna@contoso.example'],
    message,
  ).then(
    () => 'taken',
    ({ responseCode }: { readonly responseCode: number }) => responseCode,
  );
}

const taken = { error: { code: 'Conflict' } };

describe('The codes that the gateway knows', () => {
  it('are those of the app', () => {
    expect(appCodes).toEqual({
      noSmtpUser: emailFaults.noSmtpUser.code,
      unknownReturnPath: emailFaults.unknownBounce.code,
      operationIdTaken: jobFaults.operationIdTaken.code,
    });
  });
});

describe('A mail', () => {
  it('is taken when the app accepts the operation, and when it did before', async () => {
    expect(await take((id) => ({ status: 202, body: { id } }))).toBe('taken');
    expect(await take(() => ({ status: 409, body: taken }))).toBe('taken');
  });

  it.each<[string, Answer]>([
    ['a page of somebody in between', () => ({ status: 200 })],
    ['another success with the right id', (id) => ({ status: 200, body: { id } })],
    ['no content', () => ({ status: 204 })],
    ['a redirect', () => ({ status: 302 })],
    ['an acceptance of something else', () => ({ status: 202, body: { id: 'other' } })],
    ['an acceptance of nothing', () => ({ status: 202 })],
    ['a conflict that is not from the app', () => ({ status: 409 })],
    ['a place that nobody serves', () => ({ status: 404, body: '' })],
    ['a request that somebody in between does not like', () => ({ status: 400, body: { message: 'x' } })],
  ])('is to come again after %s', async (_, answer) => {
    expect(await take(answer)).toBe(451);
  });

  it('that does not name itself is not taken by another one with its id', async () => {
    expect(await take(() => ({ status: 409, body: taken }), without)).toBe(554);
    expect(await take(() => ({ status: 409, body: { error: { code: 'Other' } } }))).toBe(554);
  });
});
