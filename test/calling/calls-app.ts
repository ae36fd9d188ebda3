// A composed app in which calls can be made, and what it knows of them.
import type { CallingCapability } from '../../functions/calling/capability.js';
import type { ComposedApp } from '../../functions/compose.js';
import { callsStore } from '../../shared/calling/index.js';
import type { Columns } from '../../shared/storage/index.js';
import type { TestProcess } from '../app/composed-app.js';
import { ownNumber, seedNumber } from '../sms/texts-app.js';

export { ownNumber, seedNumber };

export function callingOf({ capabilities }: Pick<ComposedApp, 'capabilities'>): CallingCapability {
  return capabilities.find(({ name }) => name === 'calling') as CallingCapability;
}

export const toNumber = (value: string) => ({ kind: 'phoneNumber', rawId: `4:${value}`, phoneNumber: { value } });
export const toUser = (id: string) => ({ kind: 'communicationUser', rawId: id, communicationUser: { id } });

export function callTo(targets: readonly object[], callbackUri: string, more: object = {}) {
  return { targets, callbackUri, sourceCallerIdNumber: { value: ownNumber }, ...more };
}

export interface MadeCall {
  readonly callConnectionId: string;
  readonly serverCallId: string;
  readonly correlationId: string;
  readonly callConnectionState: string;
}

export async function createCall(process: TestProcess, body: object): Promise<MadeCall> {
  let answer = await process.call<MadeCall>('calls-create', { body });
  // As the official clients do.
  for (let tries = 0; tries < 5 && answer.status === 503; tries += 1) {
    answer = await process.call<MadeCall>('calls-create', { body });
  }
  if (answer.status !== 201) {
    throw new Error(`A call was not made: ${answer.status} ${answer.text}`);
  }
  return answer.body;
}

/** All rows about calls. */
export async function callRows({ app }: TestProcess): Promise<Columns[]> {
  const rows: Columns[] = [];
  for await (const page of app.storage.table(callsStore).scans<Columns>()) {
    rows.push(...page);
  }
  return rows;
}

/** The timer of calls, run once. */
export async function tend({ app }: TestProcess): Promise<void> {
  const trigger = callingOf(app).triggers?.find(({ name }) => name === 'tend-calls');
  if (trigger === undefined || !('schedule' in trigger)) {
    throw new Error('There is no timer of calls.');
  }
  await trigger.run({ info: () => undefined, error: () => undefined });
}
