// The handshake by which a sender of CloudEvents asks whether it may deliver here: `OPTIONS` with `WebHook-Request-Origin`.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md, section 4. A browser's preflight comes with
// the same method; it has `Access-Control-Request-Method`, and the platform answers it before any function is asked.
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import type { Auth } from '../../shared/auth/index.js';
import { Answer, Fault, faults, NoBody } from '../../shared/http/index.js';

export interface Handshake {
  /** Name of the registered function. */
  readonly name: string;
  readonly service: Operation['service'];
  /** Where events are delivered with `POST`. */
  readonly path: string;
  readonly auth: Auth;
  /** Deliveries a minute that are welcome. */
  readonly allowedRate: number;
  /** @param origin of the sender, such as `eventgrid.azure.net` */
  allows(origin: string, params: Readonly<Record<string, string>>): boolean | Promise<boolean>;
}

const Headers = z.object({
  'webhook-request-origin': z.string().min(1).max(253),
  'webhook-request-rate': z.coerce.number().int().min(1).optional(),
});

/** An operation that stands beside the one that takes the events. */
export function webhookHandshake({ name, service, path, auth, allowedRate, allows }: Handshake): Operation {
  return operation({
    name,
    summary: 'Says whether a sender of events may deliver here.',
    service,
    route: `OPTIONS ${path}`,
    auth,
    headers: Headers,
    answers: { 200: NoBody },
    answerHeaders: { 200: ['webhook-allowed-origin', 'webhook-allowed-rate', 'allow'] },
    answer: async ({ headers, params }) => {
      const origin = headers['webhook-request-origin'];
      if (!(await allows(origin, params))) {
        throw new Fault(faults.forbidden, { message: 'This sender may not deliver here.' });
      }
      const rate = Math.min(headers['webhook-request-rate'] ?? allowedRate, allowedRate);
      return new Answer(200, undefined, {
        'webhook-allowed-origin': origin,
        'webhook-allowed-rate': String(rate),
        allow: 'POST',
      });
    },
  });
}
