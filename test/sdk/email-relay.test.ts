import { EmailClient } from '@azure/communication-email';
import { startEmulator, type Emulator, type EmulatorResource } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sink, startSink } from '../email/sink.js';

let sink: Sink;
let emulator: Emulator;
let europe: EmulatorResource;
let client: EmailClient;

beforeAll(async () => {
  sink = await startSink();
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], smtpRelay: `localhost:${sink.port}` });
  europe = emulator.resources[0] as EmulatorResource;
  client = new EmailClient(europe.connectionString, emulator.clientOptions);
});
afterAll(async () => {
  await emulator?.dispose();
  await sink?.close();
});

async function send(address: string): Promise<string> {
  const poller = await client.beginSend({
    senderAddress: europe.mailSender,
    content: { subject: `To ${address}`, plainText: 'Hello' },
    recipients: { to: [{ address }] },
  });
  return (await poller.pollUntilDone()).status;
}

const inMailbox = async (to: string) => ((await emulator.stage('email', 'mails', { to })) as { mails: object[] }).mails;

/** Data of the report about a recipient. */
async function reportOf(recipient: string): Promise<object | undefined> {
  const advancedFilters = [{ key: 'data.recipient', operatorType: 'StringIn', values: [recipient] }];
  const asked = { types: ['EmailDeliveryReportReceived'], advancedFilters };
  return ((await emulator.stage('events', 'wait', asked)) as { event: { data: object } } | null)?.event.data;
}

describe('A mail server of this machine beside the mailbox', () => {
  it('gets every mail too', async () => {
    expect(await send('anna@example.com')).toBe('Succeeded');
    await emulator.stage('email', 'wait-for-mail', { to: 'anna@example.com' });
    expect(sink.mails.map(({ to }) => to)).toEqual([['anna@example.com']]);
    expect(String(sink.mails[0]?.message)).toContain('Subject: To anna@example.com');
    expect(await reportOf('anna@example.com')).toMatchObject({
      status: 'Delivered',
      deliveryStatusDetails: { recipientMailServerHostName: 'localhost' },
    });
  });

  it('decides what becomes of it, and nothing lies in the mailbox twice', async () => {
    sink.answers.set('nobody@example.com', '550 5.1.1 no such mailbox');
    expect(await send('nobody@example.com')).toBe('Succeeded');
    await expect(send('nobody@example.com')).rejects.toThrow('EmailDropped');
    expect(await inMailbox('nobody@example.com')).toEqual([]);

    sink.answers.set('later@example.com', '451 4.3.0 not now');
    expect(await send('later@example.com')).toBe('Succeeded');
    expect(await inMailbox('later@example.com')).toEqual([]);
    sink.answers.delete('later@example.com');
    await emulator.clock.advance('PT10M');
    expect(await inMailbox('later@example.com')).toHaveLength(1);
  });

  it('takes nothing away from an address that stands for an outcome', async () => {
    expect(await send('filtered-spam@example.com')).toBe('Succeeded');
    expect(await reportOf('filtered-spam@example.com')).toMatchObject({ status: 'FilteredSpam' });
  });

  it('is one of this machine', async () => {
    for (const smtpRelay of ['mail.example:25', 'localhost', 'localhost:0', 'localhost:70000']) {
      await expect(startEmulator({ ephemeral: true, geographies: ['europe'], smtpRelay })).rejects.toThrow(
        `"${smtpRelay}" is no mail server of this machine; write it such as localhost:1025.`,
      );
    }
  });
});
