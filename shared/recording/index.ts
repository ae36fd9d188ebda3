export type { RecordingFile } from './model.js';
export { recordings } from './personal-data.js';
export { type KeptRecording, Recordings } from './recordings.js';
