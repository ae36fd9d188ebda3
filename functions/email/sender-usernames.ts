// Who may stand before the `@` of a domain as the sender of mail.
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import { checkManaged, type EmailParts, itemKinds } from '../../shared/email/index.js';
import { geographyOf } from '../../shared/geography/index.js';
import { itemResource } from '../wire/arm/answers.js';
import { orAbsent } from '../wire/null-and-absent.js';
import { type ItemWire, Text } from './item-wire.js';
import { itemOperations } from './items.js';

const SenderBody = z.object({
  properties: z.object({
    username: Text.regex(/^[^\s@]+$/, 'is nothing that stands before the @ of an address'),
    displayName: orAbsent(Text),
  }),
});

const SenderResource = itemResource(
  'SenderUsernameResource',
  SenderBody.shape.properties.extend({
    displayName: Text.optional(),
    provisioningState: z.string(),
    dataLocation: z.string(),
  }),
);

type Sender = z.output<typeof SenderBody>['properties'];

function senderWire(dataLocation: string): ItemWire<typeof SenderBody, Sender, typeof SenderResource> {
  return {
    kind: itemKinds.senderUsernames,
    noun: 'sender',
    plural: 'senders',
    contract: 'senderUsernames',
    list: 'listByDomains',
    paramNames: ['emailServiceName', 'domainName', 'senderUsername'],
    body: SenderBody,
    resource: SenderResource,
    describe: ({ properties }, _before, id) => {
      checkManaged(id);
      return { properties };
    },
    show: ({ properties }) => ({ ...properties, provisioningState: 'Succeeded', dataLocation }),
  };
}

export function senderUsernameOperations(parts: EmailParts): Operation[] {
  return itemOperations(parts, senderWire(geographyOf(parts.geography).dataLocation));
}
