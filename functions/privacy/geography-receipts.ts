// The receipts of a whole geography, those of deleted resources too: a receipt outlives its resource, which has no host and
// no key any more. For who has the right `privacy` there with Entra ID.
import { z } from 'zod';
import { operation } from '../../shared/api/index.js';
import { manager } from '../../shared/auth/index.js';
import type { LedgerEntry, Receipts, StoredReceipt } from '../../shared/privacy/index.js';
import { nextLink } from '../wire/next-link.js';
import { GeographyReceiptsPage } from './answers.js';
import { renderReceipt } from './wire.js';

const Guid = z.guid().transform((text) => text.toLowerCase());

const ReceiptsQuery = z.object({
  /** Immutable id of a resource, whether or not it still exists. */
  resourceId: Guid.optional(),
  maxPageSize: z.coerce.number().int().min(1).max(1000).default(100),
  after: z
    .string()
    .regex(/^[\w~-]{1,128}$/)
    .optional(),
});

export function geographyReceiptOperations(receipts: Receipts) {
  return [
    operation({
      service: 'privacy',
      auth: manager('privacy'),
      name: 'privacy-list-geography-receipts',
      summary:
        'Lists the receipts of erasures in the whole geography, or of one `resourceId`, also when the resource is deleted.',
      route: 'GET privacy/geography/receipts',
      query: ReceiptsQuery,
      returns: GeographyReceiptsPage,
      ok: async ({ query: { resourceId, maxPageSize, after }, request }) => {
        const { entries, next } =
          resourceId === undefined
            ? await receipts.pageOfAll(maxPageSize, after)
            : await pageOfOne(receipts, resourceId, maxPageSize, after);
        return {
          value: entries.map((entry) => ({ resourceId: entry.resourceId, ...renderReceipt(entry) })),
          ...(next !== undefined && {
            nextLink: nextLink(request, '/privacy/geography/receipts', {
              after: next,
              maxPageSize,
              ...(resourceId !== undefined && { resourceId }),
            }),
          }),
        };
      },
    }),
  ];
}

async function pageOfOne(receipts: Receipts, resourceId: string, limit: number, after: string | undefined) {
  const { entries, next } = await receipts.page(resourceId, limit, after);
  const named = entries.map((entry: LedgerEntry<StoredReceipt>) => ({ ...entry, resourceId }));
  return { entries: named, next };
}
