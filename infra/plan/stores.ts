// Tables, queues and containers of the storage account, by the names of the app's data stores (docs/storage.md). A test
// holds this list against the app's data map, both ways.
import { type LifecycleRule, lifecycleRules } from './lifecycle.js';

/** A table or a family of them: `shards` tables with a two-digit suffix. */
interface TableStore {
  readonly name: string;
  readonly shards?: number;
}

const tableStores: readonly TableStore[] = [
  { name: 'resources' },
  { name: 'identities', shards: 16 },
  { name: 'revocations' },
  { name: 'chatthreads', shards: 16 },
  { name: 'chatuserindex', shards: 16 },
  { name: 'chatexpiredthreads' },
  { name: 'dueindex' },
  { name: 'jobs' },
  { name: 'operations' },
  { name: 'persons' },
  { name: 'exportsubjects' },
  { name: 'receipts' },
  { name: 'audit' },
];

const queueStores = ['jobqueue', 'sweepqueue'];

/** Why Azure has nothing to do: it has no lifecycle rules for tables and queues. */
export const whyTablesHaveNoRule =
  'Azure has no lifecycle rules for tables; the sweep removes rows when their time has come.';
export const whyQueuesHaveNoRule =
  'Azure has no lifecycle rules for queues; messages are ids or words, never data, and go when the work is done.';

export interface ContainerPlan {
  readonly name: string;
  /** What Azure removes by itself, or why it removes nothing. */
  readonly lifecycle: LifecycleRule | { readonly noRule: string };
  /** Made for the platform, not a store of the app. */
  readonly isPlatforms: boolean;
}

/** Where the code of the app lies; filled by the deployment of code. */
export const deploymentContainer = 'deployments';
/** Where Event Grid puts events that it could not deliver. */
export const deadLetterContainer = 'eventdeadletters';

const containers: readonly { readonly name: string; readonly isPlatforms?: boolean; readonly noRule?: string }[] = [
  {
    name: 'chatimages',
    noRule: 'An image is kept as long as its thread, which may be for ever; the sweep removes it.',
  },
  { name: 'exports' },
  { name: deadLetterContainer, isPlatforms: true },
  { name: deploymentContainer, isPlatforms: true, noRule: 'Holds the code of the app and nothing about anybody.' },
];

export const tableNames: readonly string[] = tableStores.flatMap(({ name, shards }) =>
  shards === undefined
    ? [name]
    : Array.from({ length: shards }, (_, shard) => `${name}${String(shard).padStart(2, '0')}`),
);

/** With the queues that the Functions host parks failing messages in. */
export const queueNames: readonly string[] = queueStores.flatMap((name) => [name, `${name}-poison`]);

export const containerPlans: readonly ContainerPlan[] = containers.map(({ name, isPlatforms = false, noRule }) => {
  const rule = lifecycleRules.find(({ container }) => container === name);
  if (rule !== undefined) return { name, isPlatforms, lifecycle: rule };
  if (noRule !== undefined) return { name, isPlatforms, lifecycle: { noRule } };
  throw new Error(`Container ${name} has no lifecycle rule and no reason why not. Add either in infra/plan/stores.ts.`);
});
