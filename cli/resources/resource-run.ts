// How a command goes through resources: all of them at once, and a failure of one does not stop the others. Whoever could
// not be asked is named in the end: no answer is not the answer that there is nothing.
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';
import type { ResourceAccess } from './access.js';
import { ResourceClient } from './resource-client.js';

/** What any command that goes through resources has. */
export interface ResourceRun {
  readonly resources: readonly ResourceAccess[];
  /** Aborted by Ctrl-C. */
  readonly stopping: AbortSignal;
  /** Progress, for the person at the terminal. */
  say(line: string): void;
}

/** A resource that could not be asked, or with which it went wrong. */
export interface MissedResource {
  readonly access: ResourceAccess;
  /** A sentence that names it. */
  readonly reason: string;
}

/** Both in the order of the resources. */
export interface Through<Result> {
  readonly done: readonly { readonly access: ResourceAccess; readonly result: Result }[];
  readonly missed: readonly MissedResource[];
}

/** Some resources were missed; the others are done. */
class ResourcesMissed extends CommandError {
  override readonly exitCode = 3;
}

const maxAtOnce = 8;

/** Does the same with each resource, several at once. */
export async function throughAll<Result>(
  run: ResourceRun,
  work: (client: ResourceClient, say: (what: string) => void) => Promise<Result>,
): Promise<Through<Result>> {
  const results = new Map<number, { readonly result: Result } | { readonly reason: string }>();
  const waiting = run.resources.entries();
  const worker = async (): Promise<void> => {
    for (const [index, access] of waiting) {
      const say = (what: string): void => run.say(`[${index + 1}/${run.resources.length}] ${access.label}: ${what}`);
      try {
        run.stopping.throwIfAborted();
        results.set(index, { result: await work(new ResourceClient(access), say) });
      } catch (error) {
        if (run.stopping.aborted) {
          return;
        }
        say('failed');
        results.set(index, { reason: nameIn(reasonOf(error), access) });
      }
    }
  };
  await Promise.all(Array.from({ length: maxAtOnce }, worker));
  run.stopping.throwIfAborted();
  const outcomes = run.resources.map((access, index) => ({ access, ...results.get(index) }));
  return {
    done: outcomes.flatMap((each) =>
      'result' in each ? [{ access: each.access, result: each.result as Result }] : [],
    ),
    missed: outcomes.flatMap((each) =>
      'reason' in each ? [{ access: each.access, reason: String(each.reason) }] : [],
    ),
  };
}

/** Each missed resource once, with what was first wrong with it. */
export function allMissed(...lists: readonly (readonly MissedResource[])[]): readonly MissedResource[] {
  const byEndpoint = new Map<string, MissedResource>();
  for (const each of lists.flat()) {
    if (!byEndpoint.has(each.access.endpoint)) {
      byEndpoint.set(each.access.endpoint, each);
    }
  }
  return [...byEndpoint.values()];
}

/**
 * @param follows what that means for the outcome, a sentence
 * @throws {ResourcesMissed} that names each resource that was missed
 */
export function throwIfMissed(run: ResourceRun, missed: readonly MissedResource[], follows = ''): void {
  if (missed.length === 0) {
    return;
  }
  const others = run.resources.length - missed.length;
  const isWithManagement = run.resources.some(({ managedPath }) => managedPath !== undefined);
  const all = isWithManagement ? 'resources and geographies of subscriptions' : 'resources';
  const lines = [
    ...missed.map(({ reason }) => reason),
    `Missing: ${missed.map(({ access }) => access.label).join(', ')}.${follows === '' ? '' : ` ${follows}`}`,
    `${others} of ${run.resources.length} ${all} are done; mend this and run the same command again.`,
  ];
  throw new ResourcesMissed(lines.join('\n'));
}

function nameIn(reason: string, { label }: ResourceAccess): string {
  return reason.includes(label) ? reason : `${label}: ${reason}`;
}
