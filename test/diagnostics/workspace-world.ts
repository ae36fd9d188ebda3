// A geography whose logs go to a log workspace: the app, the workspace's double, and what tests ask of both.
import type { DiagnosticsCapability } from '../../functions/diagnostics/capability.js';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { startMonitor, type TestMonitor, workspaceId } from './azure-monitor.js';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const chat = 'ACSChatIncomingOperations';

export interface StoreLine {
  readonly store: string;
  readonly items: number;
  readonly since?: string;
  readonly keptUntil?: string;
}
export interface Receipt {
  readonly stores: readonly StoreLine[];
  readonly notErased: readonly { readonly store: string; readonly until?: string }[];
}

export let monitor: TestMonitor;
export let geography: TestGeography;
export let app: TestProcess;

export const start = async (more: object) => {
  monitor = await startMonitor();
  geography = await startGeography({ DOMICILE_LOGS: monitor.setting(more) });
  app = await geography.start();
};
export const stop = async () => {
  await geography?.stop();
  await monitor?.close();
};
export const diagnostics = () =>
  app.app.capabilities.find(({ name }) => name === 'diagnostics') as DiagnosticsCapability;
export const flush = () => diagnostics().flush();
/** How many there are in the workspace for rows of resources. */
export const tables = () => app.app.capabilities.flatMap(({ logs = [] }) => logs).length;
export const set = (more: object) =>
  app.call('diagnostics-set-settings', {
    body: { categories: 'all', retentionDays: 30, identifiers: 'pseudonymous', ...more },
  });
export const looking = (user: TestUser) => app.call('chat-list-threads', { user });
export const identify = async (user: TestUser) => {
  const body = { identifiers: [user.id] };
  const { stores } = accepted(await app.call<{ stores: StoreLine[] }>('privacy-identify', { body }));
  return stores.filter(({ items }) => items > 0);
};
export const later = (ms: number) => {
  app.app.clock.setOffset(app.app.clock.offsetMs + ms);
  app.app.dropCaches();
};
export async function erase(user: TestUser): Promise<Receipt> {
  const { id } = accepted(await app.call<{ id: string }>('privacy-erase', { body: { identifiers: [user.id] } }));
  for (let round = 0; round < 10; round++) {
    later(minute);
    await app.app.jobs.work(id);
    const params = { operationId: id };
    const { body } = await app.call<{ status: string; result?: { receipt: string } }>('privacy-get-operation', {
      params,
    });
    if (body.status === 'succeeded') {
      return JSON.parse(String(Buffer.from(String(body.result?.receipt).split('.')[1] ?? '', 'base64url'))) as Receipt;
    }
  }
  throw new Error('The erasure does not end.');
}
export const health = async () => {
  app.app.health.forget();
  return app.app.health.report();
};
export const lyingIn = async (mark: string) => {
  const { hits } = await scanStorage(geography.connectionString, [mark]);
  return [...new Set(hits.map(({ store }) => store))];
};
export const logTables = () => app.app.capabilities.flatMap(({ logs: each = [] }) => each);
export const columnsOfTables = () => logTables().flatMap(({ table }) => Object.keys(table.columns));

export const startRaw = async (more: object = {}) => {
  monitor = await startMonitor();
  const purge = { workspaceId, endpoint: monitor.origin };
  geography = await startGeography({ DOMICILE_LOGS: monitor.setting({ purge, ...more }) });
  app = await geography.start();
  accepted(await set({ identifiers: 'raw' }));
};
/** Goes on with another composition on the same storage. */
export const goOnWith = (next: TestProcess) => {
  app = next;
};
