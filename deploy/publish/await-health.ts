// A deployment that succeeded says little: a host that could read nothing of the package runs too, with no functions.
// Only the app itself tells that it answers.
import type { StackFacts } from '../cloud.js';
import type { Caller } from './call.js';

/** Five minutes. */
const maxPolls = 60;
const pollPauseMs = 5_000;

/** @returns `healthy` or `unhealthy`, both said by the app. @throws {Error} when it says nothing */
export async function awaitHealth(caller: Caller, { endpoint }: StackFacts): Promise<string> {
  const { host } = new URL(endpoint);
  for (let poll = 0; poll < maxPolls; poll += 1) {
    const status = await askHealth(`${caller.origin(host)}/health`).catch(() => undefined);
    if (status !== undefined) {
      return status;
    }
    await caller.pause(pollPauseMs);
  }
  throw new Error(
    `The code is published, but the app does not answer GET ${endpoint}/health after five minutes. Look at its log stream in the Azure portal, most likely for a setting that is missing.`,
  );
}

async function askHealth(url: string): Promise<string | undefined> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(30_000) });
  const { status } = (await response.json()) as { status?: unknown };
  return status === 'healthy' || status === 'unhealthy' ? status : undefined;
}
