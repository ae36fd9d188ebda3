// Errors of the sample capability.
import { catalogue } from '../../../shared/http/index.js';

export const sampleFaults = catalogue({
  noteNotFound: { status: 404, code: 'NoteNotFound', message: 'There is no such note, or its time is over.' },
});
