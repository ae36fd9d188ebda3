// node:http straight into the request pipeline: what our own code costs, without the Functions library and host.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { RouteTable } from '../emulator/host/route-table.js';
import { parseRouteTemplate } from '../emulator/host/route-template.js';
import { type ApiRequest, Fault, faults } from '../shared/http/index.js';
import { type Operation, type Pipeline } from '../shared/api/index.js';

const keepAliveMs = 75_000;

/** @param app the composed app; it may come later than the server, because some of its settings name the port */
export function createHttpAdapter(
  app: () => { readonly pipeline: Pipeline; readonly operations: readonly Operation[] },
) {
  let routes: RouteTable<Operation> | undefined;
  const server: Server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    const { pipeline, operations } = app();
    routes ??= routesOf(operations);
    void answer(pipeline, routes, request, response);
  });
  return server;
}

function routesOf(operations: readonly Operation[]): RouteTable<Operation> {
  const routes = new RouteTable<Operation>();
  for (const operation of operations) {
    routes.add(operation.method, parseRouteTemplate(operation.path), operation);
  }
  return routes;
}

async function answer(
  pipeline: Pipeline,
  routes: RouteTable<Operation>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '/' } = request;
  const queryStart = url.indexOf('?');
  const match = routes.match(method, queryStart < 0 ? url : url.slice(0, queryStart));
  if (match === undefined) {
    response.writeHead(404).end();
    return;
  }
  const params: Record<string, string> = {};
  for (const [index, name] of match.names.entries()) {
    params[name] = match.values[index] ?? '';
  }
  const { status, headers, body } = await pipeline(match.target, toApiRequest(request, params));
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    headers['content-length'] = String(body === undefined ? 0 : Buffer.byteLength(body));
    response.writeHead(status, headers);
    if (body === undefined) {
      response.end();
    } else {
      response.write(body);
      // One tick later, as the app does behind the Functions library: told at once, the end would be a second write.
      process.nextTick(() => response.end());
    }
  } else {
    response.writeHead(status, headers);
    (body instanceof Readable ? body : Readable.fromWeb(body)).pipe(response);
  }
}

function toApiRequest(request: IncomingMessage, params: Readonly<Record<string, string>>): ApiRequest {
  return {
    method: request.method ?? '',
    url: `http://${request.headers.host}${request.url}`,
    params,
    header: (name) => {
      const value = request.headers[name];
      return typeof value === 'object' ? value.join(', ') : value;
    },
    headers: () => Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const),
    readBody: (maxBytes) => readBody(request, maxBytes),
    streamBody: (maxBytes) => Readable.from(chunksOf(request, maxBytes), { objectMode: false }),
  };
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  return await new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        reject(new Fault(faults.bodyTooLarge));
      } else {
        chunks.push(chunk);
      }
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

async function* chunksOf(request: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new Fault(faults.bodyTooLarge);
    }
    yield chunk;
  }
}
