import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMarkFinder } from './mark-finder.js';
import { markPatterns } from './mark-patterns.js';

const mark = 'Zoë "Mark" O\'Möller/+~ 4711\u{1F600}';

/** How real code writes the mark, written apart from the patterns. */
const writings: Record<string, (text: string) => string | Buffer> = {
  plain: (text) => text,
  'utf-16': (text) => Buffer.from(text, 'utf16le'),
  json: (text) => JSON.stringify({ text }),
  'ascii json': (text) =>
    JSON.stringify({ text }).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'json in json': (text) => JSON.stringify({ inner: JSON.stringify({ text }) }),
  url: (text) => `?q=${encodeURIComponent(text)}&r=1`,
  form: (text) => new URLSearchParams({ text }).toString(),
  'base64 at 0': (text) => Buffer.from(`${text}!`).toString('base64'),
  'base64 at 1': (text) => Buffer.from(`x${text}!`).toString('base64'),
  'base64 at 2': (text) => Buffer.from(`xy${text}`).toString('base64'),
  'base64url at 1': (text) => Buffer.from(`abcd${text}tail`).toString('base64url'),
  'base64 of utf-16': (text) => Buffer.from(`a${text}`, 'utf16le').toString('base64'),
  'base64 of json': (text) => Buffer.from(text).toString('base64'),
};

describe('A mark finder', () => {
  it.each(Object.keys(writings))('finds a mark written as %s', (name) => {
    const written = Buffer.from(writings[name]?.(mark) as string);
    const finder = createMarkFinder([mark]);
    finder.start('store', 'key').write(Buffer.concat([Buffer.from('before '), written, Buffer.from(' behind')]));
    expect(finder.hits.length).toBeGreaterThan(0);
    expect(finder.hits[0]).toMatchObject({ store: 'store', key: 'key', mark });
  });

  it('finds nothing where there is only part of a mark, or another', () => {
    const finder = createMarkFinder([mark, 'another-mark-1234']);
    for (const write of Object.values(writings)) {
      finder.start('store', 'key').write(write(mark.slice(0, 12)));
      finder.start('store', 'key').write(write('another-Mark-1234'));
    }
    expect(finder.hits).toEqual([]);
  });

  it('finds a mark wherever it lies and however the bytes are cut, each encoding once', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 12, unit: 'grapheme' }),
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        (text, before, behind, cuts, isBase64) => {
          const plain = Buffer.concat([before, Buffer.from(text), behind]);
          const bytes = isBase64 ? Buffer.from(plain.toString('base64')) : plain;
          const finder = createMarkFinder([text]);
          const item = finder.start('store', 'key');
          let position = 0;
          for (let turn = 0; position < bytes.length; turn += 1) {
            const end = position + (cuts[turn % cuts.length] ?? 1);
            item.write(bytes.subarray(position, end));
            position = end;
          }
          item.write(Buffer.from(text));
          const encodings = finder.hits.map(({ encoding }) => encoding);
          expect(encodings).toEqual([...new Set(encodings)]);
          expect(encodings.some((encoding) => (isBase64 ? encoding.startsWith('base64') : encoding === 'utf-8'))).toBe(
            true,
          );
        },
      ),
    );
  });

  it('does not join two items', () => {
    const finder = createMarkFinder(['mark-in-two-halves']);
    finder.start('store', '1').write('mark-in-');
    finder.start('store', '2').write('two-halves');
    expect(finder.hits).toEqual([]);
  });

  it('refuses a mark so short that chance would find it', () => {
    expect(() => markPatterns('short')).toThrow(/at least 8 bytes/);
  });
});
