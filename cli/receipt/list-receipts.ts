// The receipts of whole geographies, those of deleted resources too, each asked of its app.
import { CommandError } from '../command-error.js';
import type { ResourceClient } from '../resources/resource-client.js';
import { type ResourceRun, throughAll, throwIfMissed } from '../resources/resource-run.js';
import { table } from '../table.js';

interface ListedReceipt {
  readonly resourceId: string;
  readonly receiptId: string;
  readonly endedOn: string;
  readonly keptUntil: string;
  /** JWS compact. */
  readonly receipt: string;
}

export interface ReceiptsAsked {
  /** Immutable id; undefined for all. */
  readonly resourceId: string | undefined;
  readonly isJson: boolean;
}

/**
 * Prints them; as JSON in the form that `verify` reads.
 *
 * @throws {CommandError} when some geographies could not be asked
 */
export async function listReceipts(run: ResourceRun, { resourceId, isJson }: ReceiptsAsked): Promise<void> {
  const query = resourceId === undefined ? '' : `?resourceId=${encodeURIComponent(resourceId)}`;
  const { done, missed } = await throughAll(run, (client) =>
    receiptsOf(client, `/privacy/geography/receipts${query}`, run.stopping),
  );
  const value = done.flatMap(({ access, result }) => result.map((each) => ({ app: access.endpoint, ...each })));
  const rows = value.map((each) => [each.app, each.resourceId, each.receiptId, each.endedOn, each.keptUntil]);
  const shown =
    rows.length === 0
      ? `There is no receipt${missed.length > 0 ? ' where it could be asked' : ''}.`
      : table([['APP', 'RESOURCE ID', 'RECEIPT', 'ENDED ON', 'KEPT UNTIL'], ...rows]).join('\n');
  process.stdout.write(`${isJson ? JSON.stringify({ value }, undefined, 2) : shown}\n`);
  throwIfMissed(run, missed, 'Which receipts they have is not known.');
}

async function receiptsOf(
  client: ResourceClient,
  path: string,
  signal: AbortSignal,
): Promise<readonly ListedReceipt[]> {
  const receipts: ListedReceipt[] = [];
  let next: string | undefined = path;
  while (next !== undefined) {
    const { body } = await client.json('GET', next, { signal });
    if (!Array.isArray(body['value'])) {
      throw new CommandError(`${client.access.label} answers with something else than receipts; check the address.`);
    }
    receipts.push(...(body['value'] as readonly ListedReceipt[]));
    const { nextLink } = body;
    next = typeof nextLink === 'string' ? client.pathOf(nextLink) : undefined;
  }
  return receipts;
}
