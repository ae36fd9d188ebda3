import { describe, expect, it } from 'vitest';
import { requireOwnAddresses } from '../../shared/chat/attachment-address.js';

const origin = 'https://contoso.europe.example';
const attached = (url: string) => () =>
  requireOwnAddresses(
    [
      { id: 'a', attachmentType: 'file', url: '/a' },
      { id: 'b', attachmentType: 'image', previewUrl: url },
    ],
    origin,
  );

describe('The address of an attachment', () => {
  it.each(['/chat/threads/19:a/images/1/views/original', 'a.png', `${origin}/a`, `${origin}:443/a`, '', '?a'])(
    'may be one of the resource: %s',
    (url) => {
      expect(attached(url)).not.toThrow();
    },
  );

  it.each([
    'javascript:alert(1)',
    ' java\tscript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'https://page.example/a',
    '//page.example/a',
    '\\\\page.example\\a',
    'http://contoso.europe.example/a',
    `${origin}:8443/a`,
    `${origin}@page.example/a`,
    'https://anna:secret@contoso.europe.example/a',
    'https://',
    'blob:https://contoso.europe.example/1',
  ])('is refused when it leads elsewhere: %s', (url) => {
    expect(attached(url)).toThrow(
      expect.objectContaining({ status: 400, extras: { target: 'attachments[1].previewUrl' } }),
    );
  });
});
