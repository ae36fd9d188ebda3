// What other parts use of tracing.
export { traced } from './traced.js';
export { markTrace, takeTrace } from './marked-text.js';
export { presentTrace, traceHeaders } from './trace-context.js';
