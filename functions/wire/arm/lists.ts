// Lists over all geographies: merged, complete or refused; with `partial=true` what there is, and what is missing.
import { z } from 'zod';
import { type ArmRecord, type ArmType, checkScope } from '../../../shared/resources/index.js';
import { listResources, type ManagementParts } from '../../../shared/management/index.js';
import { askerOf, type Input } from './resources.js';

export const ListQuery = z.object({ partial: z.enum(['true', 'false']).default('false') });

/** The same with the parameters that are looked at. */
export interface Asked<Params> extends Input {
  readonly params: Params;
}

interface ListInput extends Asked<{ readonly subscriptionId: string; readonly resourceGroupName?: string }> {
  readonly query: z.output<typeof ListQuery>;
}

/** @param render writes one of them; those of other geographies come as they were written there */
export async function listAnswer<Item extends { readonly id: string }>(
  parts: ManagementParts,
  input: ListInput,
  type: ArmType,
  render: (parts: ManagementParts, record: ArmRecord) => Item,
) {
  const { subscriptionId, resourceGroupName } = input.params;
  const scope = checkScope({ type, subscriptionId, resourceGroup: resourceGroupName });
  const isPartial = input.query.partial === 'true';
  const { here, elsewhere, away } = await listResources<Item>(parts, askerOf(input), scope, isPartial);
  const value: Item[] = [...here.map((record) => render(parts, record)), ...elsewhere];
  value.sort((a, b) => (a.id.toLowerCase() < b.id.toLowerCase() ? -1 : 1));
  return { value, ...(isPartial && { unavailableGeographies: away }) };
}
