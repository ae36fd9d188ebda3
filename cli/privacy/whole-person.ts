// Whom a command concerns, everywhere: the identifiers that any of the resources has linked to the person, and those that
// the caller names. What one resource knows is carried to all of them, and to what management keeps of subscriptions.
import { CommandError } from '../command-error.js';
import type { ResourceAccess } from '../resources/access.js';
import { isRefusal, type ResourceClient } from '../resources/resource-client.js';
import { type MissedResource, throughAll } from '../resources/resource-run.js';
import { managedGeographies } from './managed-geographies.js';
import type { PrivacyRun } from './privacy-run.js';
import type { RunState } from './run-state.js';

export interface WholePerson {
  /** Each once; those that were known before in front, in their order. */
  readonly identifiers: readonly string[];
  /** Endpoints of the resources that know the person by id. */
  readonly knownAt: ReadonlySet<string>;
  /** Who goes on being asked: a resource whose links could not be had is left for the next run. */
  readonly reached: readonly ResourceAccess[];
  /** Their links are not among the identifiers. */
  readonly missed: readonly MissedResource[];
  /** Both together. */
  readonly all: readonly ResourceAccess[];
}

/** @param begun an earlier run of the same: whoever has erased the person since does not tell the identifiers again */
export async function wholePerson(run: PrivacyRun, begun?: Pick<RunState, 'identifiers' | 'of'>): Promise<WholePerson> {
  const { personId } = run;
  const managed = await managedGeographies(run, run.managements, (endpoint) => begun?.of(endpoint) !== undefined);
  const { done, missed: missedResources } =
    personId === undefined
      ? { done: run.resources.map((access) => ({ access, result: undefined })), missed: [] }
      : await throughAll(run, (client) => linksAt(client, personId, run.stopping));
  const links = done.flatMap(({ result }) => result ?? []);
  const reached = [...done.map(({ access }) => access), ...managed.reached];
  const missed = [...missedResources, ...managed.missed];
  return {
    identifiers: [...new Set([...(begun?.identifiers ?? []), ...run.identifiers, ...links])],
    knownAt: new Set(done.filter(({ result }) => result !== undefined).map(({ access }) => access.endpoint)),
    reached,
    missed,
    all: [...reached, ...missed.map(({ access }) => access)],
  };
}

/** @returns undefined when the resource knows no such person */
async function linksAt(
  client: ResourceClient,
  personId: string,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  try {
    const { identifiers } = (await client.json('GET', `/persons/${personId}`, { signal })).body;
    if (Array.isArray(identifiers) && identifiers.every((each) => typeof each === 'string')) {
      return identifiers;
    }
    throw new CommandError(`${client.access.label} answers with something else than a person; check the endpoint.`);
  } catch (error) {
    if (isRefusal(error, 404, 'PersonNotFound')) {
      return undefined;
    }
    throw error;
  }
}
