// What becomes of the html of a tracked mail.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { trackHtml } from '../../shared/email/engagement/track-html.js';
import { EngagementTokens } from '../../shared/email/index.js';
import { randomIds } from '../../shared/time/ids.js';

describe('Of the html of a tracked mail', () => {
  const addresses = {
    link: (to: string) => `https://us.example/${Buffer.from(to).toString('hex')}`,
    picture: 'https://us.example/p',
  };
  const ours = (to: string) => addresses.link(to);
  const dot = '<img src="https://us.example/p" width="1" height="1" alt="">';
  it.each([
    [
      'quoted twice',
      '<a href="http://a.example/?x=1&amp;y=2">A</a>',
      `<a href="${ours('http://a.example/?x=1&y=2')}">A</a>${dot}`,
    ],
    [
      'quoted once',
      "<A class=b HREF = 'HTTPS://a.example'>A</A>",
      `<A class=b HREF = '${ours('HTTPS://a.example')}'>A</A>${dot}`,
    ],
    ['not quoted', '<a href=http://a.example/b>A</a>', `<a href="${ours('http://a.example/b')}">A</a>${dot}`],
    [
      'not quoted, with an entity in front',
      '<a href=&#104;ttp://a.example target=x>A</a>',
      `<a href="${ours('http://a.example')}" target=x>A</a>${dot}`,
    ],
    ['of a map', '<area href="http://a.example">', `<area href="${ours('http://a.example')}">${dot}`],
  ])('a link %s is led over us, and the rest stays to the letter', async (_, before, after) => {
    expect(await trackHtml(before, addresses)).toBe(after);
  });

  it.each([
    '<a href="mailto:a@b.example">A</a>',
    '<a href="#top">A</a>',
    '<a href="/local">A</a>',
    '<a href="javascript:alert(1)">A</a>',
    '<a href="http://">A</a>',
    '<a href>A</a>',
    '<a name="http://a.example">A</a>',
    '<link href="http://a.example/style.css">',
    '<img src="http://a.example/a.png">',
    '<!-- <a href="http://a.example">A</a> -->',
    '<!--[if mso]><a href="http://a.example">A</a><![endif]-->',
    '<style>a[href="http://a.example"] { color: red }</style>',
    '<script>"<a href=\'http://a.example\'>"</script>',
    `<a href="http://a.example/${'x'.repeat(2_000)}">A</a>`,
    `<a href="http://a.example/${'茶'.repeat(700)}">A</a>`,
    `<a href="http://a.example/${'../'.repeat(700)}">A</a>`,
    '<p>&copy; <b>unclosed &amp;lt;',
  ])('%s stays as it is', async (before) => {
    expect(await trackHtml(before, addresses)).toBe(before + dot);
  });

  it('nothing changes when it has more links than are led over us', async () => {
    const link = '<a href=http://a.example>A</a>';
    expect(await trackHtml(link.repeat(1_000), addresses)).toContain(dot);
    expect(await trackHtml(link.repeat(1_001), addresses)).toBeUndefined();
  });

  it('a link with letters of anywhere is led over us as long as our address fits what we take', async () => {
    const tokens = new EngagementTokens(randomBytes(32), randomIds);
    const to = `http://a.example/${'茶'.repeat(220)}`;
    const content = { mailId: crypto.randomUUID(), recipient: 0, address: Buffer.alloc(340), target: to };
    const token = tokens.seal('r', content);
    const link = () => `https://us.example/${token}`;
    expect(await trackHtml(`<a href="${to}">A</a>`, { ...addresses, link })).toContain(token);
    expect(tokens.open('r', token)?.target).toBe(to);
  });

  it('the picture stands at the end of the body', async () => {
    expect(await trackHtml('<html><body>A</body></html>\n', addresses)).toBe(`<html><body>A${dot}</body></html>\n`);
  });
});
