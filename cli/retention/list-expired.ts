// The threads that their policy has deleted and that can still be restored, of all resources.
import { type ResourceRun, throughAll } from '../resources/resource-run.js';
import type { ResourceClient } from '../resources/resource-client.js';
import { table } from '../table.js';

interface ExpiredThread {
  readonly id: string;
  readonly participants: number;
  readonly expiredOn: string;
  readonly restorableUntil: string;
}

/** @returns what to print */
export async function listExpired(run: ResourceRun, isJson: boolean): Promise<string> {
  const found = await throughAll(run, async (client) => ({
    resource: client.access.endpoint,
    threads: await expiredThreads(client, run.stopping),
  }));
  if (isJson) {
    return `${JSON.stringify(found, undefined, 2)}\n`;
  }
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
    return 'No thread is expired.\n';
  }
  return `${table([['RESOURCE', 'THREAD', 'PARTICIPANTS', 'EXPIRED ON', 'RESTORABLE UNTIL'], ...rows]).join('\n')}\n`;
}

async function expiredThreads(client: ResourceClient, stopping: AbortSignal): Promise<readonly ExpiredThread[]> {
  const threads: ExpiredThread[] = [];
  let next: string | undefined = '/chat/expiredThreads';
  while (next !== undefined) {
    const { body } = await client.json('GET', next, { signal: stopping });
    threads.push(...((body['value'] ?? []) as readonly ExpiredThread[]));
    const { nextLink } = body;
    next = typeof nextLink === 'string' ? client.pathOf(nextLink) : undefined;
  }
  return threads;
}
