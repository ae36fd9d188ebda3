// What any API keeps can be named to the operations of privacy; and whom a text names is told from whom it does not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmailAddress, PhoneNumber } from '../../functions/wire/addresses.js';
import {
  formatIdentifier,
  holdsWhole,
  maxIdentifierLength,
  parseIdentifier,
  type PersonalIdentifier,
} from '../../shared/data-map/index.js';
import { createAddressHash, itemKinds } from '../../shared/email/index.js';

const email = (address: string): PersonalIdentifier => ({ kind: 'email', address });
const phone = (e164: string): PersonalIdentifier => ({ kind: 'phoneNumber', e164 });
const hash = createAddressHash(Buffer.alloc(32));
const name = (text: string) => parseIdentifier(`name:${text}`) ?? email('');

/** Half of it is made to look like an address, the other half is anything. */
const written = fc.oneof(
  fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 }))
    .map((two) => two.join('@')),
  fc.tuple(fc.string({ minLength: 1, maxLength: 330 }), fc.domain()).map((two) => two.join('@')),
  fc.emailAddress(),
  fc.string({ unit: 'binary' }),
);

describe('An identifier', () => {
  it('can be given for every address that an API keeps, and finds it', () => {
    let kept = 0;
    fc.assert(
      fc.property(written, (text) => {
        if (!EmailAddress.safeParse(text).success) {
          return;
        }
        kept += 1;
        const identifier = parseIdentifier(text);
        expect(identifier).toEqual(email(text.toLowerCase()));
        expect(identifier?.kind === 'email' && hash(identifier.address)).toBe(hash(text));
      }),
      { numRuns: 2_000 },
    );
    expect(kept).toBeGreaterThan(200);
    for (const odd of ['<anna>@x', '"a.b"@example.com', `${'a'.repeat(100)}@example.com`, "o'neill@example.com"]) {
      expect(EmailAddress.safeParse(odd).success).toBe(true);
      expect(parseIdentifier(odd)).toEqual(email(odd));
    }
  });

  it('can be given for every sender that a domain can have', () => {
    const [domainForm = /$/, senderForm = /$/] = itemKinds.senderUsernames.forms;
    fc.assert(
      fc.property(fc.stringMatching(senderForm), fc.domain(), (local, domain) => {
        fc.pre(domainForm.test(domain));
        expect(parseIdentifier(`${local}@${domain}`)).toEqual(email(`${local}@${domain}`.toLowerCase()));
      }),
    );
    expect(190 + 1 + 253).toBeLessThanOrEqual(maxIdentifierLength);
  });

  it('can be given for every number that an API keeps', () => {
    fc.assert(
      fc.property(fc.oneof(fc.stringMatching(/^\+[1-9]\d{1,14}$/), fc.string()), (text) => {
        if (PhoneNumber.safeParse(text).success) {
          expect(parseIdentifier(`4:${text}`)).toEqual(phone(text));
          expect(parseIdentifier(text)).toEqual(phone(text));
        }
      }),
    );
  });

  it('is written as it is read', () => {
    const texts = ['4:+4366412345678', 'anna@example.com', 'name:anna berger', '8:acs:' + '0'.repeat(8)];
    for (const text of texts.slice(0, 3)) {
      expect(formatIdentifier(parseIdentifier(text) ?? email('?'))).toBe(text);
    }
    expect(parseIdentifier('name:  Anna   BERGER ')).toEqual({ kind: 'name', name: 'anna berger' });
    for (const wrong of [
      ...texts.slice(3),
      'name:Anna',
      'name:',
      'anna',
      'a b@c',
      'a@b@c',
      '4:0664123',
      `${'a'.repeat(511)}@b`,
    ]) {
      expect(parseIdentifier(wrong)).toBeUndefined();
    }
  });
});

describe('A text', () => {
  const about: readonly [PersonalIdentifier, readonly string[], readonly string[]][] = [
    [
      email('anna@example.com'),
      [
        'anna@example.com',
        'Ask ANNA@Example.com.',
        '<anna@example.com>',
        "'anna@example.com'",
        'mail=anna@example.com;bert',
        '(anna@example.com)',
        '- anna@example.com - often',
        'mailto:anna@example.com?subject=x',
      ],
      [
        'joanna@example.com',
        'jo.anna@example.com',
        'jo+anna@example.com',
        "o'anna@example.com",
        'anna@example.com.au',
        'anna@example.community',
        'anna@example.com-x.org',
        'anna at example.com',
        'ännanna@example.com'.slice(1),
      ],
    ],
    [
      phone('+4366412345678'),
      ['+4366412345678', 'Tel. +43 (664) 123-456-78', '4:+4366412345678', '0043 664 12345678', '+43664.12345678, or 1'],
      ['+43664123456789', '+436641234567', '+43 664 12345678 9', '4366412345678', '10043 664 12345678'],
    ],
    [
      name('Anna Berger'),
      ['Anna Berger', 'call ANNA  BERGER today', 'Anna Berger’s friend', '(Anna\nBerger)'],
      ['Joanna Berger', 'Anna Bergerin', 'Anna Berger-Huber', 'Maria-Anna Berger', 'Anna', 'Berger, Anna'],
    ],
  ];

  it.each(about)('is about %o when it holds that whole, and not when it holds a longer one', (identifier, yes, no) => {
    expect(yes.filter((text) => !holdsWhole(text, identifier))).toEqual([]);
    expect(no.filter((text) => holdsWhole(text, identifier))).toEqual([]);
  });

  it('is about an address between any words', () => {
    const word = fc.stringMatching(/^[a-zäöü]{0,12}$/);
    fc.assert(
      fc.property(word, word, fc.emailAddress(), (before, after, address) => {
        expect(holdsWhole(`${before} ${address.toUpperCase()}, ${after}`, email(address.toLowerCase()))).toBe(true);
        fc.pre(before !== '');
        expect(holdsWhole(`${before}${address}`, email(address.toLowerCase()))).toBe(false);
      }),
    );
  });
});
