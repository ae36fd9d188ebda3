// New access keys for the resources of each geography, a page after the other.
import { CommandError } from '../command-error.js';
import type { ResourceClient } from '../resources/resource-client.js';
import { type ResourceRun, throughAll, throwIfMissed } from '../resources/resource-run.js';
import { table } from '../table.js';

interface Replaced {
  readonly resource: string;
  readonly resourceId: string;
  /** Absent when the old keys have ended. */
  readonly keysUntil?: string;
  readonly tokensUntil?: string;
}

interface OfGeography {
  readonly geography: string;
  readonly version: number;
  readonly value: readonly Replaced[];
}

const path = '/masterSecret/:replaceKeys';

/** @throws {CommandError} when it did not come to an end everywhere; it can be run again */
export async function replaceKeys(run: ResourceRun, keysForHours: number, isJson: boolean): Promise<void> {
  const { done, missed } = await throughAll(run, (client) => replaceIn(client, keysForHours, run.stopping));
  const found = done.map(({ result }) => result);
  const head = ['GEOGRAPHY', 'RESOURCE', 'SECRET', 'OLD KEYS UNTIL', 'THEIR TOKENS UNTIL'];
  const rows = found.flatMap(({ geography, version, value }) =>
    value.map((each) => [
      geography,
      each.resource,
      String(version),
      each.keysUntil ?? 'ended',
      each.tokensUntil ?? 'ended',
    ]),
  );
  const shown = rows.length === 0 ? 'Every resource has such keys already.' : table([head, ...rows]).join('\n');
  process.stdout.write(`${isJson ? JSON.stringify(found, undefined, 2) : shown}\n`);
  throwIfMissed(run, missed, 'Which of their resources have new keys, status tells.');
}

async function replaceIn(client: ResourceClient, keysForHours: number, signal: AbortSignal): Promise<OfGeography> {
  const value: Replaced[] = [];
  let after: string | undefined;
  for (;;) {
    const asked = { keysForHours, ...(after !== undefined && { after }) };
    const { body } = await client.json('POST', path, { signal, body: asked });
    const page = body as unknown as OfGeography & { readonly after?: string };
    if (!Array.isArray(page.value)) {
      throw new CommandError(`${client.access.label} answers with something else than keys; check the address.`);
    }
    value.push(...page.value);
    ({ after } = page);
    if (after === undefined) {
      return { geography: page.geography, version: page.version, value };
    }
  }
}
