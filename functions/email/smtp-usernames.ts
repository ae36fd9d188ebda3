// The SMTP users of a communication service.
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import { type EmailParts, itemKinds } from '../../shared/email/index.js';
import { itemResource } from '../wire/arm/answers.js';
import { type ItemWire, Text } from './item-wire.js';
import { itemOperations } from './items.js';

const SmtpBody = z.object({
  properties: z.object({ username: Text.min(1), entraApplicationId: Text, tenantId: Text }),
});

const SmtpResource = itemResource('SmtpUsernameResource', SmtpBody.shape.properties);

type SmtpUser = z.output<typeof SmtpBody>['properties'];

const smtpWire: ItemWire<typeof SmtpBody, SmtpUser, typeof SmtpResource> = {
  kind: itemKinds.smtpUsernames,
  noun: 'smtp-user',
  plural: 'smtp-users',
  contract: 'smtpUsernames',
  list: 'list',
  paramNames: ['communicationServiceName', 'smtpUsername'],
  body: SmtpBody,
  resource: SmtpResource,
  describe: ({ properties }) => ({ properties }),
  show: ({ properties }) => properties,
};

export function smtpUsernameOperations(parts: EmailParts): Operation[] {
  return itemOperations(parts, smtpWire);
}
