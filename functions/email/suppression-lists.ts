// Lists of addresses that get no mail of a domain.
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import { type EmailParts, itemKinds } from '../../shared/email/index.js';
import { geographyOf } from '../../shared/geography/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';
import { itemResource } from '../wire/arm/answers.js';
import { InSevenDigits } from '../wire/written.js';
import { type ItemWire, Text } from './item-wire.js';
import { itemOperations } from './items.js';

const ListBody = z.object({ properties: z.object({ listName: Text.min(1) }) });

const ListResource = itemResource(
  'SuppressionListResource',
  ListBody.shape.properties.extend({
    createdTimeStamp: InSevenDigits,
    lastUpdatedTimeStamp: InSevenDigits,
    dataLocation: z.string(),
  }),
);

type List = z.output<typeof ListBody>['properties'];

function listWire(dataLocation: string): ItemWire<typeof ListBody, List, typeof ListResource> {
  return {
    kind: itemKinds.suppressionLists,
    noun: 'suppression-list',
    plural: 'suppression-lists',
    contract: 'suppressionLists',
    list: 'listByDomain',
    paramNames: ['emailServiceName', 'domainName', 'suppressionListName'],
    body: ListBody,
    resource: ListResource,
    describe: ({ properties }) => ({ properties }),
    show: ({ properties, createdAt = 0, lastModifiedAt = 0 }) => ({
      ...properties,
      createdTimeStamp: toSevenDigits(createdAt),
      lastUpdatedTimeStamp: toSevenDigits(lastModifiedAt),
      dataLocation,
    }),
  };
}

export function suppressionListOperations(parts: EmailParts): Operation[] {
  return itemOperations(parts, listWire(geographyOf(parts.geography).dataLocation));
}
