// What version 0.1.0 kept, in the order in which it walked its stores: a list that never changes.
export const storesOf010 = [
  ...['exports', 'exportsubjects', 'chatimages', 'chatthreads', 'chatuserindex', 'chatexpiredthreads', 'recordings'],
  ...['persons', 'identities', 'revocations', 'resourceitems', 'resources', 'jobs', 'jobqueue', 'sweepqueue'],
  ...['operations', 'dueindex', 'receipts', 'audit', 'residency'],
];
