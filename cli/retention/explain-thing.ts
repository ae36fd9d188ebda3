// How long one thing is kept, asked of every resource: its id does not tell which one has it.
import { CommandError } from '../command-error.js';
import { type ResourceRun, throughAll } from '../resources/resource-run.js';
import { ResourceRefused } from '../resources/resource-client.js';
import { table } from '../table.js';

export const kinds: readonly string[] = ['thread', 'recording', 'export', 'operation', 'receipt', 'audit', 'identity'];

/** What is shown of an explanation, in this order. */
const facts = {
  policy: 'Policy',
  since: 'Since',
  expiresOn: 'Expires on',
  invisibleFrom: 'Invisible from',
  restorableUntil: 'Restorable until',
  goneBy: 'Gone by',
} as const;

/**
 * @returns what to print
 * @throws {CommandError} when no resource has it
 */
export async function explainThing(
  run: ResourceRun,
  thing: { readonly kind: string; readonly id: string },
  isJson: boolean,
): Promise<string> {
  const found = await throughAll(run, async (client) => {
    try {
      const { body } = await client.json('POST', '/retention/:explain', { body: thing, signal: run.stopping });
      return { resource: client.access.endpoint, ...body };
    } catch (error) {
      if (error instanceof ResourceRefused && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  });
  const kept = found.filter((each) => each !== undefined);
  if (kept.length === 0) {
    throw new CommandError(`No resource has such a ${thing.kind}, or nothing is left of it.`);
  }
  if (isJson) {
    return `${JSON.stringify(kept, undefined, 2)}\n`;
  }
  return kept.map((each) => `${table([['Resource', each.resource], ...factsOf(each)]).join('\n')}\n`).join('\n');
}

function factsOf(explanation: Readonly<Record<string, unknown>>): string[][] {
  return Object.entries(facts)
    .filter(([name]) => name in explanation)
    .map(([name, title]) => [title, String(explanation[name])]);
}
