// The addresses on a suppression list.
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import { type EmailParts, itemKinds } from '../../shared/email/index.js';
import { geographyOf } from '../../shared/geography/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';
import { EmailAddress } from '../wire/addresses.js';
import { itemResource } from '../wire/arm/answers.js';
import { orAbsent } from '../wire/null-and-absent.js';
import { InSevenDigits } from '../wire/written.js';
import { type ItemWire, Text } from './item-wire.js';
import { itemOperations } from './items.js';

const AddressBody = z.object({
  properties: z.object({
    email: EmailAddress,
    firstName: orAbsent(Text),
    lastName: orAbsent(Text),
    notes: orAbsent(z.string().max(1024)),
  }),
});

const AddressResource = itemResource(
  'SuppressionListAddressResource',
  z.object({
    email: z.string(),
    firstName: z.string().optional(),
    lastName: z.string().optional(),
    notes: z.string().optional(),
    lastModified: InSevenDigits,
    dataLocation: z.string(),
  }),
);

type Address = z.output<typeof AddressBody>['properties'];

function addressWire(dataLocation: string): ItemWire<typeof AddressBody, Address, typeof AddressResource> {
  return {
    kind: itemKinds.suppressionListAddresses,
    noun: 'suppressed-address',
    plural: 'suppressed-addresses',
    contract: 'suppressionListAddresses',
    list: 'list',
    paramNames: ['emailServiceName', 'domainName', 'suppressionListName', 'addressId'],
    body: AddressBody,
    resource: AddressResource,
    describe: ({ properties }) => ({ properties }),
    show: ({ properties, lastModifiedAt = 0 }) => ({
      ...properties,
      lastModified: toSevenDigits(lastModifiedAt),
      dataLocation,
    }),
  };
}

export function suppressedAddressOperations(parts: EmailParts): Operation[] {
  return itemOperations(parts, addressWire(geographyOf(parts.geography).dataLocation));
}
