// Errors of the explanations.
import { catalogue } from '../http/index.js';

export const retentionFaults = catalogue({
  unknownKind: {
    status: 400,
    code: 'BadRequest',
    message: 'Nothing of this kind can be explained. The documentation of the operation lists the kinds.',
  },
  personalId: {
    status: 400,
    code: 'BadRequest',
    message: 'An id of this kind tells who a person is, so it must not stand in a path. Send POST /retention/:explain.',
  },
  nothingKept: {
    status: 404,
    // Its own: no other 404 on the way says that nothing is kept.
    code: 'NothingKept',
    message: 'There is no such thing, or nothing is left of it.',
  },
});
