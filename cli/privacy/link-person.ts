// Tells the resources which identities, phone numbers and email addresses belong to a person.
import { CommandError } from '../command-error.js';
import { throughAll, throwIfMissed } from '../resources/resource-run.js';
import { table } from '../table.js';
import type { PrivacyRun } from './privacy-run.js';
import { acceptedIdentifiers } from './request-about.js';

export async function linkPerson(run: PrivacyRun): Promise<void> {
  const { done, missed } = await throughAll(run, async (client, say) => {
    const identifiers = await acceptedIdentifiers(run.identifiers, client, run.stopping);
    if (identifiers.length > 0) {
      const path = `/persons/${run.personId}/identifiers/:add`;
      await client.json('POST', path, { body: { identifiers }, signal: run.stopping });
    }
    say(identifiers.length === 0 ? 'has issued none of these identities' : `${identifiers.length} linked`);
    return { resource: client.access.endpoint, linked: identifiers };
  });
  const linked = done.map(({ result }) => result);
  const nowhere = run.identifiers.filter((identifier) => linked.every((at) => !at.linked.includes(identifier)));
  const rows = linked.map((at) => [at.resource, String(at.linked.length)]);
  run.print(
    run.isJson
      ? `${JSON.stringify(linked, undefined, 2)}\n`
      : `${table([['RESOURCE', 'LINKED'], ...rows]).join('\n')}\n`,
  );
  throwIfMissed(run, missed);
  if (nowhere.length > 0) {
    throw new CommandError(
      `${nowhere.length} of ${run.identifiers.length} identifiers were issued by none of these resources and are not linked.`,
    );
  }
}
