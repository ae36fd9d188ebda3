// Reports that are signed with a shared secret: written apart from the code under test, as senders do it.
import { createHmac, randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signWebhook, webhook } from '../../shared/auth/index.js';
import { realNow, startDoor } from './incoming.js';

const [secret, newer, stranger] = [randomBytes(32), randomBytes(48), randomBytes(32)];
const body = '{"delivered":true}';
const seconds = realNow / 1000;
const auth = webhook('carrier');

function header(options: { at?: number; key?: Buffer; signed?: string } = {}): Record<string, string> {
  const { at = seconds, key = secret, signed = `${at}.${body}` } = options;
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  return { 'x-domicile-signature': `t=${at},v1=${signature}` };
}

const door = () => startDoor({ secrets: [secret, newer] });
const carrier = { kind: 'webhook', from: 'carrier', subject: undefined };

describe('a signed webhook', () => {
  it('is believed with any of the secrets that are shared with its sender', async () => {
    const { come, asked } = door();
    expect(await come(auth, { headers: header(), body })).toEqual(carrier);
    expect(await come(auth, { headers: header({ key: newer }), body })).toEqual(carrier);
    expect(asked).toEqual([1, 2].map(() => ({ from: 'carrier', resource: 'contoso' })));
  });

  it.each([
    ['another secret', { headers: header({ key: stranger }), body }],
    ['a changed body', { headers: header(), body: body.replace('true', 'false') }],
    ['no body', { headers: header() }],
    ['a changed time', { headers: header({ at: seconds - 1, signed: `${seconds}.${body}` }), body }],
    ['time and body that run together otherwise', { headers: header({ signed: `${seconds}${body}` }), body }],
  ])('is refused with %s, and not told why', async (_, request) => {
    expect(await door().come(auth, request)).toEqual({
      status: 401,
      code: 'Denied',
      message: 'The request is not signed with a secret that is shared with this sender.',
    });
  });

  it.each([
    ['none', {}],
    ['no time', { 'x-domicile-signature': header()['x-domicile-signature']?.split(',')[1] ?? '' }],
    ['half a signature', { 'x-domicile-signature': `t=${seconds},v1=AAAA` }],
    ['two', { 'x-domicile-signature': [1, 2].map(() => header()['x-domicile-signature']).join(', ') }],
    ['an access key', { authorization: 'HMAC-SHA256 SignedHeaders=x' }],
  ])('is refused with a header like %s before its body is read', async (_, headers) => {
    const { come, bodyReads } = door();
    expect(await come(auth, { headers, body })).toMatchObject({
      status: 401,
      message: expect.stringContaining('must be "t=<seconds since 1970>,v1='),
    });
    expect(bodyReads()).toBe(0);
  });

  it('counts for five minutes of real time, both ways, whatever product time it is', async () => {
    const { come, time } = door();
    for (const away of [-300_000, 300_000]) {
      time.real = realNow + away;
      time.product = 0;
      expect(await come(auth, { headers: header(), body })).toEqual(carrier);
    }
    for (const away of [-300_001, 300_001, 1e12]) {
      time.real = realNow + away;
      expect(await come(auth, { headers: header(), body })).toMatchObject({
        status: 401,
        message: expect.stringContaining('more than 5 minutes away'),
      });
    }
  });

  it('is refused where no secret is shared, before its body is read', async () => {
    const { come, bodyReads } = startDoor();
    expect(await come(auth, { headers: header(), body })).toMatchObject({ status: 401, code: 'Denied' });
    expect(await come(auth, { headers: header({ key: Buffer.alloc(0) }), body })).toMatchObject({ status: 401 });
    expect(bodyReads()).toBe(0);
  });

  it('is never checked with a secret that could be guessed: that is our failure', async () => {
    const weak = startDoor({ secrets: [Buffer.from('password')] });
    await expect(weak.come(auth, { headers: header(), body })).rejects.toThrow('less than 32 bytes');
  });

  it('cannot come with a bearer token where there is no Entra ID', async () => {
    const { come } = door();
    const headers = { ...header(), authorization: 'Bearer x' };
    expect(await come(auth, { headers, body })).toMatchObject({ status: 401, code: 'Denied' });
  });

  it('is what our own senders sign, whatever the body', async () => {
    const { come } = door();
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.integer({ min: -200_000, max: 200_000 }), async (text, away) => {
        const headers = { 'x-domicile-signature': signWebhook(newer, Buffer.from(text), realNow + away) };
        expect(await come(auth, { headers, body: text })).toEqual(carrier);
      }),
      { numRuns: 50 },
    );
  });
});
