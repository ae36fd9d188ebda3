// Two geographies composed inside a test, without network: what one asks the other goes straight to its operations. The
// caller is given; who may call what is tested elsewhere.
import { compose, type ComposedApp } from '../../functions/compose.js';
import { readConfig } from '../../functions/config.js';
import { Answer as WireAnswer, type AnswerStatus, Download, Fault } from '../../shared/http/index.js';
import { handleAudited, type Operation } from '../../shared/api/index.js';
import { wellKnownMasterSecret } from '../../shared/auth/index.js';
import { aloneInTheWorld, type PassedRequest, type Peers } from '../../shared/passing/index.js';
import { type GeographySlug } from '../../shared/geography/index.js';
import { jobQueue } from '../../shared/jobs/index.js';
import { holdAgainst } from '../answers/hold-against.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';

export const subscription = '11111111-2222-3333-4444-555555555555';
const apiVersion = '2025-09-01';
const origin = 'https://management.example';

export interface Answer {
  readonly status: number;
  // Whatever the operation answers; a wrong guess fails the test.
  readonly body: Record<string, unknown> & { readonly properties?: Record<string, unknown> };
}

export interface TestWorld {
  readonly apps: Readonly<Record<GeographySlug, ComposedApp>>;
  /** Geographies that do not answer. */
  readonly away: Set<GeographySlug>;
  /** Geographies whose answers break off. */
  readonly breaking: Set<GeographySlug>;
  /** Held up before a question is passed on; for races. */
  beforeAsking: (from: GeographySlug, to: GeographySlug) => Promise<void>;
  /** Holds an answer up on its way back. */
  afterAsking: (from: GeographySlug, to: GeographySlug) => Promise<void>;
  storageOf(slug: GeographySlug): string;
  /** Calls an operation by its path, as the pipeline would, at a geography. */
  call(at: GeographySlug, method: string, path: string, body?: object): Promise<Answer>;
  /** The same as another geography passes it on. */
  callPassedOn(at: GeographySlug, method: string, path: string, body?: object): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startWorld(slugs: readonly GeographySlug[]): Promise<TestWorld> {
  const azurites = new Map<GeographySlug, Azurite>();
  const apps = {} as Record<GeographySlug, ComposedApp>;
  const world: TestWorld = {
    apps,
    away: new Set(),
    breaking: new Set(),
    beforeAsking: async () => undefined,
    afterAsking: async () => undefined,
    storageOf: (slug) => azurites.get(slug)?.connectionString ?? '',
    call: (at, method, path, body) => run(apps[at], method, path, body, false, (to) => apps[to]),
    callPassedOn: (at, method, path, body) => run(apps[at], method, path, body, true, (to) => apps[to]),
    stop: async () => {
      for (const app of Object.values(apps)) {
        await app.storage.close();
      }
      for (const azurite of azurites.values()) {
        await azurite.stop();
      }
    },
  };
  for (const slug of slugs) {
    const azurite = await startAzurite();
    azurites.set(slug, azurite);
    const config = readConfig(
      {
        DOMICILE_EMULATOR: '1',
        DOMICILE_GEOGRAPHY: slug,
        DOMICILE_DEFAULT_RESOURCE: `contoso-${slug}`,
        DOMICILE_DOMAIN: 'acs.example',
        DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
        AzureWebJobsStorage: azurite.connectionString,
      },
      true,
    );
    const peers = peersOf(slug, slugs, world);
    apps[slug] = await compose(config, { reportFailure: () => undefined, peers });
    await apps[slug].provision();
  }
  return world;
}

export const servicePath = (name: string, group = 'group') =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Communication/communicationServices/${name}`;

/** Works on all jobs that are queued, as the host would. */
export async function workJobs({ storage, jobs }: ComposedApp): Promise<void> {
  const queue = storage.queue(jobQueue);
  for (let rounds = 0; rounds < 20; rounds++) {
    const messages = await queue.receive(32, 60);
    if (messages.length === 0) {
      return;
    }
    for (const { text, receipt } of messages) {
      await jobs.work(text);
      await queue.remove(receipt);
    }
  }
}

function peersOf(from: GeographySlug, slugs: readonly GeographySlug[], world: TestWorld): Peers {
  return {
    ...aloneInTheWorld,
    slugs: slugs.filter((slug) => slug !== from),
    forward: async (to: GeographySlug, request: PassedRequest) => {
      await world.beforeAsking(from, to);
      if (world.away.has(to)) {
        throw new Fault({ status: 502, code: 'BadGateway', message: 'Away.' });
      }
      const body = request.body === undefined ? undefined : (JSON.parse(String(request.body)) as object);
      const path = new URL(request.url).pathname;
      const answer = await run(world.apps[to], request.method, path, body, true, (slug) => world.apps[slug]);
      await world.afterAsking(from, to);
      const text = JSON.stringify(answer.body);
      return { status: answer.status, headers: {}, body: world.breaking.has(to) ? text.slice(0, -1) : text };
    },
  };
}

async function run(
  app: ComposedApp,
  method: string,
  pathAndQuery: string,
  body: object | undefined,
  isForwarded: boolean,
  appOf: (slug: GeographySlug) => ComposedApp,
): Promise<Answer> {
  const [path = '', search] = pathAndQuery.split('?');
  const { operation, params } = find(app.operations, method, path);
  const input = {
    resource: undefined,
    caller: { kind: 'manager', subject: 'tester', subjectType: 'Application' },
    params,
    headers: { authorization: 'Bearer token' },
    query: operation.query?.parse(Object.fromEntries(new URLSearchParams(search))),
    body: operation.body?.parse(body),
    request: {
      clientRequestId: undefined,
      repeatabilityRequestId: undefined,
      origin,
      apiVersion: new URLSearchParams(search).get('api-version') ?? apiVersion,
      isForwarded,
      deadline: app.clock.monotonic() + 30_000,
    },
  };
  try {
    const home = isForwarded ? undefined : await operation.home?.(input);
    if (home !== undefined) {
      return await run(appOf(home), method, pathAndQuery, body, true, appOf);
    }
    const result = await handleAudited(app.audit, operation, input);
    const answer: WireAnswer<AnswerStatus, unknown> =
      result instanceof WireAnswer ? result : new WireAnswer(operation.statuses[0], result);
    // Its headers are made where answers are rendered, which is not done here.
    if (answer.body instanceof Download) {
      return { status: answer.status, body: answer.body as unknown as Answer['body'] };
    }
    const headers: Readonly<Record<string, string>> = { 'content-type': 'application/json', ...answer.headers };
    const content = answer.body === undefined ? '' : JSON.stringify(answer.body);
    holdAgainst(operation, { status: answer.status, header: (name) => headers[name], content });
    return { status: answer.status, body: (answer.body ?? {}) as Answer['body'] };
  } catch (error) {
    if (!(error instanceof Fault)) {
      throw error;
    }
    return { status: error.status, body: { code: error.code, message: error.message } };
  }
}

function find(operations: readonly Operation[], method: string, path: string) {
  for (const operation of operations) {
    if (operation.method !== method) {
      continue;
    }
    const form = new RegExp(`^/${operation.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`, 'i');
    const match = form.exec(path);
    if (match !== null) {
      return { operation, params: { ...match.groups } };
    }
  }
  throw new Error(`There is no operation ${method} ${path}.`);
}
