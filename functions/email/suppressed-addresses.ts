// The addresses on a suppression list.
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import { type EmailParts, itemKinds } from '../../shared/email/index.js';
import { geographyOf } from '../../shared/geography/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';
import { type ItemWire, Text } from './item-wire.js';
import { itemOperations } from './items.js';

const AddressBody = z.object({
  properties: z.object({
    email: z
      .string()
      .min(3)
      .max(320)
      .regex(/^[^@\s]+@[^@\s]+$/, 'is no email address'),
    firstName: Text.optional(),
    lastName: Text.optional(),
    notes: z.string().max(1024).optional(),
  }),
});

function addressWire(dataLocation: string): ItemWire<typeof AddressBody> {
  return {
    kind: itemKinds.suppressionListAddresses,
    noun: 'suppressed-address',
    plural: 'suppressed-addresses',
    contract: 'suppressionListAddresses',
    list: 'list',
    paramNames: ['emailServiceName', 'domainName', 'suppressionListName', 'addressId'],
    body: AddressBody,
    describe: ({ properties }) => ({ properties }),
    show: ({ lastModifiedAt = 0 }) => ({ lastModified: toSevenDigits(lastModifiedAt), dataLocation }),
  };
}

export function suppressedAddressOperations(parts: EmailParts): Operation[] {
  return itemOperations(parts, addressWire(geographyOf(parts.geography).dataLocation));
}
