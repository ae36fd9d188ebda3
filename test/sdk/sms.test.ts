import { SmsClient } from '@azure/communication-sms';
import { SmsClient as PreviewClient } from 'communication-sms-preview';
import { startEmulator, type Emulator, type EmulatorResource } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let emulator: Emulator;
let europe: EmulatorResource;
let client: SmsClient;
let preview: PreviewClient;
let from: string;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], instances: 2 });
  europe = emulator.resources[0] as EmulatorResource;
  from = europe.phoneNumber;
  client = new SmsClient(europe.connectionString, emulator.clientOptions);
  preview = new PreviewClient(europe.connectionString, emulator.clientOptions);
});
afterAll(() => emulator?.dispose());

interface Text {
  readonly id: string;
  readonly messageId: string;
  readonly from: string;
  readonly text: string;
  readonly segments: number;
}
const waitFor = async (filter: object) => (await emulator.stage('sms', 'wait-for-text', filter)) as Text;
const textsAt = async (number: string) =>
  ((await emulator.stage('sms', 'texts', { number })) as { readonly texts: Text[] }).texts;
const idForm = /^Outgoing_\d{14}[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('The official SMS client', () => {
  it('sends to several numbers, and what was sent lies on their phones', async () => {
    const to = ['+15551110001', '+15551110002'];
    const results = await client.send({ from, to, message: 'Your code is 123456' }, { enableDeliveryReport: true });
    expect(results).toEqual(
      to.map((number) => ({
        to: number,
        messageId: expect.stringMatching(idForm),
        httpStatusCode: 202,
        repeatabilityResult: 'accepted',
        successful: true,
      })),
    );
    const text = await waitFor({ number: '+15551110002' });
    expect(text).toMatchObject({ from, text: 'Your code is 123456', messageId: results[1]?.messageId, segments: 1 });
    expect(await emulator.stage('sms', 'last-code', { number: '+15551110001' })).toMatchObject({ code: '123456' });
  });

  it('says of each recipient what was wrong, and sends to the others', async () => {
    const results = await client.send({ from, to: ['+15551110003', '555'], message: 'Hi' });
    expect(results).toMatchObject([
      { to: '+15551110003', successful: true },
      { to: '555', httpStatusCode: 400, successful: false, errorMessage: 'Invalid To phone number format.' },
    ]);
  });

  it('is refused as recorded from a number that is malformed, or not its own', async () => {
    await expect(client.send({ from: '+', to: ['+15551110001'], message: 'Hi' })).rejects.toMatchObject({
      statusCode: 400,
      response: { bodyAsText: '{"From":["Invalid From phone number format"]}' },
    });
    await expect(client.send({ from: '+1425555012345', to: ['+15551110001'], message: 'Hi' })).rejects.toMatchObject({
      statusCode: 401,
      message: '{"error":{"code":"Unauthorized","message":""}}',
    });
  });

  it('sends under a name that it is allowed to use, and under no other', async () => {
    const [result] = await client.send({ from: 'CONTOSO', to: ['+15551110004'], message: 'Hi' });
    expect(result).toMatchObject({ successful: true });
    expect(await waitFor({ number: '+15551110004' })).toMatchObject({ from: 'CONTOSO' });
    await expect(client.send({ from: 'FABRIKAM', to: ['+15551110004'], message: 'Hi' })).rejects.toMatchObject({
      statusCode: 401,
    });
  });

  it('is told that there are too many recipients, or too many characters', async () => {
    const to = Array.from({ length: 101 }, (_, n) => `+1555222${String(n).padStart(4, '0')}`);
    await expect(client.send({ from, to, message: 'Hi' })).rejects.toMatchObject({ statusCode: 400 });
    await expect(client.send({ from, to: ['+15551110001'], message: 'x'.repeat(2_049) })).rejects.toMatchObject({
      statusCode: 400,
    });
    const all = await client.send({ from, to: to.slice(1), message: 'x'.repeat(2_048) });
    expect(all.filter(({ successful }) => successful)).toHaveLength(100);
  });
});

describe('The newer SMS client', () => {
  it('sends with a time for the report', async () => {
    const options = { enableDeliveryReport: true, deliveryReportTimeoutInSeconds: 300, tag: 'spring' };
    const [result] = await preview.send({ from, to: ['+15551110005'], message: 'Hi' }, options);
    expect(result).toMatchObject({ successful: true, httpStatusCode: 202 });
    expect(await waitFor({ number: '+15551110005' })).toMatchObject({ text: 'Hi' });
  });

  it('is told that nobody hands texts to partners', async () => {
    const messagingConnect = { apiKey: 'partner-secret', partner: 'somebody' };
    await expect(
      preview.send({ from, to: ['+15551110001'], message: 'Hi' }, { messagingConnect }),
    ).rejects.toMatchObject({ statusCode: 400, message: expect.not.stringContaining('partner-secret') });
  });

  it('adds, checks and removes opt-outs, and who has opted out gets nothing', async () => {
    const to = ['+15551110006', 'nobody'];
    expect(await preview.optOuts.check(from, to)).toEqual([
      { to: '+15551110006', httpStatusCode: 200, isOptedOut: false, errorMessage: '' },
      { to: 'nobody', httpStatusCode: 400, isOptedOut: false, errorMessage: 'Invalid recipient phone number format' },
    ]);
    expect(await preview.optOuts.add(from, ['+15551110006'])).toMatchObject([
      { to: '+15551110006', httpStatusCode: 200 },
    ]);
    expect(await preview.optOuts.check(from, ['+15551110006'])).toMatchObject([{ isOptedOut: true }]);
    const [blocked] = await preview.send({ from, to: ['+15551110006'], message: 'Blocked' });
    expect(blocked).toMatchObject({ httpStatusCode: 202, successful: true });
    expect(await preview.optOuts.remove(from, ['+15551110006'])).toMatchObject([
      { to: '+15551110006', httpStatusCode: 200 },
    ]);
    await preview.send({ from, to: ['+15551110006'], message: 'Not blocked' });
    await waitFor({ number: '+15551110006' });
    expect((await textsAt('+15551110006')).map(({ text }) => text)).toEqual(['Not blocked']);
  });
});

describe('A phone', () => {
  it('answers STOP and START, and gets texts accordingly', async () => {
    const number = '+15551110007';
    await client.send({ from, to: [number], message: 'One' });
    await waitFor({ number });
    expect(await emulator.stage('sms', 'stop', { number })).toMatchObject({
      to: from,
      messageId: expect.stringMatching(/^Incoming_/),
    });
    await client.send({ from, to: [number], message: 'Two' });
    await emulator.stage('sms', 'reply', { number, text: 'start' });
    await client.send({ from, to: [number], message: 'Three' });
    await waitFor({ number, text: 'Three' });
    expect((await textsAt(number)).map(({ text }) => text)).toEqual(['Three', 'One']);
    expect(await emulator.stage('sms', 'clear-phone', { number })).toEqual({ cleared: 2 });
  });

  it('gets what was put off when its time comes', async () => {
    await client.send({ from, to: ['+15005550003'], message: 'Later' });
    expect(await textsAt('+15005550003')).toEqual([]);
    await emulator.clock.advance('PT2M');
    expect(await textsAt('+15005550003')).toMatchObject([{ text: 'Later' }]);
  });
});
