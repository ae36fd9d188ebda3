// Errors of the privacy operations.
import { catalogue } from '../http/index.js';

export const privacyFaults = catalogue({
  badPersonId: {
    status: 400,
    code: 'BadRequest',
    message:
      'A person id is a key of your own: 1 to 128 letters, digits, dots, hyphens, underscores or tildes, with a letter among them. It must not be an address or a number, because it stands in paths.',
  },
  badIdentifier: {
    status: 400,
    code: 'BadRequest',
    message:
      'An identifier is an identity (8:acs:...), a phone number (4:+...), an email address, or a name of two words or more (name:...).',
  },
  identityNotOwned: {
    status: 400,
    code: 'IdentityNotOwned',
    message: 'An identity among the identifiers was not issued by this resource.',
  },
  pageOfOthers: {
    status: 400,
    code: 'BadRequest',
    message: 'The value of after is not that of a page before of the same identifiers. Begin again without it.',
  },
  /** Its code is its own: nobody else who answers 404 on the way can be taken for the resource that knows nobody. */
  personNotFound: { status: 404, code: 'PersonNotFound', message: 'The resource knows no person with this id.' },
  /** As above: not known here, by an error of ours. */
  subscriptionNotFound: {
    status: 404,
    code: 'NothingKept',
    message: 'This geography has no resource in the subscription.',
  },
  /** Nobody has been asked, so that nothing is known of what is kept there. */
  geographyNotKnown: {
    status: 404,
    code: 'GeographyNotKnown',
    message:
      'The geography in the path is neither this one nor one of the others that it knows; ask an app that does, or name it in its settings.',
  },
  archiveNotFound: {
    status: 404,
    code: 'NotFound',
    message: 'There is no archive of this operation, or its time is over. Start the export again.',
  },
  receiptNotFound: {
    status: 404,
    code: 'NotFound',
    message: 'The receipt does not exist, or is not kept any more.',
  },
  operationNotFound: {
    status: 404,
    code: 'NotFound',
    message: 'The operation does not exist, or its record is not kept any more.',
  },
});
