// Asking the other geographies, in the caller's own name: each of them checks the caller itself. A request that another
// geography has passed on is answered alone, so a question never travels further.
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { GeographySlug } from '../geography/index.js';
import { type ApiResponse, Fault } from '../http/index.js';
import { type ArmId, armPath, type ResourceState } from '../resources/index.js';
import { managementFaults } from './faults.js';
import type { Asker, ManagementParts } from './parts.js';

type AskingParts = Pick<ManagementParts, 'peers' | 'clock'>;

/** One geography gets this long, monotonic ms. */
const questionMs = 10_000;

export type Answered<Body> =
  | { readonly geography: GeographySlug; readonly body: Body }
  /** It could not be asked, or did not say. */
  | { readonly geography: GeographySlug; readonly body?: undefined; readonly isAway: true };

export interface Question {
  readonly method: 'GET' | 'POST';
  /** Beginning with a slash, without query. */
  readonly path: string;
  readonly body?: object;
  /** What an answer of 404 means. */
  readonly ifNone?: unknown;
}

/** Asks all others at once; never throws because of one of them. */
export async function askOthers<Body>(parts: AskingParts, asker: Asker, question: Question): Promise<Answered<Body>[]> {
  return Promise.all(
    parts.peers.slugs.map(async (geography): Promise<Answered<Body>> => {
      try {
        return { geography, body: (await ask(parts, asker, geography, question)) as Body };
      } catch (error) {
        if (error instanceof Fault) {
          return { geography, isAway: true };
        }
        throw error;
      }
    }),
  );
}

/** @throws {Fault} 503 naming the geographies that could not be asked */
export function requireAll<Body>(
  answers: readonly Answered<Body>[],
): readonly { geography: GeographySlug; body: Body }[] {
  const away = answers.filter((answer) => 'isAway' in answer).map(({ geography }) => geography);
  if (away.length > 0) {
    const message = `These geographies cannot be asked now: ${away.join(', ')}. Try again when they answer.`;
    throw new Fault(managementFaults.geographyAway, { message, retryAfterSeconds: 5 });
  }
  return answers as readonly { geography: GeographySlug; body: Body }[];
}

/** What another geography says of a resource with this id. */
export interface Elsewhere {
  readonly geography: GeographySlug;
  readonly state: 'none' | ResourceState;
}

/** @throws {Fault} 503 naming the geographies that could not be asked */
export async function whoHas(parts: AskingParts, asker: Asker, id: ArmId): Promise<Elsewhere[]> {
  const question = { method: 'GET', path: armPath(id), ifNone: {} } as const;
  const answers = await askOthers<{ properties?: { provisioningState?: string } }>(parts, asker, question);
  return requireAll(answers).map(({ geography, body }) => ({
    geography,
    state: (body.properties?.provisioningState ?? 'none') as Elsewhere['state'],
  }));
}

/** Where a resource lies that is not here; undefined when nowhere. */
export async function findElsewhere(parts: AskingParts, asker: Asker, id: ArmId): Promise<GeographySlug | undefined> {
  const question = { method: 'GET', path: armPath(id), ifNone: {} } as const;
  const answers = await askOthers<{ id?: string }>(parts, asker, question);
  const found = answers.find(({ body }) => body?.id !== undefined);
  return found === undefined ? void requireAll(answers) : found.geography;
}

async function ask(parts: AskingParts, asker: Asker, geography: GeographySlug, question: Question): Promise<unknown> {
  const { method, path, body, ifNone } = question;
  const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers: [string, string][] = [['accept', 'application/json']];
  if (asker.authorization !== undefined) {
    headers.push(['authorization', asker.authorization]);
  }
  if (content !== undefined) {
    headers.push(['content-type', 'application/json'], ['content-length', String(content.length)]);
  }
  const answer = await parts.peers.forward(geography, {
    method,
    url: `${asker.origin}${path}?api-version=${asker.apiVersion}`,
    headers,
    body: content,
    deadline: Math.min(asker.deadline, parts.clock.monotonic() + questionMs),
  });
  const result = await bodyOf(answer);
  // An answer that broke off says nothing.
  if (answer.status === 200 && typeof result === 'object' && result !== null) {
    return result;
  }
  if (answer.status === 404 && ifNone !== undefined) {
    return ifNone;
  }
  throw new Fault(managementFaults.geographyAway);
}

async function bodyOf({ body }: ApiResponse): Promise<unknown> {
  try {
    if (body === undefined) {
      return undefined;
    }
    if (body instanceof Readable || body instanceof ReadableStream) {
      return await json(body as Readable);
    }
    return JSON.parse(Buffer.from(body as Uint8Array).toString());
  } catch {
    // Not JSON, or broken off.
    return undefined;
  }
}
