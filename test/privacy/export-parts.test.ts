import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault, readRange } from '../../shared/http/index.js';
import { type ExportFacts, renderManifest } from '../../shared/privacy/export-manifest.js';
import { escapeHtml, renderIndex, renderPage, renderRecord } from '../../shared/privacy/export-pages.js';
import { ZipWriter } from '../../shared/privacy/export-zip.js';
import { unzip } from './unzip.js';

const facts: ExportFacts = {
  operationId: 'op',
  resourceName: 'contoso',
  geography: 'europe',
  identifiers: ['8:acs:a_b'],
  includesReceived: true,
  createdOn: 0,
  expiresOn: 86_400_000,
  stores: [
    {
      store: 'notes',
      holds: 'Notes <b>of</b> "users"',
      keptFor: 'ever',
      recordsFile: 'records/notes.jsonl',
      fields: { text: 'What it says' },
      records: 3,
      received: 1,
      files: 2,
      pages: ['pages/notes-1.html', 'pages/notes-2.html'],
    },
  ],
  emptyStores: ['others'],
};

describe('A page of an archive', () => {
  it('shows any text as it is, and never as markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))).toBe(text);
      }),
    );
    const attack = '"><img src=x onerror=steal()><script>';
    const record = { [attack]: attack, nested: { [attack]: [attack] } };
    const page = renderPage(attack, renderRecord({ record, file: `files/${attack}` }, '../'));
    expect(page).not.toMatch(/<img|<script|onerror=[^&]*>/);
    expect(renderIndex(facts)).toContain('Notes &#60;b&#62;of&#60;/b&#62; &#34;users&#34;');
  });

  it('loads nothing and runs nothing', () => {
    expect(renderIndex(facts)).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(renderIndex(facts)).toContain('<a href="pages/notes-2.html">2</a>');
  });
});

describe('The manifest of an archive', () => {
  it('says what is in which file, from where, and what its fields mean', () => {
    const manifest = JSON.parse(renderManifest(facts));
    expect(manifest).toMatchObject({
      resource: 'contoso',
      geography: 'europe',
      about: ['8:acs:a_b'],
      createdOn: '1970-01-01T00:00:00Z',
      expiresOn: '1970-01-02T00:00:00Z',
      emptyStores: ['others'],
    });
    expect(manifest.files).toMatchObject([
      { path: 'records/notes.jsonl', store: 'notes', records: 3, received: 1, files: 2, filesFolder: 'files/notes/' },
    ]);
    expect(Object.keys(manifest.files[0].fields)).toEqual(['text', 'received', 'file']);
  });
});

describe('A zip', () => {
  it('is written as it is read, with its size and hash', async () => {
    const zip = new ZipWriter(Date.UTC(2026, 0, 1));
    const read = buffer(zip.content);
    await zip.add({ name: 'a.txt', content: ['Grüße, ', 'Welt'] });
    await zip.add({ name: 'files/b', content: Readable.from([Buffer.alloc(100_000, 7)]), isCompressed: true });
    await zip.add({ name: 'empty', content: [] });
    zip.end();
    const bytes = await read;
    expect(zip.digest()).toEqual({
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const files = await unzip(bytes);
    expect([...files.keys()]).toEqual(['a.txt', 'files/b', 'empty']);
    expect(String(files.get('a.txt'))).toBe('Grüße, Welt');
    expect(files.get('files/b')?.equals(Buffer.alloc(100_000, 7))).toBe(true);
  });

  it('breaks off for everybody when a source fails or its reader gives up', async () => {
    const failing = new ZipWriter(0);
    const read = buffer(failing.content);
    const source = new Readable({ read() {} });
    const added = failing.add({ name: 'a', content: source });
    source.destroy(new Error('source'));
    await expect(added).rejects.toThrow('source');
    failing.abort(new Error('source'));
    await expect(read).rejects.toThrow('source');

    const unread = new ZipWriter(0);
    const endless = new Readable({ read: (size) => endless.push(Buffer.alloc(size)) });
    const waiting = unread.add({ name: 'a', content: endless });
    unread.abort(new Error('reader'));
    await expect(waiting).rejects.toThrow('reader');
    expect(endless.destroyed).toBe(true);
    await expect(unread.add({ name: 'b', content: [] })).rejects.toThrow('reader');
  });
});

describe('A range', () => {
  it.each([
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=90-', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['bytes=99-1000', { first: 99, last: 99 }],
    ['bytes=0-1,5-6', undefined],
    ['bytes=5-4', undefined],
    ['bytes=-', undefined],
    ['items=0-1', undefined],
    [undefined, undefined],
  ])('%s of 100 bytes is %j', (range, expected) => {
    expect(readRange({ range }, 100, '"e"')).toEqual(expected);
  });

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0'])('%s of 100 bytes is refused', (range) => {
    expect(() => readRange({ range }, 100, '"e"')).toThrow(Fault);
  });

  it('of another version is not meant', () => {
    expect(readRange({ range: 'bytes=0-9', 'if-range': '"other"' }, 100, '"e"')).toBeUndefined();
    expect(readRange({ range: 'bytes=0-9', 'if-range': '"e"' }, 100, '"e"')).toEqual({ first: 0, last: 9 });
  });
});
