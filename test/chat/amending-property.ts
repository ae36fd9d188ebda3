// What nobody may ever be shown, while writers in two processes send, edit, delete, add and remove, and readers in both list
// and get at the same time: an earlier text after the answer to an edit, a deleted one after that to the deletion, anything
// newer after that to one's removal.
import fc from 'fast-check';
import { expect } from 'vitest';
import { createThread, invitation, pages, type WireMessage } from '../app/chat-calls.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';
import type { Bounds } from './paging-properties.js';

interface Write {
  readonly kind: 'send' | 'edit' | 'delete' | 'add' | 'remove';
  /** Who sends; adding and removing are always the first person's, who never leaves. */
  readonly actor: number;
  /** Who is added or removed: 1 to 3. */
  readonly target: number;
  /** Which of the writer's messages is changed, counted from its newest. */
  readonly back: number;
}

interface Read {
  readonly kind: 'first' | 'walk' | 'get';
  readonly reader: number;
  readonly pageSize: number;
}

const write: fc.Arbitrary<Write> = fc.record({
  kind: fc.constantFrom('send', 'send', 'send', 'edit', 'edit', 'edit', 'delete', 'add', 'remove'),
  actor: fc.constantFrom(0, 0, 1, 2),
  target: fc.constantFrom(1, 1, 2, 3),
  back: fc.constantFrom(0, 0, 1, 2),
});
const read: fc.Arbitrary<Read> = fc.record({
  kind: fc.constantFrom('first', 'first', 'walk', 'get'),
  reader: fc.constantFrom(0, 0, 1, 2),
  pageSize: fc.constantFrom(1, 2, 3, 7, 20),
});
const history = fc.record({
  writers: fc.array(fc.array(write, { minLength: 2, maxLength: 8, size: 'max' }), { minLength: 1, maxLength: 3 }),
  readers: fc.array(fc.array(read, { minLength: 2, maxLength: 6, size: 'max' }), { minLength: 1, maxLength: 2 }),
});

/** A request, by a count that only grows; without an end until it is answered. */
interface Span {
  readonly began: number;
  ended?: number;
}

interface Sent {
  readonly versions: Span[];
  deletion?: Span;
}

export async function checkAmending(
  processes: readonly TestProcess[],
  people: readonly TestUser[],
  bounds: Bounds,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(history, async ({ writers, readers }) => {
      const chatThreadId = await createThread(processes[0] as TestProcess, people[0] as TestUser, people.slice(1));
      const world = new World(chatThreadId, people);
      const processOf = (lane: number) => processes[lane % processes.length] as TestProcess;
      await Promise.all([
        ...writers.map((writes, lane) => world.write(processOf(lane), `${lane}`, writes)),
        ...readers.map((reads, lane) => world.read(processOf(lane + 1), reads)),
      ]);
      // And when all is answered.
      for (const process of processes) {
        const kinds = ['first', 'walk', 'get'] as const;
        await world.read(
          process,
          kinds.flatMap((kind) => [0, 1].map((reader) => ({ kind, reader, pageSize: 3 }))),
        );
      }
    }),
    bounds,
  );
}

class World {
  readonly #chatThreadId: string;
  readonly #people: readonly TestUser[];
  readonly #sent = new Map<string, Sent>();
  readonly #keyOf = new Map<string, string>();
  readonly #added: Span[][];
  readonly #removed: Span[][];
  #count = 0;

  constructor(chatThreadId: string, people: readonly TestUser[]) {
    this.#chatThreadId = chatThreadId;
    this.#people = people;
    this.#added = people.map(() => []);
    this.#removed = people.map(() => []);
  }

  async write({ call }: TestProcess, lane: string, writes: readonly Write[]): Promise<void> {
    const params = { chatThreadId: this.#chatThreadId };
    const own: { id: string; key: string; user: TestUser; sent: Sent }[] = [];
    for (const [index, { kind, actor, target, back }] of writes.entries()) {
      if (kind === 'send') {
        const user = this.#people[actor] as TestUser;
        const key = `${lane}.${index}`;
        const sent: Sent = { versions: [] };
        this.#sent.set(key, sent);
        const span = this.#begin(sent.versions);
        const answer = await call<{ id: string }>('chat-send-message', { user, params, body: { content: `${key}#0` } });
        expect([201, 403]).toContain(answer.status);
        if (answer.status === 201) {
          this.#end(span);
          this.#keyOf.set(answer.body.id, key);
          own.push({ id: answer.body.id, key, user, sent });
        }
      } else if (kind === 'edit' || kind === 'delete') {
        const message = own.at(-1 - back);
        if (message === undefined || message.sent.deletion !== undefined) {
          continue;
        }
        const { id, key, user, sent } = message;
        const options = { user, params: { ...params, chatMessageId: id } };
        const isEdit = kind === 'edit';
        const span = this.#begin(isEdit ? sent.versions : []);
        if (!isEdit) {
          sent.deletion = span;
        }
        const { status } = isEdit
          ? await call('chat-update-message', { ...options, body: { content: `${key}#${sent.versions.length - 1}` } })
          : await call('chat-delete-message', options);
        expect([204, 403]).toContain(status);
        if (status === 204) {
          this.#end(span);
        }
      } else {
        const body =
          kind === 'remove'
            ? { rawId: this.#people[target]?.id }
            : { participants: [invitation(this.#people[target] as TestUser)] };
        const span = this.#begin((kind === 'remove' ? this.#removed : this.#added)[target] ?? []);
        const operation = kind === 'remove' ? 'chat-remove-participant' : 'chat-add-participants';
        const { status } = await call(operation, { user: this.#people[0] as TestUser, params, body });
        expect(status).toBeLessThan(300);
        this.#end(span);
      }
    }
  }

  async read(process: TestProcess, reads: readonly Read[]): Promise<void> {
    const params = { chatThreadId: this.#chatThreadId };
    for (const { kind, reader, pageSize } of reads) {
      const user = this.#people[reader] as TestUser;
      const span = this.#begin([]);
      const shown: WireMessage[] = [];
      if (kind === 'get') {
        const chatMessageId = [...this.#keyOf.keys()].at(-1) ?? '0';
        const options = { user, params: { ...params, chatMessageId } };
        const { status, body } = await process.call<WireMessage>('chat-get-message', options);
        expect([200, 403, 404]).toContain(status);
        shown.push(...(status === 200 ? [body] : []));
      } else {
        const walked = pages<WireMessage>(process, 'chat-list-messages', user, params, { maxPageSize: pageSize });
        for await (const page of walked) {
          shown.push(...page);
          expect(new Set(page.map(({ id }) => id)).size).toBe(page.length);
          // What was changed since the reading began stays where it was, and says its new number.
          const steady = page.filter(({ id }) => !this.#isChangedSince(id, span.began));
          const numbers = steady.map(({ sequenceId }) => Number(sequenceId));
          expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
          if (kind === 'first') {
            break;
          }
        }
      }
      this.#end(span);
      this.#judge(shown, reader, span, kind === 'walk');
    }
  }

  #judge(shown: readonly WireMessage[], reader: number, { began, ended = 0 }: Span, isWhole: boolean): void {
    const leftOn = this.#leftBefore(reader, began);
    for (const { id, type, content } of shown) {
      if (type !== 'text') {
        continue;
      }
      const text = content?.message ?? '';
      const [key = '', version = '0'] = text === '' ? [this.#keyOf.get(id)] : text.split('#');
      const sent = this.#sent.get(key);
      if (sent === undefined) {
        // It was not answered yet, and has no text to tell it by.
        continue;
      }
      const { versions, deletion } = sent;
      const [first] = versions;
      if (text === '') {
        expect(reader > 0 || (deletion?.began ?? ended) < ended, `${key} is empty`).toBe(true);
        expect(first?.began).toBeLessThan(leftOn);
        continue;
      }
      const floor = versions.findLastIndex((each) => each.ended !== undefined && each.ended < began);
      expect(Number(version), `version of ${key}`).toBeGreaterThanOrEqual(floor);
      expect(deletion?.ended ?? ended, `${key} was deleted`).toBeGreaterThan(began);
      expect(versions[Number(version)]?.began, `${key} is newer than the reader's part`).toBeLessThan(leftOn);
    }
    if (isWhole && reader === 0) {
      const listed = new Set(shown.map(({ id }) => id));
      for (const [id, key] of this.#keyOf) {
        const [first] = this.#sent.get(key)?.versions ?? [];
        expect(listed.has(id) || (first?.ended ?? began) >= began, `${key} is listed`).toBe(true);
      }
    }
  }

  /** Whether an edit or the deletion of a message was, or may have been, under way at a time or after it. */
  #isChangedSince(id: string, time: number): boolean {
    const { versions = [], deletion } = this.#sent.get(this.#keyOf.get(id) ?? '') ?? {};
    const changes = [...versions.slice(1), ...(deletion === undefined ? [] : [deletion])];
    return changes.some(({ ended = Number.POSITIVE_INFINITY }) => ended > time);
  }

  /** The end of a removal behind which nobody added them; infinite while they may take part. */
  #leftBefore(person: number, time: number): number {
    const added = this.#added[person] ?? [];
    const ends = (this.#removed[person] ?? []).flatMap(({ began, ended = Number.POSITIVE_INFINITY }) =>
      ended < time && added.every((each) => (each.ended ?? Number.POSITIVE_INFINITY) < began) ? [ended] : [],
    );
    return Math.min(Number.POSITIVE_INFINITY, ...ends);
  }

  #begin(spans: Span[]): Span {
    this.#count += 1;
    const span: Span = { began: this.#count };
    spans.push(span);
    return span;
  }

  #end(span: Span): void {
    this.#count += 1;
    span.ended = this.#count;
  }
}
