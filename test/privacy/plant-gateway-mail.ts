// Somebody in every field of a mail that came by SMTP, which then lies in the mailbox.
import { expect } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { itemKinds, ItemStore, resourceItems } from '../../shared/email/index.js';
import type { Answered, Call } from '../answers/scene.js';
import { untilEnded } from '../email/mail-app.js';
import type { PlantedMarks } from './planted-marks.js';

export interface GatewayWorld {
  readonly app: ComposedApp;
  readonly call: Call;
  /** Asks as the gateway does. */
  asGateway(operation: string, body: object): Promise<Answered>;
}

const id = '11111111-2222-4333-8444-777777777777';

export async function plantGatewayMail(
  { app, call, asGateway }: GatewayWorld,
  { mark, passing, email }: PlantedMarks,
): Promise<void> {
  const { name: resource, immutableId, mailSender: senderAddress } = await app.defaultResource();
  const items = new ItemStore(app.storage.table(resourceItems));
  await items.put(immutableId, itemKinds.smtpUsernames, ['till'], {
    name: 'till',
    properties: { username: 'till', entraApplicationId: id, tenantId: id },
  });
  const named = (what: string) => [{ address: email, displayName: mark(`smtp ${what}`) }];
  const message = {
    senderAddress,
    content: { subject: mark('smtp subject'), plainText: mark('smtp text'), html: `<p>${mark('smtp html')}</p>` },
    recipients: { to: named('to'), cc: named('cc'), bcc: [{ address: email, displayName: passing('smtp bcc') }] },
    replyTo: named('reply to'),
    headers: { [`X-${mark('smtp header')}`]: mark('smtp header value') },
    attachments: [
      {
        name: mark('smtp attachment'),
        contentType: `text/${mark('smtp attachment type')}`,
        contentInBase64: 'aGk=',
        contentId: mark('smtp content id'),
      },
    ],
  };
  const shown = { to: named('shown'), cc: named('shown copy') };
  const senderName = mark('smtp sender name');
  const body = { resource, username: 'till', operationId: id, message, shown, senderName };
  const sent = await asGateway('email-gateway-send', body);
  const params = { operationId: String(sent.body.id) };
  const result = await untilEnded(async () => (await call('email-get-send-result', { params })).body);
  expect(result.status).toBe('Succeeded');
}
