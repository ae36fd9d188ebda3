// Limits by what only the body says: domains, recipients, how many of them. Through the real pipeline, without storage.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Limiter, operation, readProfile } from '../../shared/api/index.js';
import {
  body,
  both,
  type LimitKeys,
  param,
  perResource,
  type Rate,
  rateLimits,
  type WindowName,
} from '../../shared/api/limits/index.js';
import { accessKey, createSigningKeys, deriveSigningKey, KeyRing } from '../../shared/auth/index.js';
import { countedKeys } from '../../shared/api/limits/subject.js';
import { composePipeline } from '../api/compose-pipeline.js';

const domain = body('domain');
const recipient = body('recipient');
const recipients = body('recipients');
const per = (scope: Rate['per'], count: number, window: WindowName = '10s'): Rate => ({ per: scope, count, window });

const resource = {
  name: 'contoso',
  immutableId: 'home',
  geography: 'europe',
  keyGenerations: { primary: 1, secondary: 1 },
  masterSecretVersion: 1,
} as const;

const Mail = z.object({ from: z.string(), to: z.array(z.string()) });
type Mail = z.output<typeof Mail>;
const mail = (to: readonly string[] = ['ada@contoso.example'], from = 'shop.example'): Mail => ({ from, to: [...to] });
const people = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => `person${from + n}@contoso.example`);

/** An app with one operation, which is counted by these rates, and a clock set by hand. */
function startApp(rates: readonly Rate[], options: { maxKeys?: number } = {}) {
  const { budget } = rateLimits('mail', { budget: rates }, [domain, recipient, recipients]);
  const clock = { ms: 0, now: () => 0, realNow: () => 0, monotonic: () => clock.ms };
  const limiter = new Limiter(clock, readProfile('acs', [budget]), options.maxKeys);
  const handled: Mail[] = [];
  const masterSecret = randomBytes(32);
  const pipeline = composePipeline({
    clock,
    keys: new KeyRing(new Map([[1, masterSecret]])),
    tokens: { issuer: 'test', keys: createSigningKeys(deriveSigningKey(masterSecret)) },
    resource,
    limiter,
  });
  const send = operation({
    name: 'test-send',
    summary: 'Sends.',
    service: 'email',
    route: 'POST emails:send',
    auth: { kind: 'anonymous' },
    limit: budget,
    limitKeys: {
      domain: (input) => [input.body.from],
      recipient: (input) => input.body.to,
      recipients: (input) => [{ key: '', counts: input.body.to.length }],
    },
    body: Mail,
    accepted: async (input) => {
      handled.push(input.body);
      return {};
    },
  });
  const text = async (content: string, whileReading: () => unknown = () => undefined) => {
    const answer = await pipeline(send, {
      method: 'POST',
      url: 'https://contoso.example/emails:send?api-version=2025-09-01',
      params: {},
      header: (name) => (name === 'content-type' ? 'application/json' : undefined),
      headers: () => [],
      readBody: async () => {
        await whileReading();
        return Buffer.from(content);
      },
      streamBody: () => Readable.from([content]),
    });
    return { status: answer.status, retryAfter: answer.headers['retry-after'], text: String(answer.body) };
  };
  return { clock, limiter, handled, text, call: (given = mail()) => text(JSON.stringify(given)), budget };
}

const statuses = async (calls: readonly (() => Promise<{ status: number }>)[]) => {
  const seen: number[] = [];
  for (const call of calls) {
    seen.push((await call()).status);
  }
  return seen;
};

describe('a limit by what the body says', () => {
  it('counts each value by itself', async () => {
    const { call } = startApp([per(domain, 2)]);
    const shop = () => call(mail(undefined, 'shop.example'));
    expect(await statuses([shop, shop, shop])).toEqual([202, 202, 429]);
    expect(await call(mail(undefined, 'bank.example'))).toMatchObject({ status: 202 });
  });

  it('counts one call for each of several values, and refuses it when one of them is used up', async () => {
    const { call, handled, clock } = startApp([per(recipient, 1, '1d')]);
    expect(await call(mail(['ada', 'bob']))).toMatchObject({ status: 202 });
    clock.ms += 1_000;
    expect(await call(mail(['bob', 'eve']))).toMatchObject({ status: 429, retryAfter: '86399' });
    expect(await call(mail(['eve']))).toMatchObject({ status: 202 });
    expect(handled).toHaveLength(2);
  });

  it('counts one call for as many as it says', async () => {
    const { call, clock } = startApp([per(recipients, 10)]);
    expect(await call(mail(people(6)))).toMatchObject({ status: 202 });
    clock.ms += 4_000;
    expect(await call(mail(people(4)))).toMatchObject({ status: 202 });
    expect(await call(mail(people(6)))).toMatchObject({ status: 429, retryAfter: '6' });
    expect(await call(mail(people(7)))).toMatchObject({ status: 429, retryAfter: '10' });
    clock.ms += 6_000;
    expect(await call(mail(people(6)))).toMatchObject({ status: 202 });
  });

  it('does not ask to wait for what never has room', async () => {
    const { call } = startApp([per(recipients, 10)]);
    const answer = await call(mail(people(11)));
    expect(answer).toMatchObject({ status: 429, retryAfter: undefined });
    expect(answer.text).toContain('Split it into smaller ones');
    expect(await call(mail(people(10)))).toMatchObject({ status: 202 });
  });

  it('counts the same value as often as it comes', async () => {
    const { call } = startApp([per(recipient, 2)]);
    expect(await call(mail(['ada', 'ada', 'ada']))).toMatchObject({ status: 429, retryAfter: undefined });
    expect(await call(mail(['ada', 'ada']))).toMatchObject({ status: 202 });
  });

  it('counts nothing for nobody', async () => {
    const { call } = startApp([per(recipient, 1), per(recipients, 1)]);
    expect(await statuses([() => call(mail([])), () => call(mail([])), () => call()])).toEqual([202, 202, 202]);
  });
});

describe('limits by the body and by what is known before', () => {
  it('admit a call in all rates or in none, also when the body comes between', async () => {
    const { call, clock } = startApp([perResource(3, '1h'), per(domain, 1)]);
    expect(await call()).toMatchObject({ status: 202 });
    // Refused for the domain: these must not use up what the resource has left.
    for (let n = 0; n < 20; n += 1) {
      expect(await call()).toMatchObject({ status: 429, retryAfter: '10' });
    }
    expect(await call(mail(undefined, 'two.example'))).toMatchObject({ status: 202 });
    expect(await call(mail(undefined, 'three.example'))).toMatchObject({ status: 202 });
    clock.ms += 10_000;
    // Refused for the resource: the fourth domain is untouched.
    expect(await call(mail(undefined, 'four.example'))).toMatchObject({ status: 429, retryAfter: '3590' });
    clock.ms += 3_590_000;
    expect(await call(mail(undefined, 'four.example'))).toMatchObject({ status: 202 });
  });

  it('refuse what is over already before the body is read', async () => {
    const { text, call } = startApp([perResource(1, '10s'), per(domain, 5)]);
    await call();
    const whileReading = () => {
      throw new Error('The body was read.');
    };
    expect(await text('{}', whileReading)).toMatchObject({ status: 429 });
  });

  it('count a body that is no mail by what is known without it', async () => {
    const { text } = startApp([perResource(2, '10s'), per(domain, 5)]);
    expect(await statuses([() => text('{'), () => text('{}'), () => text('{}')])).toEqual([400, 400, 429]);
  });

  it('hold while bodies come slowly and at the same time', async () => {
    const { text, call, handled } = startApp([perResource(2, '10s'), per(domain, 5)]);
    const content = JSON.stringify(mail());
    const meanwhile = async () => {
      expect(await call()).toMatchObject({ status: 202 });
      expect(await call()).toMatchObject({ status: 429 });
    };
    expect(await text(content, meanwhile)).toMatchObject({ status: 202 });
    expect(handled).toHaveLength(2);
  });

  it('name the longest wait of all', async () => {
    const { call } = startApp([perResource(2, '1m'), per(domain, 1)]);
    await call();
    await call(mail(undefined, 'two.example'));
    expect(await call()).toMatchObject({ status: 429, retryAfter: '60' });
    const other = startApp([perResource(2, '10s'), per(domain, 1, '7d')]);
    await other.call();
    expect(await other.call()).toMatchObject({ status: 429, retryAfter: String(7 * 86_400) });
  });
});

describe('what is remembered of bodies', () => {
  it('holds no address as it is, and nothing of any length', () => {
    const scope = both(param('id'), recipient);
    const keysOf = (id: string, key: string) => [
      ...countedKeys(scope, { resource, caller: undefined, params: { id } }, { recipient: [key] }).keys(),
    ];
    const long = 'x'.repeat(10_000);
    const [key = ''] = keysOf(long, `${long}@contoso.example`);
    expect(key.length).toBeLessThan(150);
    expect(keysOf('one', 'ada@contoso.example').join()).not.toContain('contoso.example');
    // What is longer than ids mostly are is still told apart.
    expect(keysOf(`${long}1`, 'ada')).not.toEqual(keysOf(`${long}2`, 'ada'));
    expect(keysOf('one\ntwo', 'ada')).not.toEqual(keysOf('one', 'ada'));
  });

  it('is bounded', async () => {
    const { call, limiter } = startApp([per(recipient, 1, '7d'), per(recipient, 1)], { maxKeys: 50 });
    for (let n = 0; n < 100; n += 10) {
      expect(await call(mail(people(10, n)))).toMatchObject({ status: 202 });
    }
    expect(limiter.size).toBe(100);
    expect(await call(mail(people(1, 99)))).toMatchObject({ status: 429 });
    expect(await call(mail(people(1, 0)))).toMatchObject({ status: 202 });
  });
});

describe('an operation that is limited by its body', () => {
  const { budget } = rateLimits('mail', { budget: [per(domain, 1), per(both(param('id'), recipient), 1)] });
  const declared = (limitKeys: Record<string, () => []>) => () =>
    operation({
      name: 'test',
      summary: 'Test.',
      service: 'email',
      auth: accessKey,
      limit: budget,
      limitKeys,
      route: 'POST emails/{id}',
      ok: async () => ({}),
    });

  it('says what its limit asks for, and nothing that it does not count by', () => {
    const none = () => [] as [];
    expect(declared({ domain: none })).toThrow(
      'Operation test is limited per recipient, but has no recipient in its limitKeys.',
    );
    expect(declared({ domain: none, recipient: none, sender: none })).toThrow(
      'Operation test says its sender, by which its limit does not count.',
    );
    expect(declared({ domain: none, recipient: none })).not.toThrow();
  });

  it('can have own figures by what it says, alone or with the rest', () => {
    const figures = (name: string) => ({ 'mail.budget': [{ per: name, count: 7, window: '1d' }] });
    expect(readProfile(figures('idAndRecipient'), [budget]).get('mail.budget')).toEqual([
      { per: both(param('id'), recipient), count: 7, window: '1d' },
    ]);
    expect(() => readProfile(figures('user'), [budget])).toThrow(
      '"per" (resource, domain, id, domainAndId, recipient, idAndRecipient),',
    );
  });

  it('is not declared with two lists of the body that nobody can match', () => {
    expect(() => both(domain, recipient)).toThrow('at most one part of the body');
  });

  it('fails loudly when its limit asks for what it did not say', () => {
    const clock = { monotonic: () => 0 };
    const limiter = new Limiter(clock, readProfile('acs', [budget]));
    const admission = limiter.admit(budget, { resource, caller: undefined, params: { id: 'one' } });
    expect(() => admission.countBody({ domain: [] } satisfies LimitKeys)).toThrow('by recipient, but its operation');
  });
});
