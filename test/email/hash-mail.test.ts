// The hash of a request is that of its JSON, whatever it says and however long it is.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyedHash } from '../../shared/auth/index.js';
import { hashMail } from '../../shared/email/hash-mail.js';
import type { Mail } from '../../shared/email/mail.js';

const key = Buffer.alloc(32, 7);
const text = fc.string({ unit: 'binary' });
const address = fc.record({ address: text, displayName: fc.option(text, { nil: undefined }) });
const addresses = fc.array(address, { maxLength: 2 });
const base64 = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const attachment = fc.record(
  { name: text, contentType: text, contentInBase64: base64, contentId: fc.option(text, { nil: undefined }) },
  { requiredKeys: ['name', 'contentType', 'contentInBase64'] },
);
const mails: fc.Arbitrary<Mail> = fc.record({
  senderAddress: text,
  to: addresses,
  cc: addresses,
  bcc: addresses,
  replyTo: addresses,
  subject: text,
  plainText: fc.option(text, { nil: undefined }),
  html: fc.option(text, { nil: undefined }),
  attachments: fc.array(attachment, { maxLength: 3 }),
  headers: fc.array(fc.tuple(text, text), { maxLength: 2 }),
  isUntracked: fc.boolean(),
});

it('is that of the JSON', () => {
  fc.assert(
    fc.property(mails, (mail) => {
      expect(hashMail(key, mail)).toEqual(keyedHash(key, 'request', JSON.stringify(mail)));
    }),
  );
});

it('is that of the JSON of an attachment that comes in pieces', () => {
  const [mail] = fc.sample(mails, 1) as [Mail];
  const long = { name: 'a', contentType: 'text/plain', contentInBase64: 'QUJD'.repeat(50_000) };
  const large = { ...mail, attachments: [long, { ...long, contentInBase64: '' }, ...mail.attachments] };
  expect(hashMail(key, large)).toEqual(keyedHash(key, 'request', JSON.stringify(large)));
});
