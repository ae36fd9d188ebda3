// Everything that is answered about email services and what belongs to them.
import type { Operation } from '../../shared/api/index.js';
import type { EmailParts } from '../../shared/email/index.js';
import { domainOperations } from './domains.js';
import { emailServiceOperations } from './email-services.js';
import { optOutOperations } from './opt-outs.js';
import { senderUsernameOperations } from './sender-usernames.js';
import { smtpUsernameOperations } from './smtp-usernames.js';
import { suppressedAddressOperations } from './suppressed-addresses.js';
import { suppressionListOperations } from './suppression-lists.js';

export function emailOperations(parts: EmailParts): Operation[] {
  return [
    ...emailServiceOperations(parts),
    ...domainOperations(parts),
    ...senderUsernameOperations(parts),
    ...suppressionListOperations(parts),
    ...suppressedAddressOperations(parts),
    ...smtpUsernameOperations(parts),
    ...optOutOperations(parts),
  ];
}
