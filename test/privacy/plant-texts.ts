// Somebody in every field of a text to her, which then lies on her phone, and of one that she sends.
import { vi } from 'vitest';
import type { Answered, Call } from '../answers/scene.js';
import { ownNumber } from '../sms/texts-app.js';
import type { PlantedMarks } from './planted-marks.js';

export interface TextWorld {
  readonly call: Call;
  /** Tells as whoever carries texts does. */
  asCarrier(operation: string, body: object): Promise<Answered>;
}

export async function plantTexts(
  { call, asCarrier }: TextWorld,
  { mark, passing, phone }: PlantedMarks,
): Promise<void> {
  const smsSendOptions = { enableDeliveryReport: true, tag: passing('tag') };
  const text = { from: ownNumber, smsRecipients: [{ to: phone }], message: mark('text message'), smsSendOptions };
  const sent = await call('sms-send', { body: text });
  const params = { outgoingMessageId: String(sent.body.value[0].messageId) };
  await vi.waitFor(() => call('sms-get-delivery-report', { params }), 10_000);
  const body = { from: ownNumber, recipients: [{ to: phone }] };
  for (const verb of ['add', 'check', 'remove']) {
    await call(`sms-${verb}-opt-outs`, { body });
  }
  const message = { id: 'one', from: phone, to: ownNumber, text: passing('text that comes in') };
  await asCarrier('sms-carrier-receive', { messages: [message] });
}
