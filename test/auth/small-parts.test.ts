import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiVersions, isPublished, type ServiceName } from '../../shared/api/api-versions.js';
import { BoundedCache } from '../../shared/auth/bounded-cache.js';
import { parseHttpDate } from '../../shared/auth/http-date.js';
import { keyedHash } from '../../shared/auth/index.js';

describe('keyedHash', () => {
  const key = Buffer.alloc(32, 1);

  it('tells apart every list of parts', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), fc.array(fc.string(), { maxLength: 4 }), (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(keyedHash(key, ...one).equals(keyedHash(key, ...other))).toBe(isSame);
      }),
    );
    expect(keyedHash(key, 'ab', 'c')).not.toEqual(keyedHash(key, 'a', 'bc'));
    expect(keyedHash(key, '')).not.toEqual(keyedHash(key));
  });

  it('depends on the key and stays the same for ever', () => {
    expect(keyedHash(key, 'a', 'ü')).not.toEqual(keyedHash(Buffer.alloc(32, 2), 'a', 'ü'));
    expect(keyedHash(key, 'a', 'ü').toString('hex')).toBe(
      '9989221bd068ebf04ca0a5ae020ff31a978c5a5be1e1cca9d75c23756b47f4bf',
    );
  });
});

describe('parseHttpDate', () => {
  it('reads every date that a client writes as UTC string', () => {
    const seconds = fc.integer({ min: Date.UTC(1970, 0, 1) / 1000, max: Date.UTC(2399, 11, 31) / 1000 });
    fc.assert(
      fc.property(seconds, (second) => {
        expect(parseHttpDate(new Date(second * 1000).toUTCString())).toBe(second * 1000);
      }),
      { numRuns: 1000 },
    );
    for (const text of [
      'Sat, 29 Feb 2020 23:59:59 GMT',
      'Sun, 01 Mar 2020 00:00:00 GMT',
      'Sat, 01 Jan 2000 00:00:00 GMT',
    ]) {
      expect(parseHttpDate(text)).toBe(Date.parse(text));
    }
  });

  it.each([
    '',
    '2026-11-23T05:38:19Z',
    'Mon, 23 Nov 2026 05:38:19',
    'Mon, 23 Nov 2026 05:38:19 GMT, Mon, 23 Nov 2026 05:38:19 GMT',
    'Mon, 23 Foo 2026 05:38:19 GMT',
    'Mon, 32 Nov 2026 05:38:19 GMT',
    'Mon, 00 Nov 2026 05:38:19 GMT',
    'Mon, 23 Nov 2026 24:00:00 GMT',
    'Mon, 23 Nov 2026 05:60:19 GMT',
    'Mon, 23 Nov 2026 05:38:19 +0100',
  ])('refuses "%s"', (text) => {
    expect(parseHttpDate(text)).toBeUndefined();
  });
});

describe('BoundedCache', () => {
  it('drops the entry that was unused for longest', () => {
    const cache = new BoundedCache<number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
    expect(cache.size).toBe(2);
  });
});

describe('api-versions', () => {
  it.each(Object.keys(apiVersions) as ServiceName[])('of %s are dates, oldest first, each once', (service) => {
    const versions: readonly string[] = apiVersions[service];
    expect(versions).toEqual([...new Set(versions)].sort());
    for (const version of versions) {
      expect(version).toMatch(/^20\d\d-\d\d-\d\d$/);
    }
  });

  it('hold what the official SDKs send today', () => {
    const current: [ServiceName, string][] = [
      ['identity', '2023-10-01'],
      ['chat', '2025-03-15'],
      ['sms', '2021-03-07'],
      ['email', '2025-09-01'],
      ['phoneNumbers', '2025-06-01'],
      ['sip', '2023-03-01'],
      ['rooms', '2025-03-13'],
      ['callAutomation', '2026-03-12'],
      ['management', '2025-09-01'],
    ];
    for (const [service, version] of current) {
      expect(isPublished(service, version), service).toBe(true);
    }
  });

  it('refuse a version of another service, a preview, and one that never was', () => {
    expect(isPublished('chat', '2023-10-01')).toBe(false);
    expect(isPublished('identity', '2025-03-02-preview')).toBe(false);
    expect(isPublished('identity', '2023-10-02')).toBe(false);
  });

  it('admit the previews of Resource Manager that were published', () => {
    expect(isPublished('management', '2023-06-01-preview')).toBe(true);
    expect(isPublished('management', '2023-06-02-preview')).toBe(false);
    expect(isPublished('email', '2023-06-01-preview')).toBe(false);
  });

  it('admit a preview where a released SDK sends it, and only there', () => {
    const route = 'POST access/entra/:exchangeAccessToken';
    expect(isPublished('identity', '2025-03-02-preview', route)).toBe(true);
    expect(isPublished('identity', '2025-03-02-preview', 'POST identities')).toBe(false);
  });
});
