// Tables and queues of the storage account, by the names of the app's data stores (docs/storage.md). A test holds this list
// against the app's data map, both ways.
/** A table or a family of them: `shards` tables with a two-digit suffix. */
interface TableStore {
  readonly name: string;
  readonly shards?: number;
}

const tableStores: readonly TableStore[] = [
  { name: 'resources' },
  { name: 'resourcegroups' },
  { name: 'resourceitems' },
  { name: 'suppressedaddresses' },
  { name: 'mails' },
  { name: 'mailsdue' },
  { name: 'sentmails' },
  { name: 'calls' },
  { name: 'callbacks' },
  { name: 'callbacksdue' },
  { name: 'texts' },
  { name: 'textsdue' },
  { name: 'senttexts' },
  { name: 'smsoptouts' },
  { name: 'phonenumbers' },
  { name: 'numberitems' },
  { name: 'rooms' },
  { name: 'identities', shards: 16 },
  { name: 'revocations' },
  { name: 'chatthreads', shards: 16 },
  { name: 'chatuserindex', shards: 16 },
  { name: 'chatexpiredthreads' },
  { name: 'liveconnections' },
  { name: 'livepointers' },
  { name: 'dueindex' },
  { name: 'jobs' },
  { name: 'operations' },
  { name: 'eventmarks' },
  { name: 'eventrows' },
  { name: 'eventrowsdue' },
  { name: 'logkeys' },
  { name: 'logpurges' },
  { name: 'persons' },
  { name: 'exportsubjects' },
  { name: 'receipts' },
  { name: 'audit' },
  { name: 'residency' },
];

const queueStores = ['jobqueue', 'sweepqueue', 'mailsqueue', 'textsqueue', 'callbacksqueue', 'eventrowsqueue'];

/** Why Azure has nothing to do: it has no lifecycle rules for tables and queues. */
export const whyTablesHaveNoRule =
  'Azure has no lifecycle rules for tables; the sweep removes rows when their time has come.';
export const whyQueuesHaveNoRule =
  'Azure has no lifecycle rules for queues; messages are ids or words, never data, and go when the work is done.';

export const tableNames: readonly string[] = tableStores.flatMap(({ name, shards }) =>
  shards === undefined
    ? [name]
    : Array.from({ length: shards }, (_, shard) => `${name}${String(shard).padStart(2, '0')}`),
);

/** With the queues that the Functions host parks failing messages in. */
export const queueNames: readonly string[] = queueStores.flatMap((name) => [name, `${name}-poison`]);
