// Words by which people opt out and in, as people write them.
import { expect, it } from 'vitest';
import { keywordOf } from '../../shared/sms/keywords.js';

it.each([
  'STOP',
  'stop',
  ' Stop\n',
  'STOP.',
  'Stop!',
  '"STOP"',
  '“Stop”',
  '*STOP*',
  'ＳＴＯＰ',
  'stop 🙏',
  'STOP ALL',
  'Stop  all.',
])('%j is a STOP', (text) => {
  expect(keywordOf(text)).toBe('stop');
});

it.each([
  ['Start!', 'start'],
  ['unstop.', 'start'],
  ['Help?', 'help'],
] as const)('%j is a %s', (text, keyword) => {
  expect(keywordOf(text)).toBe(keyword);
});

it.each(['Stop it', 'STOPP', 'Do not STOP', 'un stop', '', '!', 'constructor', 'S.T.O.P'])('%j is none', (text) => {
  expect(keywordOf(text)).toBeUndefined();
});
