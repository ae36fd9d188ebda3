// What holds of a thread's history, however several writers in two processes interleave.
import fc from 'fast-check';
import { expect } from 'vitest';
import { chatThreads } from '../../shared/chat/index.js';
import { type Columns, logKeys, readLongText, shardOf } from '../../shared/storage/index.js';
import { accepted, createThread, invitation, listAll, type WireMessage } from '../app/chat-calls.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';
import type { Bounds } from './paging-properties.js';

interface Step {
  readonly kind: 'send' | 'edit' | 'delete' | 'add' | 'addWithHistory' | 'remove';
  /** Who does it; adding and removing are always the first person's, who never leaves. */
  readonly actor: number;
  /** Who is added or removed: 1 to 3. */
  readonly target: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    'send',
    'send',
    'send',
    'edit',
    'edit',
    'edit',
    'delete',
    'add',
    'addWithHistory',
    'remove',
    'remove',
  ),
  actor: fc.constantFrom(0, 0, 1, 2, 3),
  target: fc.constantFrom(1, 1, 2, 3),
});
const writers = fc.array(fc.array(step, { minLength: 4, maxLength: 14, size: 'max' }), {
  minLength: 1,
  maxLength: 4,
  size: 'max',
});

/** Checks runs of up to four writers; they take turns in the two processes. A third process judges. */
export async function checkHistory(
  processes: readonly TestProcess[],
  judge: TestProcess,
  people: readonly TestUser[],
  bounds: Bounds,
): Promise<void> {
  // Then an addition without a time opens a stretch that begins with it. Another process may hear of it a little later.
  accepted(await judge.call('chat-set-default-history', { body: { history: 'none' } }));
  await fc.assert(
    fc.asyncProperty(writers, async (lanes) => {
      const thread = await createThread(processes[0] as TestProcess, people[0] as TestUser, people.slice(1, 2));
      const sent = new Map<string, string | undefined>();
      await Promise.all(
        lanes.map((steps, lane) =>
          write(processes[lane % processes.length] as TestProcess, people, thread, `${lane}`, steps, sent),
        ),
      );
      const rows = await storedRows(judge, thread.slice(3, 39));
      expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, index) => index + 1));
      const params = { chatThreadId: thread };
      const listed = await listAll<WireMessage>(judge, 'chat-list-messages', people[0] as TestUser, params);
      const messages = listed.filter(({ type }) => type === 'text');
      expect(new Map(messages.map(({ id, content }) => [id, content?.message]))).toEqual(sent);
      const intervals = replay(rows, people);
      await Promise.all(people.map((user) => checkReader(judge, user, thread, rows, intervals.get(user.id) ?? [])));
    }),
    bounds,
  );
}

/** One writer: each step after the other. What was acknowledged stands in `sent`: id → text, undefined when deleted. */
async function write(
  { call }: TestProcess,
  people: readonly TestUser[],
  chatThreadId: string,
  lane: string,
  steps: readonly Step[],
  sent: Map<string, string | undefined>,
): Promise<void> {
  const own: { id: string; user: TestUser }[] = [];
  for (const [index, { kind, actor, target }] of steps.entries()) {
    const user = people[actor] as TestUser;
    const [owner, other] = [people[0] as TestUser, people[target] as TestUser];
    const last = own.at(-1);
    const content = `${lane}.${index}`;
    if (kind === 'send') {
      const answer = await call<{ id: string }>('chat-send-message', {
        user,
        params: { chatThreadId },
        body: { content },
      });
      expect([201, 403]).toContain(answer.status);
      if (answer.status === 403) {
        continue;
      }
      own.push({ id: answer.body.id, user });
      sent.set(answer.body.id, content);
    } else if (kind === 'edit' || kind === 'delete') {
      if (last === undefined) {
        continue;
      }
      const options = { user: last.user, params: { chatThreadId, chatMessageId: last.id } };
      const operation = kind === 'edit' ? 'chat-update-message' : 'chat-delete-message';
      const { status } = await call(operation, { ...options, ...(kind === 'edit' && { body: { content } }) });
      expect([204, 403]).toContain(status);
      if (status === 204) {
        sent.set(last.id, kind === 'edit' ? content : '');
      }
      if (kind === 'delete') {
        own.pop();
      }
    } else if (kind === 'remove') {
      const options = { user: owner, params: { chatThreadId }, body: { rawId: other.id } };
      expect((await call('chat-remove-participant', options)).status).toBe(204);
    } else {
      const history = kind === 'add' ? {} : { shareHistoryTime: '2020-01-01T00:00:00Z' };
      const options = { user: owner, params: { chatThreadId }, body: { participants: [invitation(other, history)] } };
      expect((await call('chat-add-participants', options)).status).toBe(201);
    }
  }
}

interface StoredRow {
  readonly sequence: number;
  readonly columns: Columns;
}

/** Oldest first. */
async function storedRows({ app: { storage } }: TestProcess, key: string): Promise<StoredRow[]> {
  const table = storage.table(chatThreads, shardOf(chatThreads, key));
  const { rows } = await table.query<Columns>({ partition: key, from: logKeys.firstOfLog, to: logKeys.afterLog });
  return rows.map((row) => ({ sequence: logKeys.sequenceOf(row.rowKey), columns: row })).toReversed();
}

/** What may be read from which number to which. */
interface Membership {
  readonly first: number;
  readonly last?: number;
}

/** The model: goes through the log from its beginning, and finds no message of somebody who took no part. */
function replay(rows: readonly StoredRow[], people: readonly TestUser[]): ReadonlyMap<string, readonly Membership[]> {
  const memberships = new Map(people.map(({ id }) => [id, [] as Membership[]]));
  for (const { sequence, columns } of rows) {
    const { kind, sender } = columns;
    const named = JSON.parse(readLongText(columns, 'participants') ?? '[]') as { id: string; sharedFrom: number }[];
    for (const { id, sharedFrom } of named) {
      const own = memberships.get(id) ?? [];
      const current = own.pop();
      if (kind === 'participantRemoved') {
        own.push({ first: 0, ...current, last: sequence });
      } else {
        own.push(...(current ? [current] : []), { first: sharedFrom < Number(columns['at']) ? 1 : sequence });
      }
    }
    if (sender !== undefined) {
      expect(memberships.get(String(sender))?.at(-1), `entry ${sequence}`).toMatchObject({ first: expect.any(Number) });
      expect(memberships.get(String(sender))?.at(-1)?.last, `entry ${sequence}`).toBeUndefined();
    }
  }
  return memberships;
}

async function checkReader(
  judge: TestProcess,
  user: TestUser,
  chatThreadId: string,
  rows: readonly StoredRow[],
  memberships: readonly Membership[],
): Promise<void> {
  const params = { chatThreadId };
  if (memberships.length === 0) {
    expect((await judge.call('chat-list-messages', { user, params })).status).toBe(403);
    return;
  }
  const expected = rows
    .filter(({ columns }) => !['threadChanged', 'amended'].includes(String(columns['kind'])))
    .map(({ sequence, columns }) => {
      const inside = memberships.filter(
        ({ first, last = Number.POSITIVE_INFINITY }) => sequence >= first && sequence <= last,
      );
      const { kind, content = '' } = columns;
      const amended = Number(columns['amended'] ?? sequence);
      // What was changed after a membership had ended is not for that; also when they are back without that time.
      const isCurrent = inside.some(({ last = Number.POSITIVE_INFINITY }) => amended <= last);
      const text = isCurrent ? content : '';
      return { inside, seen: [isCurrent ? amended : sequence, kind === 'text' ? text : undefined] as const };
    })
    .flatMap(({ inside, seen }) => (inside.length > 0 ? [seen] : []))
    .sort(([one], [other]) => one - other);
  const messages = await listAll<WireMessage>(judge, 'chat-list-messages', user, params, { maxPageSize: 7 });
  expect(messages.map(({ sequenceId, content }) => [Number(sequenceId), content?.message]).toReversed()).toEqual(
    expected,
  );
}
