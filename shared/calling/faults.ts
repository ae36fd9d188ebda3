// Errors of calls. Codes and texts as recorded from ACS, or of its list of result codes, which stand in `code` as digits.
import { catalogue } from '../http/index.js';

export const callFaults = catalogue({
  notFound: { status: 404, code: '8522', message: 'Call not found.' },
  participantNotFound: { status: 404, code: '8522', message: 'Participant not found.' },
  invalid: { status: 400, code: '8523', message: 'The request is not valid.' },
  callbackUri: { status: 400, code: '8523', message: 'The field CallbackUri is invalid.' },
  notEstablished: { status: 400, code: '8501', message: 'The call is not established.' },
  terminated: { status: 400, code: '8528', message: 'The call is already terminated.' },
  mediaBusy: { status: 400, code: '8500', message: 'Another media operation is going on in this call.' },
  noCognitiveServices: {
    status: 400,
    code: '8567',
    message:
      'Text and speech need callIntelligenceOptions.cognitiveServicesEndpoint when the call is created or answered.',
  },
  wrongState: { status: 400, code: '8585', message: 'This is not possible in the state of the call.' },
  conflict: { status: 409, code: '8519', message: 'Somebody else is changing this call. Try again.' },
  full: { status: 400, code: '8523', message: 'A call has at most 350 participants.' },
  tooMuch: { status: 429, code: '8516', message: 'Too much is under way in this call.' },
  sourceNumber: {
    status: 400,
    code: '8523',
    message: 'To call a phone number, sourceCallerIdNumber has to be a number of this resource that can call.',
  },
  foreignIdentity: { status: 403, code: '7507', message: 'The identity is none of this resource.' },
  notInvited: { status: 403, code: '7504', message: 'The room is not there, or not for this caller.' },
  offerGone: {
    status: 404,
    code: '8522',
    message: 'Call not found: it was answered, redirected or rejected, or its caller has given up.',
  },
  notConfigured: {
    status: 405,
    code: '8522',
    message: 'Neither was set up when the call was made: the options for this are missing.',
  },
  noMediaPlane: {
    status: 501,
    code: 'MediaPlaneMissing',
    message:
      'This deployment has nobody who carries calls: its operator sets DOMICILE_CALLING to {"url": ...} of a media server, as docs/calling.md has it.',
  },
  noCaller: { status: 404, code: 'NoSuchCall', message: 'There is no such call, or nobody like that in it.' },
  notHeard: { status: 404, code: 'NotHeard', message: 'Nobody in this call has heard that in that time.' },
  noEvent: { status: 404, code: 'NoSuchEvent', message: 'No such event of a call was handed over in that time.' },
});
