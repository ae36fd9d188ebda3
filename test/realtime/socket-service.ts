// A Web PubSub that notes what it is asked, and keeps no connection: for tests of what the app says to it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface AskedCall {
  /** Behind `/api/hubs/acs/`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface TestSocketService {
  /** The setting DOMICILE_REALTIME. */
  readonly setting: string;
  readonly host: string;
  readonly calls: AskedCall[];
  /** Waits for the next call of this path. */
  next(path: string): Promise<AskedCall>;
  close(): Promise<void>;
}

const key = 'k'.repeat(32);

export async function startSocketService(): Promise<TestSocketService> {
  const calls: AskedCall[] = [];
  const waiting = new Map<string, (call: AskedCall) => void>();
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://service');
      const path = pathname.replace('/api/hubs/acs/', '');
      const call = { path, query: Object.fromEntries(searchParams), text: await text(request) };
      calls.push(call);
      const isToken = path === ':generateToken';
      response.writeHead(isToken ? 200 : 202, { 'content-type': 'application/json' });
      response.end(isToken ? JSON.stringify({ token: 'a.client.token' }) : '');
      waiting.get(path)?.(call);
      waiting.delete(path);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    setting: JSON.stringify({ endpoint: `http://${host}`, hub: 'acs', key }),
    host,
    calls,
    next: (path) => new Promise((resolve) => waiting.set(path, resolve)),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
