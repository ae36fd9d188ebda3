// Every operation of texts, called so that each of its answers is seen.
import { ownNumber, seedNumber } from '../sms/texts-app.js';
import type { Scene } from './scene.js';

export async function playSms({ app, call, asCarrier }: Scene): Promise<void> {
  await seedNumber(app);
  // Nobody reports on it, and then the carrier does.
  const smsRecipients = [{ to: '+15005550001' }, { to: 'nobody' }];
  const sent = await call('sms-send', { body: { from: ownNumber, smsRecipients, message: 'Tea' } });
  const id = String(sent.body.value[0].messageId);
  await call('sms-carrier-report', asCarrier({ reports: [{ id, status: 'delivered' }] }));
  await call('sms-get-delivery-report', { params: { outgoingMessageId: id } });
  const body = { from: ownNumber, recipients: [{ to: '+15551230001' }, { to: 'nobody' }] };
  for (const verb of ['add', 'check', 'remove']) {
    await call(`sms-${verb}-opt-outs`, { body });
  }
  const message = { id: 'one', from: '+15551230001', to: ownNumber, text: 'STOP' };
  await call('sms-carrier-receive', asCarrier({ messages: [message] }));
}
