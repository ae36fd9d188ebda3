// The versions of the master secret of each geography, and what follows from them.
import { CommandError } from '../command-error.js';
import { type ResourceRun, throughAll, throwIfMissed } from '../resources/resource-run.js';
import { table } from '../table.js';

interface Version {
  readonly version: number;
  readonly configured: boolean;
  readonly made: number;
  readonly keys: number;
  readonly retiringKeys: number;
  readonly drainingTokens: number;
  readonly drainedOn?: string;
}

interface Versions {
  readonly geography: string;
  readonly current: number;
  readonly versions: readonly Version[];
}

const path = '/masterSecret/versions';

/** @throws {CommandError} when some geographies could not be asked */
export async function showVersions(run: ResourceRun, isJson: boolean): Promise<void> {
  const { done, missed } = await throughAll(run, async (client) => {
    const { body } = await client.json('GET', path, { signal: run.stopping });
    if (!Array.isArray(body['versions'])) {
      throw new CommandError(`${client.access.label} answers with something else than versions; check the address.`);
    }
    return body as unknown as Versions;
  });
  const found = done.map(({ result }) => result);
  const head = ['GEOGRAPHY', 'VERSION', 'RESOURCES MADE', 'KEYS', 'OLD KEYS', 'TOKENS OF OLD KEYS UNTIL'];
  const rows = found.flatMap(({ geography, current, versions }) =>
    versions.map((each) => [
      geography,
      `${each.version}${each.version === current ? ' current' : ''}${each.configured ? '' : ' MISSING'}`,
      String(each.made),
      String(each.keys),
      String(each.retiringKeys),
      each.drainedOn ?? 'none',
    ]),
  );
  process.stdout.write(`${isJson ? JSON.stringify(found, undefined, 2) : table([head, ...rows]).join('\n')}\n`);
  throwIfMissed(run, missed, 'Which versions they use is not known.');
}
