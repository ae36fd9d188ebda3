export { explain, explainedKinds, type ExplainParts } from './explain.js';
export { runSweep } from './run-sweep.js';
export { sweepQueue } from './personal-data.js';
