export { runSweep } from './run-sweep.js';
export type { DueWork } from './sweep-due.js';
