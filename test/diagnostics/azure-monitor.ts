// What answers in place of Azure Monitor on this machine: the Logs Ingestion API and the purge of a workspace, answering as
// they are told to, and keeping what they took.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export type StreamRow = Readonly<Record<string, unknown>>;

interface Upload {
  readonly stream: string;
  readonly rows: readonly StreamRow[];
  readonly bytes: number;
  readonly authorization: string | undefined;
}

interface Purge {
  readonly id: string;
  readonly table: string;
  readonly filters: readonly { readonly column: string; readonly operator: string; readonly value: unknown }[];
}

/** A status, with headers; or `hang up`. */
type Reply = number | { readonly status: number; readonly headers: Record<string, string> } | 'hang up';

export interface TestMonitor {
  readonly origin: string;
  /** The setting that leads to it; with the purge where people may be named. */
  setting(more?: object): string;
  /** Every request for rows, taken or not. */
  readonly uploads: readonly Upload[];
  /** Rows that were taken. */
  rows(table?: string): readonly StreamRow[];
  readonly purges: readonly Purge[];
  /** How often somebody looked how far a purge is. */
  readonly looks: number;
  /** What rows and purges are answered with from now on; undefined for as usual. */
  answerRows(reply: ((upload: Upload) => Reply | Promise<Reply> | undefined) | undefined): void;
  answerPurges(reply: ((purge: Purge) => Reply | undefined) | undefined): void;
  /** Purges that were taken are done from now on, or not. */
  complete(isDone: boolean): void;
  forget(): void;
  close(): Promise<void>;
}

const ruleId = `dcr-${'0123456789abcdef'.repeat(2)}`;
export const workspaceId =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/dom/providers/Microsoft.OperationalInsights/workspaces/dom-logs';

export async function startMonitor(): Promise<TestMonitor> {
  const uploads: Upload[] = [];
  const taken: { readonly stream: string; readonly rows: readonly StreamRow[] }[] = [];
  const purges: Purge[] = [];
  let looks = 0;
  let isDone = false;
  let replyRows: ((upload: Upload) => Reply | Promise<Reply> | undefined) | undefined;
  let replyPurges: ((purge: Purge) => Reply | undefined) | undefined;
  let origin = '';

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const [, stream] = /^\/dataCollectionRules\/dcr-[0-9a-f]{32}\/streams\/([\w%-]+)$/.exec(pathname) ?? [];
    const end = (reply: Reply, content?: unknown) => {
      if (reply === 'hang up') {
        request.socket.destroy();
        return;
      }
      const { status, headers } = typeof reply === 'number' ? { status: reply, headers: {} } : reply;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(content === undefined ? '' : JSON.stringify(content));
    };
    if (stream !== undefined && request.method === 'POST' && searchParams.get('api-version') === '2023-01-01') {
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      const rows = JSON.parse(String(text)) as StreamRow[];
      const { authorization } = request.headers;
      const upload = { stream: decodeURIComponent(stream), rows, bytes: text.length, authorization };
      uploads.push(upload);
      const reply = await replyRows?.(upload);
      if (reply === undefined && text.length <= 1_000_000) {
        taken.push(upload);
        return end(204);
      }
      return end(reply ?? 413);
    }
    if (pathname === `${workspaceId}/purge` && request.method === 'POST') {
      const purge = { id: `purge-${purges.length}`, ...(JSON.parse(String(body)) as Omit<Purge, 'id'>) };
      purges.push(purge);
      const reply = replyPurges?.(purge);
      const location = `${origin}${workspaceId}/operations/${purge.id}?api-version=2015-03-20`;
      return reply === undefined
        ? end({ status: 202, headers: { 'x-ms-status-location': location } }, { operationId: purge.id })
        : end(reply);
    }
    if (pathname.startsWith(`${workspaceId}/operations/`) && request.method === 'GET') {
      looks += 1;
      return end(200, { status: isDone ? 'completed' : 'pending' });
    }
    end(404);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    setting: (more = {}) => JSON.stringify({ endpoint: origin, ruleId, token: 'secret', metrics: false, ...more }),
    uploads,
    rows: (table) =>
      taken.filter(({ stream }) => table === undefined || stream === `Custom-${table}`).flatMap(({ rows }) => rows),
    purges,
    get looks() {
      return looks;
    },
    answerRows: (reply) => {
      replyRows = reply;
    },
    answerPurges: (reply) => {
      replyPurges = reply;
    },
    complete: (done) => {
      isDone = done;
    },
    forget: () => {
      uploads.splice(0);
      taken.splice(0);
      purges.splice(0);
      looks = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
