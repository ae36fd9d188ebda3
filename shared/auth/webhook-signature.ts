// Reports of machines that share a secret with us: HMAC-SHA256 over time and body, in one header. What was signed more
// than five minutes ago counts for nothing; a report that is repeated within them has to do no harm twice.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type ApiRequest, Fault, faults } from '../http/index.js';

export const webhookSignatureHeader = 'x-domicile-signature';

/** Both ways: clocks differ. */
const maxSkewMs = 5 * 60_000;
const minSecretBytes = 32;
const form = /^t=(\d{1,12}),v1=([A-Za-z0-9+/]{43}=)$/;

export interface WebhookCheck {
  readonly request: Pick<ApiRequest, 'header'>;
  /** Read only when the header is one that can be right, and there is somebody whose it could be. */
  readBody(): Promise<Buffer>;
  /** Any of them may have signed: while one is changed, there are two. */
  readonly secrets: readonly Buffer[];
  /** Real time (never product time), milliseconds. */
  readonly realNow: number;
}

/**
 * The header that a sender adds to its request.
 *
 * @param realNow milliseconds
 * @example headers[webhookSignatureHeader] = signWebhook(secret, Buffer.from(json), clock.realNow())
 */
export function signWebhook(secret: Buffer, body: Buffer, realNow: number): string {
  const seconds = String(Math.floor(realNow / 1000));
  return `t=${seconds},v1=${digestOf(secret, seconds, body).toString('base64')}`;
}

/**
 * @throws {Fault} 401 `Denied`
 * @throws {Error} when a secret is too short: an operator's mistake
 */
export async function verifyWebhook({ request, readBody, secrets, realNow }: WebhookCheck): Promise<void> {
  const [, seconds, signature] = form.exec(request.header(webhookSignatureHeader) ?? '') ?? [];
  if (seconds === undefined || signature === undefined) {
    throw denied(`The header ${webhookSignatureHeader} must be "t=<seconds since 1970>,v1=<base64 of 32 bytes>".`);
  }
  if (Math.abs(Number(seconds) * 1000 - realNow) > maxSkewMs) {
    throw denied('The request was signed more than 5 minutes away from the time of the server. Check the clock.');
  }
  const strange = denied('The request is not signed with a secret that is shared with this sender.');
  if (secrets.length === 0) {
    throw strange;
  }
  const given = Buffer.from(signature, 'base64');
  const body = await readBody();
  // All are tried, so that the time taken does not tell which one it was.
  const matches = secrets.filter((secret) => timingSafeEqual(digestOf(secret, seconds, body), given));
  if (matches.length === 0) {
    throw strange;
  }
}

function digestOf(secret: Buffer, seconds: string, body: Buffer): Buffer {
  if (secret.length < minSecretBytes) {
    throw new Error(`The secret of a webhook has less than ${minSecretBytes} bytes. Use random ones.`);
  }
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}

function denied(message: string): Fault {
  return new Fault(faults.denied, { message });
}
