// The latest residency record of every geography, asked of each resource, and as one table.
import { CommandError } from '../command-error.js';
import { type ResourceRun, throughAll } from '../resources/resource-run.js';
import { table } from '../table.js';

export interface ResidencyAnswer {
  readonly geography: string;
  readonly resource: string;
  readonly resourceId: string;
  readonly day: string;
  readonly foreignItems: number;
  readonly stores: readonly {
    readonly store: string;
    readonly items: number;
    readonly ofThisResource: number;
    readonly foreign: number;
  }[];
  /** The same as JWS compact, signed by the geography. */
  readonly signed: string;
}

/** @throws {CommandError} when a geography cannot be asked, or has no record yet */
export async function auditResidency(run: ResourceRun): Promise<readonly ResidencyAnswer[]> {
  const answers = await throughAll(run, async (client) => {
    const { body } = await client.json('GET', '/residency/record', { signal: run.stopping });
    if (!isAnswer(body)) {
      throw new CommandError(`${client.access.label} answers with something else than a record.`);
    }
    return body;
  });
  return answers.toSorted((a, b) => `${a.geography} ${a.resource}`.localeCompare(`${b.geography} ${b.resource}`));
}

export function auditTable(answers: readonly ResidencyAnswer[]): string {
  const rows = answers.map(({ geography, resource, day, stores, foreignItems }) => [
    geography,
    resource,
    day,
    String(sum(stores.map(({ ofThisResource }) => ofThisResource))),
    String(sum(stores.map(({ items }) => items))),
    foreignItems === 0 ? 'none' : String(foreignItems),
  ]);
  const head = ['GEOGRAPHY', 'RESOURCE', 'DAY', 'ITEMS OF IT', 'ITEMS IN ALL', 'FOREIGN'];
  return `${table([head, ...rows]).join('\n')}\n`;
}

function isAnswer(body: object): body is ResidencyAnswer {
  const { geography, signed, stores, foreignItems } = body as Partial<ResidencyAnswer>;
  return (
    typeof geography === 'string' &&
    typeof signed === 'string' &&
    typeof foreignItems === 'number' &&
    Array.isArray(stores)
  );
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
