export { runSweep } from './run-sweep.js';
