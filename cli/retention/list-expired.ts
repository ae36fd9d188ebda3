// The threads that their policy has deleted and that can still be restored, of all resources.
import { CommandError } from '../command-error.js';
import { type ResourceRun, throughAll, throwIfMissed } from '../resources/resource-run.js';
import type { ResourceClient } from '../resources/resource-client.js';
import { table } from '../table.js';

interface ExpiredThread {
  readonly id: string;
  readonly participants: number;
  readonly expiredOn: string;
  readonly restorableUntil: string;
}

/**
 * Prints them.
 *
 * @throws {CommandError} when some resources could not be asked
 */
export async function listExpired(run: ResourceRun, isJson: boolean, print: (text: string) => void): Promise<void> {
  const { done, missed } = await throughAll(run, async (client) => ({
    resource: client.access.endpoint,
    threads: await expiredThreads(client, run.stopping),
  }));
  const found = done.map(({ result }) => result);
  print(isJson ? `${JSON.stringify(found, undefined, 2)}\n` : expiredTable(found, missed.length > 0));
  throwIfMissed(run, missed, 'Whether a thread of theirs is expired is not known.');
}

function expiredTable(
  found: readonly { readonly resource: string; readonly threads: readonly ExpiredThread[] }[],
  isPartial: boolean,
): string {
  const rows = found.flatMap(({ resource, threads }) =>
    threads.map((thread) => [
      resource,
      thread.id,
      String(thread.participants),
      thread.expiredOn,
      thread.restorableUntil,
    ]),
  );
  if (rows.length === 0) {
    return `No thread is expired${isPartial ? ' where it could be asked' : ''}.\n`;
  }
  return `${table([['RESOURCE', 'THREAD', 'PARTICIPANTS', 'EXPIRED ON', 'RESTORABLE UNTIL'], ...rows]).join('\n')}\n`;
}

async function expiredThreads(client: ResourceClient, stopping: AbortSignal): Promise<readonly ExpiredThread[]> {
  const threads: ExpiredThread[] = [];
  let next: string | undefined = '/chat/expiredThreads';
  while (next !== undefined) {
    const { body } = await client.json('GET', next, { signal: stopping });
    if (!Array.isArray(body['value'])) {
      throw new CommandError(`${client.access.label} answers with something else than a list of threads.`);
    }
    threads.push(...(body['value'] as readonly ExpiredThread[]));
    const { nextLink } = body;
    next = typeof nextLink === 'string' ? client.pathOf(nextLink) : undefined;
  }
  return threads;
}
