// Errors of text messages. Bodies as recorded from ACS where they are.
import { catalogue } from '../http/index.js';

export const smsFaults = catalogue({
  invalid: { status: 400, code: 'BadRequest', message: 'The request is not valid.' },
  /** Recorded with no message at all. */
  notOwned: { status: 401, code: 'Unauthorized', message: '' },
  noCarrier: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'This deployment has no way to hand texts over: its operator has to set DOMICILE_SMS.',
  },
  noReport: { status: 404, code: 'NotFound', message: 'There is no delivery report for this message.' },
  noText: { status: 404, code: 'NoSuchText', message: 'There is no such text on this phone.' },
  noCode: { status: 404, code: 'NoCode', message: 'Nothing in the newest text looks like a code.' },
  notReachable: {
    status: 404,
    code: 'NotFound',
    message: 'No resource of this geography owns this number, or it takes no texts.',
  },
});

/** What is said of one recipient; as recorded. */
export const recipientErrors = {
  invalidTo: 'Invalid To phone number format.',
  unavailable: 'ServiceUnavailable',
  invalidRecipient: 'Invalid recipient phone number format',
} as const;
