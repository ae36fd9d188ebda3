export { type DueWork, sweepDue } from './sweep-due.js';
