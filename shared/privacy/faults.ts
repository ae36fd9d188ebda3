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
    message: 'An identifier is an identity (8:acs:...), a phone number (4:+...) or an email address.',
  },
  identityNotOwned: {
    status: 400,
    code: 'BadRequest',
    message: 'An identity among the identifiers was not issued by this resource.',
  },
  personNotFound: { status: 404, code: 'NotFound', message: 'The resource knows no person with this id.' },
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
