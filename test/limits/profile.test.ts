import { describe, expect, it } from 'vitest';
import { readConfig } from '../../functions/config.js';
import { budgets } from '../../functions/rate-limits.js';
import { readProfile } from '../../shared/api/index.js';
import { type Rate, user } from '../../shared/api/limits/index.js';
import { chatRateLimits } from '../../shared/chat/index.js';
import { wellKnownMasterSecret } from '../../shared/auth/index.js';
import { windowMs } from '../../shared/api/limits/rate.js';
import { resource } from '../../shared/api/limits/scope.js';
import { thread } from './thread-rates.js';

const read = (value: unknown) => readProfile(value, budgets);

describe('the profile "open"', () => {
  it('is at least a hundred times as generous as ACS, and never below 1,000 calls a second', () => {
    const acs = read('acs');
    const open = read('open');
    expect([...open.keys()]).toEqual([...acs.keys()]);
    for (const [name, rates] of acs) {
      expect(open.get(name)).toHaveLength(rates.length);
      open.get(name)?.forEach(({ per, count, window }, index) => {
        expect({ per, window }).toEqual({ per: rates[index]?.per, window: rates[index]?.window });
        expect(count).toBeGreaterThanOrEqual(100 * (rates[index]?.count ?? Number.NaN));
        expect(count / (windowMs[window] / 1000)).toBeGreaterThanOrEqual(1_000);
      });
    }
    expect(open.get('chat.changeMessages')).toEqual([
      { per: thread, count: 10_000, window: '10s' },
      { per: thread, count: 60_000, window: '1m' },
    ]);
    expect(open.get('identity.create')).toEqual([{ per: resource, count: 100_000, window: '30s' }]);
  });
});

describe('own figures', () => {
  const two = [{ per: 'user', count: 2, window: '1h' }];
  const readTwo: readonly Rate[] = [{ per: user, count: 2, window: '1h' }];

  it('replace single entries of the base that they name, of "open" when they name none', () => {
    const onAcs = read({ base: 'acs', 'chat.changeMessages': two, 'chat.sendTyping': [] });
    expect(onAcs).toEqual(new Map(read('acs')).set('chat.changeMessages', readTwo).set('chat.sendTyping', []));
    expect(read({ 'chat.changeMessages': two })).toEqual(new Map(read('open')).set('chat.changeMessages', readTwo));
    expect(read({})).toEqual(read('open'));
    expect(chatRateLimits.changeMessages.rates).toHaveLength(2);
  });

  it.each([undefined, null, '', 'ACS', 'none', 7, [], ['acs'], { base: 'ACS' }, { base: null }])(
    'are refused when they are no profile at all: %j',
    (value) => {
      expect(() => read(value)).toThrow(
        /^Rate limits are "open", "acs", or an object of own figures such as \{.+\}\.$/,
      );
    },
  );

  it('are refused when they name an entry that does not exist, without repeating it', () => {
    expect(() => read({ 'chat.secret': two })).toThrow(
      /^The rate limits name an entry that does not exist\. There are: base, calling\.beginCalls, .+ sms\.askAbout\.$/,
    );
    expect(() => read({ 'chat.secret': two })).not.toThrow(/secret/);
  });

  const good = { per: 'thread', count: 1, window: '10s' };
  it.each([
    ['no list', good],
    ['null', null],
    ['a count of nothing', [{ ...good, count: 0 }]],
    ['a broken count', [{ ...good, count: 1.5 }]],
    ['a count as text', [{ ...good, count: '3' }]],
    ['a window that is not counted', [{ ...good, window: '2m' }]],
    ['an unknown scope', [{ ...good, per: 'tenant' }]],
    ['a misspelt field', [{ ...good, limit: 3 }]],
    ['too many rates', Array.from({ length: 9 }, () => good)],
  ])('are refused when an entry is wrong: %s', (_, rates) => {
    expect(() => read({ 'chat.changeMessages': rates })).toThrow(
      'The rate limits of chat.changeMessages are not a list of at most 8 rates, each with ' +
        '"per" (resource, user, thread, userAndThread), "count" (a whole number from 1) and "window" (10s, 30s, 1m, 1h, 1d, 7d).',
    );
    expect(read({ 'chat.changeMessages': [good] }).get('chat.changeMessages')).toEqual([{ ...good, per: thread }]);
  });

  it('are refused when the operations do not know what they count by', () => {
    expect(() => read({ 'chat.readThreads': [good] })).toThrow('"per" (resource, user),');
    expect(() => read({ 'identity.create': two })).toThrow('"per" (resource),');
    expect(() => read({ 'chat.readThreads': two })).not.toThrow();
  });

  it.each(['resource', 'user', 'thread', 'userAndThread'])('may count changes of messages per %s', (per) => {
    const [rate] = read({ 'chat.changeMessages': [{ per, count: 3, window: '7d' }] }).get('chat.changeMessages') ?? [];
    expect(rate).toMatchObject({ per: { name: per }, count: 3, window: '7d' });
  });
});

describe('the setting DOMICILE_LIMITS', () => {
  const limitsOf = (text?: string) =>
    readConfig(
      {
        DOMICILE_GEOGRAPHY: 'europe',
        DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
        DOMICILE_DEFAULT_RESOURCE: 'contoso',
        DOMICILE_EMULATOR: '1',
        AzureWebJobsStorage: [
          'AccountName=test;AccountKey=dGVzdA==',
          ...['Table', 'Blob', 'Queue'].map((service) => `${service}Endpoint=http://127.0.0.1:1/test`),
        ].join(';'),
        ...(text !== undefined && { DOMICILE_LIMITS: text }),
      },
      true,
    ).limits;

  it('chooses the profile; without it, "open" is in force', () => {
    expect(limitsOf()).toEqual(read('open'));
    expect(limitsOf('open')).toEqual(read('open'));
    expect(limitsOf('acs')).toEqual(read('acs'));
    expect(limitsOf(' {"base":"acs","chat.getMessage":[]}')).toEqual(read({ base: 'acs', 'chat.getMessage': [] }));
  });

  it('stops the start with a sentence when it is wrong, and does not repeat its value', () => {
    expect(() => limitsOf('strict')).toThrow(/\n {2}DOMICILE_LIMITS: Rate limits are "open", "acs", or an object/);
    expect(() => limitsOf('{"chat.getMessage":[{}]}')).toThrow(/DOMICILE_LIMITS: The rate limits of chat\.getMessage/);
    expect(() => limitsOf('{"word')).toThrow(/DOMICILE_LIMITS: is not a JSON object$/);
  });
});
