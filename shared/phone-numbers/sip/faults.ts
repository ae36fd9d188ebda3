// Errors of SIP routing, as recorded: which statuses are 400 and which 422 is the service's own choice.
import { catalogue, Fault, type FaultDetail } from '../../http/index.js';

const message = 'One or more request inputs are not valid.';
const entries = catalogue({
  duplicate: { status: 400, code: 'UnprocessableConfiguration', message },
  unprocessable: { status: 422, code: 'UnprocessableConfiguration', message },
  tooManyTrunks: { status: 400, code: 'BadRequest', message: 'A resource has at most 250 trunks.' },
  tooLarge: {
    status: 413,
    code: 'RequestBodyTooLarge',
    message:
      'The SIP routing as a whole is too large: its trunks and routes have 480,000 characters of JSON at most. Shorten descriptions and patterns, or put fewer routes.',
  },
  busy: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'Others change the routing at this moment. Send the request again.',
  },
});

const refused = (entry: keyof typeof entries, innererror?: FaultDetail) => () =>
  new Fault(entries[entry], innererror && { innererror });

/** Made anew each time they are thrown. */
export const sipFaults = {
  duplicatedRoute: refused('duplicate', { code: 'DuplicatedRoute', message: 'There is a duplicated route.' }),
  duplicatedTrunk: refused('duplicate', {
    code: 'RouteWithDuplicatedTrunk',
    message: 'There is a duplicated trunk in a route.',
  }),
  invalidPort: refused('unprocessable', {
    code: 'InvalidTrunkSipSignalingPort',
    message: 'Trunk with an invalid SIP signaling port.',
  }),
  invalidFqdn: refused('unprocessable', {
    code: 'InvalidTrunkFqdn',
    message: 'The domain of a trunk is not a properly formatted domain name.',
  }),
  missingTrunk: refused('unprocessable', { code: 'MissingTrunk', message: 'Route targeting a missing trunk.' }),
  missingDomain: refused('unprocessable', {
    code: 'MissingDomain',
    message: 'Missing Domain for coresponding Trunk',
  }),
  tooManyTrunks: refused('tooManyTrunks'),
  tooLarge: refused('tooLarge'),
  busy: refused('busy'),
} as const;
