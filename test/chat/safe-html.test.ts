// Html of messages against addresses in attributes that the library beneath does not check: what known advisories are about.
import { describe, expect, test } from 'vitest';
import { safeHtml } from '../../shared/chat/safe-html.js';

const home = { origin: 'https://chat.example.com', threadId: '19:thread@thread.v2' };

/** Every attribute of html that holds an address. */
const attributes = [
  'action',
  'archive',
  'background',
  'cite',
  'classid',
  'codebase',
  'data',
  'dynsrc',
  'formaction',
  'href',
  'icon',
  'longdesc',
  'lowsrc',
  'manifest',
  'ping',
  'poster',
  'profile',
  'src',
  'srcdoc',
  'srcset',
  'usemap',
  'xlink:href',
];
const tags = ['a', 'img', 'form', 'button', 'input', 'video', 'object', 'blockquote', 'table', 'svg', 'del', 'p'];
const shown = 'shown';

describe.each(attributes)('an address in %s', (attribute) => {
  test.each(['javascript:alert(1)', 'JaVa\tScript:alert(1)', 'data:text/html,x', 'vbscript:x'])(
    'that begins with a scheme that could run something is taken away: %j',
    async (address) => {
      for (const tag of tags) {
        const safe = await safeHtml(`<${tag} ${attribute}="${address}">${shown}</${tag}>`, home);
        expect(safe.toLowerCase().replaceAll(/\s/g, ''), tag).not.toMatch(/script:|data:/);
      }
    },
  );
});

test('forms, and what sends them, are taken away', async () => {
  const safe = await safeHtml(
    '<form action="/x"><button formaction="/y">go</button><input type="submit"></form>',
    home,
  );
  expect(safe).toBe('go');
});

test('what is discarded does not come out alive', async () => {
  for (const tag of ['xmp', 'noscript', 'textarea', 'title', 'noembed', 'plaintext']) {
    const safe = await safeHtml(`<${tag}><img src=x onerror=alert(1)></${tag}>`, home);
    // As text it may stand there.
    expect(safe, tag).not.toMatch(/<[^>]*onerror/);
  }
});

test('a link stays one', async () => {
  expect(await safeHtml('<a href="https://example.com/">there</a>', home)).toContain('href="https://example.com/"');
});
