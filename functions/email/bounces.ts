// Bounces that come back by mail, handed in by whoever receives the mail of the bounce domain. Domicile's own.
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { recordBounce } from '../../shared/email/index.js';
import { WholeBody } from '../../shared/http/index.js';

/** A notice may bring the whole mail along. */
export const maxBounceBytes = 48 * 1_048_576;

export function bounceOperations(parts: Parameters<typeof recordBounce>[0]): Operation[] {
  return [
    operation({
      service: 'email',
      auth: accessKey,
      name: 'email-report-bounce',
      summary: 'Takes a delivery status notification (RFC 3464) about a mail that was sent.',
      route: 'POST emails/bounces',
      query: z.object({ recipient: z.string().max(320).optional() }),
      body: WholeBody,
      contentTypes: ['message/rfc822', 'application/octet-stream'],
      maxBodyBytes: maxBounceBytes,
      noContent: ({ resource, query, body }) => recordBounce(parts, resource.immutableId, body, query.recipient),
    }),
  ];
}
