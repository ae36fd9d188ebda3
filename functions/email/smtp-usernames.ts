// The SMTP users of a communication service.
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import { type EmailParts, itemKinds } from '../../shared/email/index.js';
import { type ItemWire, Text } from './item-wire.js';
import { itemOperations } from './items.js';

const SmtpBody = z.object({
  properties: z.object({ username: Text.min(1), entraApplicationId: Text, tenantId: Text }),
});

const smtpWire: ItemWire<typeof SmtpBody> = {
  kind: itemKinds.smtpUsernames,
  noun: 'smtp-user',
  plural: 'smtp-users',
  contract: 'smtpUsernames',
  list: 'list',
  paramNames: ['communicationServiceName', 'smtpUsername'],
  body: SmtpBody,
  describe: ({ properties }) => ({ properties }),
  show: () => ({}),
};

export function smtpUsernameOperations(parts: EmailParts): Operation[] {
  return itemOperations(parts, smtpWire);
}
