// Who may stand before the `@` of a domain as the sender of mail.
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import { type EmailParts, itemKinds } from '../../shared/email/index.js';
import { geographyOf } from '../../shared/geography/index.js';
import { type ItemWire, Text } from './item-wire.js';
import { itemOperations } from './items.js';

const SenderBody = z.object({ properties: z.object({ username: Text.min(1), displayName: Text.optional() }) });

function senderWire(dataLocation: string): ItemWire<typeof SenderBody> {
  return {
    kind: itemKinds.senderUsernames,
    noun: 'sender',
    plural: 'senders',
    contract: 'senderUsernames',
    list: 'listByDomains',
    paramNames: ['emailServiceName', 'domainName', 'senderUsername'],
    body: SenderBody,
    describe: ({ properties }) => ({ properties }),
    show: () => ({ provisioningState: 'Succeeded', dataLocation }),
  };
}

export function senderUsernameOperations(parts: EmailParts): Operation[] {
  return itemOperations(parts, senderWire(geographyOf(parts.geography).dataLocation));
}
