// How a resource is asked about whom a command concerns: by the person's id, or by identifiers that belong to no person.
import { ownCommand } from '../own-command.js';
import { type ResourceClient, ResourceRefused } from '../resources/resource-client.js';
import { isIdentity } from './identifier-form.js';
import type { PrivacyRun } from './privacy-run.js';

export interface RequestAbout {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type Whom = Pick<PrivacyRun, 'personId' | 'identifiers' | 'stopping'>;

/** @returns undefined when the resource cannot know any of the identifiers */
export async function requestAbout(
  whom: Whom,
  client: ResourceClient,
  action: 'identify' | 'export' | 'erase',
  more: Readonly<Record<string, unknown>> = {},
): Promise<RequestAbout | undefined> {
  if (whom.personId !== undefined) {
    return { path: `/persons/${whom.personId}/:${action}`, body: more };
  }
  const identifiers = await acceptedIdentifiers(whom, client);
  return identifiers.length === 0 ? undefined : { path: `/privacy/:${action}`, body: { identifiers, ...more } };
}

/** Identities belong to the resource that issued them; the others would be refused there, and all with them. */
export async function acceptedIdentifiers(
  { identifiers, stopping }: Whom,
  client: ResourceClient,
): Promise<readonly string[]> {
  const accepted: string[] = [];
  for (const identifier of identifiers) {
    if (await isAccepted(identifier)) {
      accepted.push(identifier);
    }
  }
  return accepted;

  async function isAccepted(identifier: string): Promise<boolean> {
    if (!isIdentity(identifier)) {
      return true;
    }
    try {
      await client.json('POST', '/persons/:find', { body: { identifiers: [identifier] }, signal: stopping });
      return true;
    } catch (error) {
      if (error instanceof ResourceRefused && error.status === 400) {
        return false;
      }
      throw error;
    }
  }
}

/** What is said when no resource knows whom the command concerns. @param outcome what was not done, as a clause */
export function nobodyKnows({ personId }: Pick<Whom, 'personId'>, outcome: string): string {
  return personId === undefined
    ? `No resource has issued these identities; ${outcome}. Check them, and whether --resources names the resource that did.`
    : `No resource knows this person; ${outcome}. Say who it is (${ownCommand()} privacy link --person ${personId} --identifier ... --resources ...), or name identifiers in place of --person.`;
}
