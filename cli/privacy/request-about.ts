// How a resource is asked about whom a command concerns: by all identifiers that it can hold anything of.
import { ownCommand } from '../own-command.js';
import { isRefusal, type ResourceClient } from '../resources/resource-client.js';
import { isIdentity } from './identifier-form.js';
import type { PrivacyRun } from './privacy-run.js';
import type { ReceiptSet } from './run-state.js';

export interface RequestAbout {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** It is for a receipt only. */
  readonly isAboutNobody?: true;
}

export interface About {
  /** For the receipt, and because the person goes with the links; undefined when it is only about identifiers. */
  readonly personId: string | undefined;
  readonly identifiers: readonly string[];
  /** Whether the resource knows the person by id, so that it is asked also when no identifier is left to name. */
  readonly isKnown: boolean;
  /** Of an erasure: with it a resource that can hold nothing of them signs just that. */
  readonly set?: ReceiptSet;
}

type Action = 'identify' | 'export' | 'erase' | 'plan';

/** @returns undefined when the resource cannot hold anything of any of the identifiers */
export async function requestAbout(
  { personId, identifiers, isKnown, set }: About,
  client: ResourceClient,
  action: Action,
  stopping: AbortSignal,
): Promise<RequestAbout | undefined> {
  const { managedPath } = client.access;
  // Management has no identities: one is looked for as a word.
  const accepted = managedPath === undefined ? await acceptedIdentifiers(identifiers, client, stopping) : identifiers;
  const verb = action === 'plan' ? 'erase' : action;
  const more = {
    ...(action === 'plan' && { dryRun: true }),
    ...(set && { set: { id: set.id, receipts: set.receipts } }),
  };
  if (accepted.length === 0 && !isKnown) {
    return (
      set && { path: `${managedPath ?? ''}/privacy/:${verb}`, body: { identifiers: [], ...more }, isAboutNobody: true }
    );
  }
  if (managedPath !== undefined) {
    return { path: `${managedPath}/privacy/:${verb}`, body: { identifiers: accepted, ...more } };
  }
  // Only an erasure does something with the person itself. All else goes by the identifiers, its own among them.
  const isAboutPerson = personId !== undefined && (verb === 'erase' || accepted.length === 0);
  const named = accepted.length === 0 ? {} : { identifiers: accepted };
  return { path: isAboutPerson ? `/persons/${personId}/:${verb}` : `/privacy/:${verb}`, body: { ...named, ...more } };
}

/**
 * Identities belong to the resource that issued them: no other can have one in anything that it stores, and refuses it, and
 * all with it. So each is asked about by itself. Phone numbers and addresses may lie anywhere.
 */
export async function acceptedIdentifiers(
  identifiers: readonly string[],
  client: ResourceClient,
  stopping: AbortSignal,
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
      if (isRefusal(error, 400, 'IdentityNotOwned')) {
        return false;
      }
      throw error;
    }
  }
}

/** What is said when no resource knows whom the command concerns. @param outcome what was not done, as a clause */
export function nobodyKnows({ personId }: Pick<PrivacyRun, 'personId'>, outcome: string): string {
  return personId === undefined
    ? `No resource has issued these identities; ${outcome}. Check them, and whether --resources names the resource that did.`
    : `No resource knows this person; ${outcome}. Say who it is (${ownCommand()} privacy link --person ${personId} --identifier ... --resources ...), or name identifiers with --identifier.`;
}
