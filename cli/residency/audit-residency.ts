// The latest residency record of every geography, asked of each resource, as one table and as one set: each record is
// signed with the name of the set and how many records that is to have.
import { randomUUID } from 'node:crypto';
import { CommandError } from '../command-error.js';
import { type MissedResource, type ResourceRun, throughAll } from '../resources/resource-run.js';
import { table } from '../table.js';

/** `notCounted` is a value of its own: nobody has looked. */
export type Figure = number | 'notCounted';

export interface ResidencyStatement {
  readonly geography: string;
  readonly resource: string;
  readonly resourceId: string;
  readonly day: string;
  readonly foreignItems: number;
  /** Names of stores of which nobody has looked, or not at everything, whether it belongs there. */
  readonly uncheckedStores?: readonly string[];
  readonly stores: readonly {
    readonly store: string;
    readonly items: Figure;
    readonly ofThisResource: Figure;
    readonly foreign: Figure;
  }[];
  /** All geographies of the deployment, as this one knows them; absent in records of version 0.1.0, like the next two. */
  readonly geographies?: readonly string[];
  /** In which it was given out, product time. */
  readonly hour?: string;
  readonly set?: { readonly id: string; readonly records: number };
}

export interface ResidencyAnswer extends ResidencyStatement {
  /** The same as JWS compact, signed by the geography. */
  readonly signed: string;
}

export interface Audit {
  readonly answers: readonly ResidencyAnswer[];
  /** Geographies that cannot be asked, or have no record yet. */
  readonly missed: readonly MissedResource[];
}

export async function auditResidency(run: ResourceRun): Promise<Audit> {
  const set = `set=${randomUUID()}&records=${run.resources.length}`;
  const { done, missed } = await throughAll(run, async (client) => {
    const { body } = await client.json('GET', `/residency/record?${set}`, { signal: run.stopping });
    if (!isAnswer(body)) {
      throw new CommandError(`${client.access.label} answers with something else than a record.`);
    }
    return body;
  });
  return { answers: inOrder(done.map(({ result }) => result)), missed };
}

export function inOrder(answers: readonly ResidencyAnswer[]): readonly ResidencyAnswer[] {
  return answers.toSorted((a, b) => `${a.geography} ${a.resource}`.localeCompare(`${b.geography} ${b.resource}`));
}

export function auditTable(answers: readonly ResidencyAnswer[]): string {
  const rows = answers.map(({ geography, resource, day, stores, foreignItems, uncheckedStores }) => [
    geography,
    resource,
    day,
    sum(stores.map(({ ofThisResource }) => ofThisResource)),
    sum(stores.map(({ items }) => items)),
    foreignItems === 0 ? 'none' : String(foreignItems),
    uncheckedStores === undefined ? 'not told' : uncheckedStores.length === 0 ? 'none' : uncheckedStores.join(' '),
  ]);
  const head = ['GEOGRAPHY', 'RESOURCE', 'DAY', 'ITEMS OF IT', 'ITEMS IN ALL', 'FOREIGN', 'NOT CHECKED'];
  return `${table([head, ...rows]).join('\n')}\n`;
}

function isAnswer(body: object): body is ResidencyAnswer {
  const { geography, resourceId, signed, stores, foreignItems } = body as Partial<ResidencyAnswer>;
  return (
    typeof geography === 'string' &&
    typeof resourceId === 'string' &&
    typeof signed === 'string' &&
    typeof foreignItems === 'number' &&
    Array.isArray(stores)
  );
}

/** Of what was counted; a plus says that not all was. */
function sum(figures: readonly Figure[]): string {
  const counted = figures.filter((figure) => typeof figure === 'number');
  const total = counted.reduce((all, figure) => all + figure, 0);
  return counted.length === figures.length ? String(total) : `${total}+`;
}
