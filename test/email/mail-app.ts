// A composed app from which mail can be sent, and what it sends.
import { mailboxMails, sentMails } from '../../shared/email/index.js';
import type { Columns } from '../../shared/storage/index.js';
import type { TestProcess } from '../app/composed-app.js';

export async function startSending({ app }: TestProcess): Promise<string> {
  await app.seed();
  return (await app.defaultResource()).mailSender;
}

/** A whole mail, with some of it changed. */
export function mailFrom(senderAddress: string, change: object = {}): Record<string, unknown> {
  return {
    senderAddress,
    content: { subject: 'Tea', plainText: 'At four' },
    recipients: { to: [{ address: 'anna@contoso.example' }] },
    ...change,
  };
}

interface Result {
  readonly id: string;
  readonly status: string;
  readonly error: { readonly code: string } | null;
}

/** Each look waits a while for the end; on a busy machine one is not enough. */
export async function untilEnded<Ended extends { readonly status: string }>(
  look: () => Promise<Ended>,
): Promise<Ended> {
  let result = await look();
  for (let looks = 1; looks < 20 && result.status === 'Running'; looks++) {
    result = await look();
  }
  return result;
}

export function resultOf(process: TestProcess, operationId: string): Promise<Result> {
  return untilEnded(
    async () => (await process.call<Result>('email-get-send-result', { params: { operationId } })).body,
  );
}

/** What is known of recipients, in their order. */
export async function statesOf({ app }: TestProcess, operationId: string): Promise<string[]> {
  const { immutableId } = await app.defaultResource();
  const row = await app.storage.table(sentMails).get<Columns>(immutableId, `m!${operationId}`);
  return (JSON.parse(String(row?.['states'] ?? '[]')) as { state: string }[]).map(({ state }) => state);
}

export async function mailboxOf({ app }: TestProcess): Promise<Columns[]> {
  const { immutableId } = await app.defaultResource();
  const rows: Columns[] = [];
  for await (const row of app.storage.table(mailboxMails).rows<Columns>({ partition: immutableId })) {
    rows.push(row);
  }
  return rows;
}
