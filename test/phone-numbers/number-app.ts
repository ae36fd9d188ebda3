// Phone numbers of a composed app: asked by name, worked on as the host would, looked at from inside.
import { numberItems, phoneNumbers } from '../../shared/phone-numbers/index.js';
import type { Columns } from '../../shared/storage/index.js';
import type { Answer, CallOptions, TestProcess } from '../app/composed-app.js';
import { workJobs } from '../privacy/composed-app.js';

export const tollFree = {
  phoneNumberType: 'tollFree',
  assignmentType: 'application',
  capabilities: { calling: 'none', sms: 'inbound+outbound' },
} as const;

interface Begun {
  readonly id: string;
  readonly wireId: string;
}

/** The operation that an answer names; the answer must not be a refusal. */
export function begunBy({ status, headers, text }: Answer): Begun {
  const wireId = headers['operation-id'];
  if (status !== 202 || wireId === undefined) {
    throw new Error(`Refused with ${status}: ${text}`);
  }
  return { id: wireId.slice(wireId.indexOf('_') + 1), wireId };
}

export interface Watched {
  readonly status: string;
  readonly resourceLocation: string | null;
  readonly error?: { readonly code: string };
}

export async function watch({ call }: TestProcess, { wireId }: Begun): Promise<Watched> {
  return (await call<Watched>('phone-numbers-get-operation', { params: { operationId: wireId } })).body;
}

export async function search(process: TestProcess, more: object = {}, countryCode = 'US', options: CallOptions = {}) {
  const body = { ...tollFree, ...more };
  return begunBy(await process.call('phone-numbers-search', { params: { countryCode }, body, ...options }));
}

/** @returns its id and its numbers */
export async function found(process: TestProcess, more: object = {}, countryCode = 'US') {
  const { id } = await search(process, more, countryCode);
  await workJobs(process.app);
  const { body } = await process.call<{ phoneNumbers: string[] }>('phone-numbers-get-search', {
    params: { searchId: id },
  });
  return { searchId: id, phoneNumbers: body.phoneNumbers };
}

/** @returns the numbers */
export async function bought(process: TestProcess, more: object = {}): Promise<readonly string[]> {
  const { searchId, phoneNumbers: numbers } = await found(process, more);
  begunBy(await process.call('phone-numbers-purchase', { body: { searchId } }));
  await workJobs(process.app);
  return numbers;
}

export async function owned({ call }: TestProcess): Promise<readonly string[]> {
  const { body } = await call<{ phoneNumbers: { phoneNumber: string }[] }>('phone-numbers-list');
  return body.phoneNumbers.map(({ phoneNumber }) => phoneNumber);
}

/** All rows that say who has a number, and all that resources have beside. */
export async function rowsOf({ app }: TestProcess): Promise<{ claims: string[]; items: string[] }> {
  const all = async (store: typeof phoneNumbers | typeof numberItems) => {
    const rows: string[] = [];
    for await (const page of app.storage.table(store).scans<Columns>()) {
      rows.push(...page.map(({ rowKey }) => rowKey));
    }
    return rows;
  };
  return { claims: await all(phoneNumbers), items: await all(numberItems) };
}

/** Product time goes on, and what is due is done. */
export async function pass({ app }: TestProcess, ms: number): Promise<void> {
  app.clock.setOffset(app.clock.offsetMs + ms);
  app.dropCaches();
  await app.sweep();
  await workJobs(app);
}
