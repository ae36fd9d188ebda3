// Somebody in every field of a mail that is sent, which then lies in the mailbox.
import { expect } from 'vitest';
import type { Call } from '../answers/scene.js';
import { untilEnded } from '../email/mail-app.js';
import type { PlantedMarks } from './planted-marks.js';

export async function plantMail(
  call: Call,
  { mark, passing, email }: PlantedMarks,
  senderAddress: string,
): Promise<void> {
  const named = (what: string) => [{ address: email, displayName: mark(what) }];
  const body = {
    senderAddress,
    content: { subject: mark('subject'), plainText: mark('plain text'), html: `<p>${mark('html')}</p>` },
    recipients: { to: named('to'), cc: named('cc'), bcc: [{ address: email, displayName: passing('bcc') }] },
    replyTo: named('reply to'),
    headers: { [`X-${mark('mail header')}`]: mark('mail header value') },
    attachments: [
      {
        name: mark('attachment'),
        contentType: `text/${mark('attachment type')}`,
        contentInBase64: 'aGk=',
        contentId: mark('content id'),
      },
    ],
  };
  const sent = await call('email-send', { body });
  const params = { operationId: String(sent.body.id) };
  const result = await untilEnded(async () => (await call('email-get-send-result', { params })).body);
  expect(result.status).toBe('Succeeded');
}
