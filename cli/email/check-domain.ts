// Which DNS records of a sender domain are as they have to be, asked of the resource that it is linked to.
import { CommandError } from '../command-error.js';
import { isRefusal } from '../resources/resource-client.js';
import { type ResourceRun, throughAll, throwIfMissed } from '../resources/resource-run.js';

interface CheckedRecord {
  readonly verificationType: string;
  readonly type: string;
  readonly name: string;
  readonly value: string;
  readonly state: string;
  readonly found: readonly string[];
}

/** The versions of mail are those of ACS. */
const path = '/emails/domains/:check?api-version=2025-09-01';

const words: Readonly<Record<string, string>> = {
  right: 'is right',
  missing: 'is missing',
  wrong: 'is wrong',
  twice: 'is there more than once; leave one',
  noAnswer: 'was not found out: DNS does not answer',
  notLookedUp: 'is not looked up in the emulator',
};

/**
 * Prints what it finds.
 *
 * @returns whether all is right, as far as it was looked up
 * @throws {CommandError} when no resource has the domain, or some could not be asked
 */
export async function checkDomain(
  run: ResourceRun,
  domain: string,
  isJson: boolean,
  print: (text: string) => void,
): Promise<boolean> {
  const { done, missed } = await throughAll(run, async (client) => {
    try {
      const { body } = await client.json('POST', path, { body: { domain }, signal: run.stopping });
      if (!Array.isArray(body['records'])) {
        throw new CommandError(`${client.access.label} answers with something else than the records of a domain.`);
      }
      return body['records'] as readonly CheckedRecord[];
    } catch (error) {
      if (isRefusal(error, 404, 'DomainNotLinked')) {
        return undefined;
      }
      throw error;
    }
  });
  const [found] = done.flatMap(({ result }) => (result === undefined ? [] : [result]));
  if (found !== undefined) {
    print(isJson ? `${JSON.stringify(found, undefined, 2)}\n` : `${found.map(linesOf).join('\n')}\n`);
  }
  throwIfMissed(run, missed, `Whether ${domain} is linked to them is not known.`);
  if (found === undefined) {
    throw new CommandError(`No resource has ${domain}; link the domain to one, and ask again.`);
  }
  return found.every(({ state }) => state === 'right' || state === 'notLookedUp');
}

function linesOf({ verificationType, type, name, value, state, found }: CheckedRecord): string {
  const lines = [`${verificationType}: ${words[state] ?? state}`];
  if (state !== 'right') {
    lines.push(`  publish  ${type}  ${name}`, `           ${value}`);
    lines.push(...found.map((text) => `  found    ${text}`));
  }
  return lines.join('\n');
}
