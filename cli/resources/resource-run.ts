// How a command goes through resources: all of them at once, and a failure of one does not stop the others.
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';
import type { ResourceAccess } from './connection-strings.js';
import { ResourceClient } from './resource-client.js';

/** What any command that goes through resources has. */
export interface ResourceRun {
  readonly resources: readonly ResourceAccess[];
  /** Aborted by Ctrl-C. */
  readonly stopping: AbortSignal;
  /** Progress, for the person at the terminal. */
  say(line: string): void;
}

const maxAtOnce = 8;

/**
 * Does the same with each resource, several at once; a failure of one does not stop the others.
 *
 * @returns the results in the order of the resources
 * @throws {CommandError} when any failed, after all have been tried
 */
export async function throughAll<Result>(
  run: ResourceRun,
  work: (client: ResourceClient, say: (what: string) => void) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: string[] = [];
  const waiting = run.resources.entries();
  const worker = async (): Promise<void> => {
    for (const [index, access] of waiting) {
      const say = (what: string): void => run.say(`[${index + 1}/${run.resources.length}] ${access.label}: ${what}`);
      try {
        run.stopping.throwIfAborted();
        results[index] = await work(new ResourceClient(access), say);
      } catch (error) {
        if (run.stopping.aborted) {
          return;
        }
        say('failed');
        failures.push(reasonOf(error));
      }
    }
  };
  await Promise.all(Array.from({ length: maxAtOnce }, worker));
  run.stopping.throwIfAborted();
  if (failures.length > 0) {
    const others = run.resources.length - failures.length;
    throw new CommandError(
      `${failures.join('\n')}\n${others} of ${run.resources.length} resources are done; mend this and run the same command again.`,
    );
  }
  return results;
}
