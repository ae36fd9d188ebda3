// The operations of ACS that are not there yet, by service. Made by `npm run docs` from the support matrix. Do not edit; a
// test fails when it is stale.
import type { Operation } from '../../shared/api/index.js';

export type KnownRoute = readonly [service: Operation['service'], method: Operation['method'], path: string];

export const knownRoutes: readonly KnownRoute[] = [
  ['identity', 'POST', 'access/teamsExtension/:exchangeAccessToken'],
  ['callAutomation', 'POST', 'calling/recordings'],
  ['callAutomation', 'GET', 'calling/recordings/{recordingId}'],
  ['callAutomation', 'POST', 'calling/recordings/{recordingId}:pause'],
  ['callAutomation', 'POST', 'calling/recordings/{recordingId}:resume'],
  ['callAutomation', 'DELETE', 'calling/recordings/{recordingId}'],
  ['callAutomation', 'GET', 'v1/objects/{documentId}/content/{kind}'],
  ['callAutomation', 'DELETE', 'v1/objects/{documentId}'],
];
