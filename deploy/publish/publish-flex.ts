// Publishes to a Flex Consumption app: the zip is posted to the app's own publishing service ("one deploy"), which puts
// it into the deployment container, restarts the app and says how that went.
// https://learn.microsoft.com/azure/azure-functions/functions-deployment-technologies#one-deploy
import type { StackFacts } from '../cloud.js';
import { type Call, call, type CallAnswer, type Caller, refuse } from './call.js';

/** Ten minutes. */
const maxPolls = 300;
const pollPauseMs = 2_000;
const audience = 'https://management.azure.com';

/** @returns the id of the deployment that was begun */
export async function postPackage(caller: Caller, facts: StackFacts, zip: Uint8Array<ArrayBuffer>): Promise<string> {
  const answer = await call(caller, {
    method: 'POST',
    host: facts.publishHost,
    // Without a remote build, what runs is what was tested.
    path: '/api/publish?RemoteBuild=false&Deployer=acs-domicile',
    audience,
    headers: { 'content-type': 'application/zip' },
    body: zip,
    isTransient: isBusyOrNew,
  });
  const id = answer.status === 200 || answer.status === 202 ? idOf(answer.text) : undefined;
  return id ?? refuse('Publishing', answer, 'Website Contributor');
}

/** A deployment under way ends; a role given a minute ago is known everywhere in a few minutes. */
function isBusyOrNew(status: number, text: string): boolean {
  return status === 409 || (status === 400 && text.includes('BlobUploadFailed'));
}

function idOf(text: string): string | undefined {
  const id = /^\s*"?([\w-]{1,100})"?\s*$/.exec(text)?.[1];
  return id ?? (/"id"\s*:\s*"([\w-]{1,100})"/.exec(text)?.[1] || undefined);
}

const succeeded = 4;
/** Cancelled, failed, in conflict with another, done in part. */
const notSucceeded: readonly unknown[] = [-1, 3, 5, 6];

/** `failed` is what the service says. @throws {Error} when it does not say how it ended */
export async function awaitDeployment(
  caller: Caller,
  facts: StackFacts,
  id: string,
): Promise<'succeeded' | { readonly failed: string }> {
  const request: Call = { method: 'GET', host: facts.publishHost, path: `/api/deployments/${id}`, audience };
  for (let poll = 0; poll < maxPolls; poll += 1) {
    const answer = await call(caller, request);
    // While the service itself starts again, it does not know its deployments.
    if (answer.status !== 404) {
      if (answer.status >= 300) {
        refuse('The question how the deployment goes', answer, 'Website Contributor');
      }
      const { status, text } = readStatus(answer);
      if (status === succeeded) {
        return 'succeeded';
      }
      if (notSucceeded.includes(status)) {
        return { failed: text };
      }
    }
    await caller.pause(pollPauseMs);
  }
  throw new Error('The deployment is not over after ten minutes. Run the same command again to go on waiting for it.');
}

/** The service answers 200 before, during and after a deployment, also a failed one: only the content tells. */
function readStatus(answer: CallAnswer): { status: unknown; text: string } {
  try {
    const { status, status_text: text } = JSON.parse(answer.text) as { status?: unknown; status_text?: unknown };
    return { status, text: typeof text === 'string' && text !== '' ? text.slice(0, 500) : `status ${String(status)}` };
  } catch {
    return { status: undefined, text: '' };
  }
}
