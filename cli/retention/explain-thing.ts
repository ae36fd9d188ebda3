// How long one thing is kept, asked of every resource: its id does not tell which one has it.
import { CommandError } from '../command-error.js';
import { type ResourceRun, throughAll, throwIfMissed } from '../resources/resource-run.js';
import { isRefusal } from '../resources/resource-client.js';
import { table } from '../table.js';

export const kinds: readonly string[] = [
  'thread',
  'call',
  'callback',
  'recording',
  'room',
  'mail',
  'sentmail',
  'text',
  'export',
  'operation',
  'receipt',
  'audit',
  'identity',
  'event',
];

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
 * Prints what it finds.
 *
 * @throws {CommandError} when no resource has it, or some could not be asked
 */
export async function explainThing(
  run: ResourceRun,
  thing: { readonly kind: string; readonly id: string },
  isJson: boolean,
  print: (text: string) => void,
): Promise<void> {
  const { done, missed } = await throughAll(run, async (client) => {
    try {
      const { body } = await client.json('POST', '/retention/:explain', { body: thing, signal: run.stopping });
      if (typeof body['policy'] !== 'string') {
        throw new CommandError(`${client.access.label} answers with something else than an explanation.`);
      }
      return { resource: client.access.endpoint, ...body };
    } catch (error) {
      if (isRefusal(error, 404, 'NothingKept')) {
        return undefined;
      }
      throw error;
    }
  });
  const kept = done.flatMap(({ result }) => result ?? []);
  if (kept.length > 0) {
    print(
      isJson
        ? `${JSON.stringify(kept, undefined, 2)}\n`
        : kept.map((each) => `${table([['Resource', each.resource], ...factsOf(each)]).join('\n')}\n`).join('\n'),
    );
  }
  throwIfMissed(run, missed, `Whether they have such a ${thing.kind} is not known.`);
  if (kept.length === 0) {
    throw new CommandError(`No resource has such a ${thing.kind}, or nothing is left of it.`);
  }
}

function factsOf(explanation: Readonly<Record<string, unknown>>): string[][] {
  return Object.entries(facts)
    .filter(([name]) => name in explanation)
    .map(([name, title]) => [title, String(explanation[name])]);
}
