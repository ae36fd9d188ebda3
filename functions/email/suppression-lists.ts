// Lists of addresses that get no mail of a domain.
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import { type EmailParts, itemKinds } from '../../shared/email/index.js';
import { geographyOf } from '../../shared/geography/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';
import { type ItemWire, Text } from './item-wire.js';
import { itemOperations } from './items.js';

const ListBody = z.object({ properties: z.object({ listName: Text.min(1) }) });

function listWire(dataLocation: string): ItemWire<typeof ListBody> {
  return {
    kind: itemKinds.suppressionLists,
    noun: 'suppression-list',
    plural: 'suppression-lists',
    contract: 'suppressionLists',
    list: 'listByDomain',
    paramNames: ['emailServiceName', 'domainName', 'suppressionListName'],
    body: ListBody,
    describe: ({ properties }) => ({ properties }),
    show: ({ createdAt = 0, lastModifiedAt = 0 }) => ({
      createdTimeStamp: toSevenDigits(createdAt),
      lastUpdatedTimeStamp: toSevenDigits(lastModifiedAt),
      dataLocation,
    }),
  };
}

export function suppressionListOperations(parts: EmailParts): Operation[] {
  return itemOperations(parts, listWire(geographyOf(parts.geography).dataLocation));
}
