// By what callers are told apart before they have proved who they are.
import { expect, it } from 'vitest';
import { clientOf } from '../../shared/auth/front-end.js';

const seenFrom = (address: string) => clientOf(undefined, (name) => (name === 'x-forwarded-for' ? address : undefined));

it.each([
  '::ffff:203.0.113.7',
  '[::FFFF:203.0.113.7]:50123',
  '0:0:0:0:0:ffff:203.0.113.7',
  '::ffff:cb00:7107',
  '203.0.113.7:50123',
])('An IPv4 address is one caller, however it is written: %s', (address) => {
  expect(seenFrom(address)).toBe('203.0.113.7');
});

it('Of IPv6 the network of 64 bits is one caller', () => {
  expect(seenFrom('2001:db8:1:2:3::4')).toBe(seenFrom('[2001:db8:1:2::9]:50123'));
  expect(seenFrom('2001:db8:1:2::4')).not.toBe(seenFrom('2001:db8:1:3::4'));
});
