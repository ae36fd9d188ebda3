// What holds of paging, whatever the page size and whatever happens between two pages.
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  accepted,
  createThread,
  invitation,
  pages,
  send,
  type WireMessage,
  type WireParticipant,
} from '../app/chat-calls.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';

/** What happens after a page: something is added, or the item at this place (of those at the start) is taken away. */
type Change = 'add' | { readonly remove: number };

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.oneof(
    fc.constant('add' as const),
    fc.nat(30).map((remove) => ({ remove })),
  ),
  { maxLength: 12 },
);
const pageSize = fc.integer({ min: 1, max: 12 });
const count = fc.integer({ min: 1, max: 25 });

interface Walk<Item> {
  readonly atStart: readonly Item[];
  readonly pages: AsyncGenerator<readonly Item[]>;
  keyOf(item: Item): string;
  add(): Promise<void>;
  /** @returns false when it cannot be taken away */
  remove(item: Item): Promise<boolean>;
}

/** @returns the keys as they were listed, and those of the start that were never taken away */
async function walk<Item>({ atStart, pages: walked, keyOf, add, remove }: Walk<Item>, between: readonly Change[]) {
  const listed: string[] = [];
  const stayed = new Set(atStart.map(keyOf));
  const waiting = between.values();
  for await (const page of walked) {
    listed.push(...page.map(keyOf));
    for (const change of [waiting.next().value, waiting.next().value]) {
      const item = typeof change === 'object' ? atStart[change.remove] : undefined;
      if (change === 'add') {
        await add();
      } else if (item !== undefined && stayed.has(keyOf(item)) && (await remove(item))) {
        stayed.delete(keyOf(item));
      }
    }
  }
  return { listed, stayed: [...stayed] };
}

/** How many runs, and when to stop trying, ms. */
export type Bounds = Required<Pick<fc.Parameters, 'numRuns' | 'interruptAfterTimeLimit'>>;

export async function checkMessagePaging(app: TestProcess, anna: TestUser, bounds: Bounds): Promise<void> {
  await fc.assert(
    fc.asyncProperty(count, pageSize, changes, async (size, maxPageSize, between) => {
      const thread = await createThread(app, anna);
      const params = { chatThreadId: thread };
      await Promise.all(Array.from({ length: size }, (_, n) => send(app, anna, thread, `${n}`)));
      const list = (query: object) =>
        pages<WireMessage>(app, 'chat-list-messages', anna, params, { startTime: '2020-01-01T00:00:00Z', ...query });
      const atStart: readonly WireMessage[] = (await list({}).next()).value ?? [];
      expect(atStart).toHaveLength(size + 2);
      const { listed } = await walk(
        {
          atStart,
          pages: list({ maxPageSize }),
          keyOf: ({ id }) => id,
          add: async () => void (await send(app, anna, thread, 'new')),
          remove: async ({ id, type }) => {
            const removed = { user: anna, params: { ...params, chatMessageId: id } };
            if (type === 'text') {
              accepted(await app.call('chat-delete-message', removed));
            }
            // What is left says that there was a message.
            return false;
          },
        },
        between,
      );
      expect(listed).toEqual(atStart.map(({ id }) => id));
    }),
    bounds,
  );
}

export async function checkParticipantPaging(
  app: TestProcess,
  people: readonly TestUser[],
  bounds: Bounds,
): Promise<void> {
  const [anna, ...others] = people as [TestUser, ...TestUser[]];
  await fc.assert(
    fc.asyncProperty(count, pageSize, changes, async (size, maxPageSize, between) => {
      const thread = await createThread(app, anna, others.slice(0, size));
      const params = { chatThreadId: thread };
      const list = (query: { maxPageSize?: number }) =>
        pages<WireParticipant>(app, 'chat-list-participants', anna, params, query);
      const { value: atStart = [] } = await list({}).next();
      const newcomers = others.slice(size).values();
      const { listed, stayed } = await walk(
        {
          atStart,
          pages: list({ maxPageSize }),
          keyOf: ({ communicationIdentifier: { rawId } }) => rawId,
          add: async () => {
            const newcomer = newcomers.next().value;
            const body = { participants: newcomer === undefined ? [] : [invitation(newcomer)] };
            if (newcomer) {
              accepted(await app.call('chat-add-participants', { user: anna, params, body }));
            }
          },
          remove: async ({ communicationIdentifier: { rawId } }) => {
            if (rawId === anna.id) {
              return false;
            }
            accepted(await app.call('chat-remove-participant', { user: anna, params, body: { rawId } }));
            return true;
          },
        },
        between,
      );
      expect(new Set(listed).size).toBe(listed.length);
      expect(listed.filter((id) => stayed.includes(id))).toEqual(stayed);
    }),
    bounds,
  );
}

export async function checkThreadPaging(app: TestProcess, bounds: Bounds): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), pageSize, changes, async (size, maxPageSize, between) => {
      const user = await app.newUser();
      await Promise.all(Array.from({ length: size }, () => createThread(app, user)));
      const list = (query: { maxPageSize?: number }) =>
        pages<{ id: string }>(app, 'chat-list-threads', user, {}, query);
      const { value: atStart = [] } = await list({}).next();
      expect(atStart).toHaveLength(size);
      const { listed, stayed } = await walk(
        {
          atStart,
          pages: list({ maxPageSize }),
          keyOf: ({ id }) => id,
          add: async () => void (await createThread(app, user)),
          remove: async ({ id }) => {
            accepted(await app.call('chat-delete-thread', { user, params: { chatThreadId: id } }));
            return true;
          },
        },
        between,
      );
      expect(new Set(listed).size).toBe(listed.length);
      // The order is another one when all are on one page.
      expect(listed.filter((id) => stayed.includes(id)).sort()).toEqual(stayed.sort());
    }),
    bounds,
  );
}
