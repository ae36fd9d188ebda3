// The smallest client that shows what is on the wire: no normalisation of paths or headers.
import { type OutgoingHttpHeaders, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface WireRequest {
  readonly port: number;
  readonly method?: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string;
  readonly hostname?: string;
  /** Certificate to trust: HTTPS. */
  readonly ca?: string;
}

export function send({ body, ca, hostname = '127.0.0.1', ...rest }: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const options = { ...rest, hostname };
    const sent = ca === undefined ? httpRequest(options) : httpsRequest({ ...options, ca });
    sent.once('error', reject);
    sent.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
      });
    });
    sent.end(body);
  });
}
