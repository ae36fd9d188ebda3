// A composed app from which texts can be sent, and what it knows of them.
import type { ComposedApp } from '../../functions/compose.js';
import type { PhoneNumbersCapability } from '../../functions/phone-numbers/capability.js';
import { phoneTexts, sentTexts } from '../../shared/sms/index.js';
import type { Columns } from '../../shared/storage/index.js';
import { seededNumber } from '../../shared/phone-numbers/index.js';
import { signWebhook, webhookSignatureHeader } from '../../shared/auth/index.js';
import type { TestProcess } from '../app/composed-app.js';

/** That of the default resource of the geography in which tests compose apps. */
export const ownNumber = seededNumber('europe').phoneNumber;

/** Without it nobody owns the number. */
export async function seedNumber({ capabilities }: Pick<ComposedApp, 'capabilities'>): Promise<void> {
  await (capabilities.find(({ name }) => name === 'phone-numbers') as PhoneNumbersCapability).seed();
}

export const secret = Buffer.alloc(32, 7);
/** What makes a carrier known to the app. */
export const secretSetting = { DOMICILE_SMS_SECRETS: secret.toString('base64') };

export interface Result {
  readonly to: string;
  readonly messageId?: string;
  readonly httpStatusCode: number;
  readonly repeatabilityResult?: string;
  readonly successful: boolean;
  readonly errorMessage?: string;
}

export interface Repeatable {
  readonly repeatabilityRequestId: string;
  readonly repeatabilityFirstSent: string;
}

/** As the official clients make it for each recipient and call. */
export function repeatable(now = Date.now()): Repeatable {
  return {
    repeatabilityRequestId: crypto.randomUUID(),
    repeatabilityFirstSent: new Date(now).toUTCString(),
  };
}

export function textTo(to: string, change: object = {}, options: object = {}) {
  return {
    from: ownNumber,
    smsRecipients: [{ to, ...change }],
    message: 'Your tea is ready',
    smsSendOptions: { enableDeliveryReport: true, ...options },
  };
}

export async function send(process: TestProcess, body: object): Promise<Result[]> {
  const answer = await process.call<{ value: Result[] }>('sms-send', { body });
  if (answer.status !== 202) {
    throw new Error(`A text was not accepted: ${answer.status} ${answer.text}`);
  }
  return answer.body.value;
}

export async function phonesOf({ app }: TestProcess): Promise<Columns[]> {
  const { immutableId } = await app.defaultResource();
  const rows: Columns[] = [];
  for await (const row of app.storage.table(phoneTexts).rows<Columns>({ partition: immutableId })) {
    rows.push(row);
  }
  return rows;
}

/** All rows of the records of texts, by the first letter of their keys. */
export async function recordsOf({ app }: TestProcess, letter = 't'): Promise<Columns[]> {
  const rows: Columns[] = [];
  for await (const page of app.storage.table(sentTexts).scans<Columns>()) {
    rows.push(...page.filter(({ rowKey }) => rowKey.startsWith(`${letter}!`)));
  }
  return rows;
}

/** What a carrier tells, signed as it does. */
export async function tell(process: TestProcess, what: 'report' | 'receive', body: object): Promise<number[]> {
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    [webhookSignatureHeader]: signWebhook(secret, Buffer.from(text), Date.now()),
  };
  const answer = await process.call<{ results: { status: number }[] }>(`sms-carrier-${what}`, {
    body: Buffer.from(text),
    headers,
  });
  if (answer.status !== 200) {
    throw new Error(`What a carrier told was not taken: ${answer.status} ${answer.text}`);
  }
  return answer.body.results.map(({ status }) => status);
}

/** Does what a test can do with the phones of the emulator. */
export async function stage<Done = unknown>({ app }: TestProcess, action: string, input: object): Promise<Done> {
  const { name } = await app.defaultResource();
  const found = app.capabilities.find((each) => each.name === 'sms')?.stage?.find((each) => each.name === action);
  return (await found?.run(found.input.parse(input), { resource: name })) as Done;
}
