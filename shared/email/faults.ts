// Errors of what belongs to email resources.
import { catalogue } from '../http/index.js';

export const emailFaults = catalogue({
  noAddress: { status: 400, code: 'BadRequest', message: 'This is no email address.' },
  managedDomainName: {
    status: 400,
    code: 'BadRequest',
    message: 'A domain that is AzureManaged is called AzureManagedDomain, and no other is.',
  },
  managedSender: {
    status: 400,
    code: 'BadRequest',
    message: 'Only DoNotReply sends from the domain that is AzureManaged. Add a domain of your own for other senders.',
  },
  domainNotLinked: {
    status: 404,
    code: 'DomainNotLinked',
    message: 'The specified sender domain has not been linked.',
  },
  unknownSender: {
    status: 400,
    code: 'InvalidSenderUserName',
    message: 'The specified sender user name is none of the sender user names of its domain.',
  },
  operationNotFound: { status: 404, code: 'NotFound', message: 'There is no such operation, or its time is over.' },
  beingAccepted: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'A request with this Operation-Id is being worked on. Send it again a little later.',
  },
  noCarrier: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'This deployment has no way to hand mail over: its operator has to set DOMICILE_MAIL.',
  },
  noBounce: {
    status: 400,
    code: 'BadRequest',
    message: 'This is no delivery status notification (RFC 3464). Send the notice as it came in.',
  },
  unknownBounce: {
    status: 404,
    code: 'NotFound',
    message: 'The notice is about no mail of this resource, or about one that is not known any more.',
  },
  noSuchLink: {
    status: 404,
    code: 'NotFound',
    message: 'This is no link of a mail of this resource.',
  },
  noSmtpUser: {
    status: 404,
    code: 'NoSmtpUser',
    message:
      'There is no such SMTP user, or two resources have one of this name. An owner makes them as smtpUsernames of the communication resource.',
  },
  noMail: { status: 404, code: 'NoSuchMail', message: 'There is no such mail in the mailbox.' },
  noCode: { status: 404, code: 'NoCode', message: 'Nothing in the newest mail looks like a code.' },
  noLink: { status: 404, code: 'NoLink', message: 'There is no link in the newest mail.' },
  dropped: {
    status: 400,
    code: 'EmailDropped',
    message: 'Mail to every recipient is suppressed, so it was not sent.',
  },
  expired: {
    status: 400,
    code: 'EmailDropped',
    message: 'The mail could not be handed over within its time.',
  },
  notSuppressed: {
    status: 404,
    code: 'NotFound',
    message:
      'Nothing but lists keeps mail of this domain from the address. What stands on a list is deleted there, as an address of the list.',
  },
});
