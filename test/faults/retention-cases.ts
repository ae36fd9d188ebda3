// Every operation of retention, as a case for the fault matrix.
import { randomUUID } from 'node:crypto';
import { accepted, createThread, send } from '../app/chat-calls.js';
import type { Answer, TestGeography, TestProcess, TestUser } from '../app/composed-app.js';
import { type ChatScene, chatView } from './chat-view.js';
import type { FaultCase } from './fault-matrix.js';

const day = 24 * 60 * 60_000;
const ninetyDays = { kind: 'threadCreationDate', deleteThreadAfterDays: 90 } as const;

type ExpiredScene = ChatScene & { readonly threadId: string };

/** A thread of Anna and Bert with a message, whose policy ran out yesterday. */
async function expiredTeaParty(healthy: TestProcess, geography: TestGeography): Promise<ExpiredScene> {
  const [anna, bert, cara] = await Promise.all([healthy.newUser(), healthy.newUser(), healthy.newUser()]);
  const past = await geography.start({ clockOffsetMs: -31 * day });
  const then = await asOf(past, anna);
  const threadId = await createThread(past, then, [bert]);
  const messageId = await send(past, then, threadId, 'Tea?');
  const policy = { retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 30 } };
  accepted(await past.call('chat-update-thread', { user: then, params: { chatThreadId: threadId }, body: policy }));
  await past.close();
  // Scenes are made side by side, and a bucket of the due index belongs to one sweeper at a time.
  for (let tries = 0; (await listed(healthy, threadId)) === undefined; tries++) {
    if (tries === 100) {
      throw new Error('No sweep has found the thread expired.');
    }
    await healthy.app.sweep();
  }
  return { people: { anna, bert, cara }, threadId, messageId, imageId: undefined, requestId: randomUUID() };
}

/** The user with a token of the time of this process. */
async function asOf(process: TestProcess, { id }: TestUser): Promise<TestUser> {
  const issued = await process.call<{ token: string }>('identity-issue-token', {
    params: { id },
    body: { scopes: ['chat'] },
  });
  return { id, token: accepted(issued).token };
}

/** How many take part in the thread, when it is in the operator's list. */
async function listed(process: TestProcess, threadId: string): Promise<number | undefined> {
  for (let next: Readonly<Record<string, string>> | undefined = {}; next !== undefined; ) {
    const page: Answer<{ value: { id: string; participants: number }[]; nextLink?: string }> = await process.call(
      'chat-list-expired-threads',
      { query: next },
    );
    const { value, nextLink } = accepted(page);
    const found = value.find(({ id }) => id === threadId);
    if (found !== undefined) {
      return found.participants;
    }
    next = nextLink === undefined ? undefined : Object.fromEntries(new URL(nextLink).searchParams);
  }
  return undefined;
}

async function expiredView(judge: TestProcess, scene: ExpiredScene): Promise<unknown> {
  return { listed: await listed(judge, scene.threadId), seen: await chatView(judge, scene) };
}

/** What an owner does to an expired thread. */
function expiredCase(
  geography: () => TestGeography,
  operation: string,
  options: (scene: ExpiredScene) => Parameters<TestProcess['call']>[1],
  more: Pick<FaultCase<ExpiredScene>, 'statusWhenDone'> = {},
): FaultCase<ExpiredScene> {
  return {
    operation,
    prepare: (healthy) => expiredTeaParty(healthy, geography()),
    run: (process, scene) => process.call(operation, options(scene)),
    view: expiredView,
    ...more,
  };
}

interface DefaultScene {
  readonly people: ChatScene['people'];
}

/** Concerns the resource as a whole: for a geography of its own, one scene at a time. */
export const setDefaultCase: FaultCase<DefaultScene> = {
  operation: 'chat-set-default-retention',
  scenesAtOnce: 1,
  prepare: async (healthy) => {
    const [anna, bert, cara] = await Promise.all([healthy.newUser(), healthy.newUser(), healthy.newUser()]);
    accepted(await healthy.call('chat-set-default-retention', { body: { kind: 'none' } }));
    return { people: { anna, bert, cara } };
  },
  run: (process) => process.call('chat-set-default-retention', { body: ninetyDays }),
  view: async (judge, { people }) => {
    const { body } = await judge.call('chat-get-default-retention');
    const params = { chatThreadId: await createThread(judge, people.anna) };
    const made = await judge.call<{ retentionPolicy?: object }>('chat-get-thread', { user: people.anna, params });
    return { policy: body, ofNewThreads: accepted(made).retentionPolicy };
  },
};

/** The same for what people see of a thread's past who are added to it. */
export const setHistoryCase: FaultCase<DefaultScene> = {
  ...setDefaultCase,
  operation: 'chat-set-default-history',
  prepare: async (healthy) => {
    const [anna, bert, cara] = await Promise.all([healthy.newUser(), healthy.newUser(), healthy.newUser()]);
    accepted(await healthy.call('chat-set-default-history', { body: { history: 'all' } }));
    return { people: { anna, bert, cara } };
  },
  run: (process) => process.call('chat-set-default-history', { body: { history: 'none' } }),
  view: async (judge) => (await judge.call('chat-get-default-history')).body,
};

/** Operations that change something about one thread. */
export const retentionChanges = (geography: () => TestGeography): readonly FaultCase<ExpiredScene>[] => [
  expiredCase(
    geography,
    'chat-restore-thread',
    ({ threadId }) => ({ params: { chatThreadId: threadId }, body: { retentionPolicy: ninetyDays } }),
    { statusWhenDone: 404 },
  ),
];

/** Operations that change nothing, whatever fails. */
export const retentionReads = (geography: () => TestGeography): readonly FaultCase<ExpiredScene>[] => [
  expiredCase(geography, 'chat-get-default-retention', () => ({})),
  expiredCase(geography, 'chat-get-default-history', () => ({})),
  expiredCase(geography, 'chat-list-expired-threads', () => ({})),
  expiredCase(geography, 'retention-get-explanation', ({ threadId }) => ({ params: { kind: 'thread', id: threadId } })),
  expiredCase(geography, 'retention-explain', ({ threadId }) => ({ body: { kind: 'thread', id: threadId } })),
];
