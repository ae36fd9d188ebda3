// What a carrier tells: what became of texts, and texts that have come in. Domicile's own; signed with a secret that the
// carrier shares with the geography.
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import { geographyWebhook } from '../../shared/auth/index.js';
import { parseInstant } from '../../shared/time/instant.js';
import {
  receiveText,
  type ReceiveParts,
  reportFromCarrier,
  type ReportParts,
  smsLimits,
} from '../../shared/sms/index.js';
import { textCarrier } from '../foundation.js';
import { orAbsent } from '../wire/null-and-absent.js';

const { maxReported, maxInboundCharacters } = smsLimits;
const common = { service: 'smsCarrier', auth: geographyWebhook(textCarrier) } as const;

const Reference = z.string().min(1).max(256);
const Part = z
  .strictObject({ number: z.int().min(1).max(255), of: z.int().min(1).max(255) })
  .refine(({ number, of }) => number <= of, 'has a number beyond how many there are');
const Report = z
  .strictObject({
    id: orAbsent(Reference),
    reference: orAbsent(Reference),
    status: z.enum(['delivered', 'failed', 'expired', 'rejected', 'unknown']),
    code: orAbsent(z.string().max(64)),
    part: orAbsent(Part),
  })
  .refine(({ id, reference }) => (id === undefined) !== (reference === undefined), 'Give one of id and reference.');

/** In whatever form. */
const Address = z.string().max(64);
const Message = z.strictObject({
  id: Reference,
  from: Address,
  to: Address,
  text: z.string().max(maxInboundCharacters),
  receivedAt: orAbsent(
    z.string().refine((text) => parseInstant(text) !== undefined, 'is no instant in ISO 8601 with a time zone'),
  ),
});

const Results = z
  .object({ results: z.array(z.object({ status: z.union([z.literal(200), z.literal(404)]) })) })
  .meta({ id: 'CarrierResults' });

export function carrierOperations(reports: ReportParts, receive: ReceiveParts): Operation[] {
  return [
    operation({
      ...common,
      name: 'sms-carrier-report',
      summary: 'Takes what became of texts, from whoever carries them.',
      route: 'POST sms/carrier/reports',
      body: z.strictObject({ reports: z.array(Report).min(1).max(maxReported) }),
      returns: Results,
      ok: async ({ body }) => {
        const results: { readonly status: 200 | 404 }[] = [];
        // One after the other: parts of one text that come together must not get in each other's way.
        for (const report of body.reports) {
          results.push({ status: (await reportFromCarrier(reports, report)) ? 200 : 404 });
        }
        return { results };
      },
    }),
    operation({
      ...common,
      name: 'sms-carrier-receive',
      summary: 'Takes texts that have come in, from whoever carries them.',
      route: 'POST sms/carrier/messages',
      body: z.strictObject({ messages: z.array(Message).min(1).max(maxReported) }),
      maxBodyBytes: 2 * 1_048_576,
      returns: Results,
      ok: async ({ body }) => {
        const results: { readonly status: 200 | 404 }[] = [];
        for (const { receivedAt, ...message } of body.messages) {
          const at = receivedAt === undefined ? undefined : parseInstant(receivedAt);
          const id = await receiveText(receive, { ...message, receivedAt: at });
          results.push({ status: id === undefined ? 404 : 200 });
        }
        return { results };
      },
    }),
  ];
}
