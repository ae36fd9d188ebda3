// One request to a webhook: no redirects, a bounded answer, to the address that was checked.
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { WebhookGuard } from './webhook-guard.js';

const limitMs = 30_000;
const maxAnswerBytes = 65_536;

export interface WebhookAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface WebhookRequest {
  readonly method: 'POST' | 'OPTIONS';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * @param ca certificate of the emulator's own authority: a webhook on this machine may have one from it
 * @throws {Error} when no answer came
 */
export function askWebhook(
  url: URL,
  { method, headers, body = '' }: WebhookRequest,
  guard: WebhookGuard,
  ca: string,
): Promise<WebhookAnswer> {
  return new Promise((resolve, reject) => {
    const isTls = url.protocol === 'https:';
    const asked = (isTls ? requestHttps : requestHttp)(
      url,
      {
        method,
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        lookup: guard.lookup,
        signal: AbortSignal.timeout(limitMs),
        ...(isTls && { ca: [...rootCertificates, ca] }),
      },
      (answer) => {
        const pieces: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (bytes <= maxAnswerBytes) {
            pieces.push(piece);
          }
        });
        answer.on('error', reject);
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces).toString() });
        });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
