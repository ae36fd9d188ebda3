// For any history of threads and clock: what is answered, read and stored equals the model.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { accepted, invitation, listAll, type WireMessage } from '../app/chat-calls.js';
import type { Answer, TestGeography, TestProcess, TestUser } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { historyOf, type Step } from './history-steps.js';
import { settle } from './settle.js';
import { hour, minute, moveTo } from './stopped-time.js';
import { deadlines, isReadable, isRestorable, type ModelThread, sweep } from './thread-model.js';

interface Sent {
  readonly id: string;
  readonly person: number;
  readonly text: string;
  isDeleted: boolean;
}

interface Known extends ModelThread {
  readonly id: string;
  /** Person → how many of the messages a former member still reads; infinity for a member. */
  readonly reads: Map<number, number>;
  readonly sent: Sent[];
}

const policy = (days: number | undefined) =>
  days === undefined ? { kind: 'none' } : { kind: 'threadCreationDate', deleteThreadAfterDays: days };

/** Checks one history after the other; each has people of its own, and begins where the clock stands. */
export async function checkHistories(
  geography: TestGeography,
  maxSteps: number,
  bounds: fc.Parameters<unknown>,
): Promise<void> {
  const process = await geography.start();
  const start = process.app.clock.now();
  let histories = 0;
  await fc.assert(
    fc.asyncProperty(historyOf(maxSteps), async (history) => {
      moveTo(process, start);
      const run = new HistoryRun(process);
      await run.begin();
      for (const step of history) {
        await run.take(step);
        await run.checkWhatIsRead();
      }
      await run.checkWhatIsStored(geography.connectionString);
      histories += 1;
    }),
    // Run from an example: { ...bounds, seed, path }.
    bounds,
  );
  expect(process.failures).toEqual([]);
  console.log(`${histories} histories checked`);
}

class HistoryRun {
  readonly #process: TestProcess;
  #people: TestUser[] = [];
  readonly #erased = new Set<number>();
  readonly #threads: Known[] = [];
  #latest = 0;

  constructor(process: TestProcess) {
    this.#process = process;
  }

  async begin(): Promise<void> {
    this.#latest = this.#now;
    this.#people = await Promise.all([0, 1, 2].map(() => this.#process.newUser()));
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'create':
        return this.#create(step.days, step.isBertIn);
      case 'move':
        return this.#move(this.#now + step.byMs, step.isSwept);
      case 'edge': {
        const at = deadlines(this.#thread(step.thread), this.#now)[step.deadline];
        return at === undefined ? undefined : this.#move(at + step.byMs, step.isSwept);
      }
      case 'deleteIdentity':
        return this.#deleteIdentity(step.person);
      default:
        return this.#change(this.#thread(step.thread), step);
    }
  }

  /** By everybody who lives: the status and the texts of each thread; and the operator's list of expired threads. */
  async checkWhatIsRead(): Promise<void> {
    await Promise.all(
      this.#threads.flatMap((thread) =>
        this.#living().map(async (person) =>
          expect(await this.#texts(thread, person)).toEqual(this.#expected(thread, person)),
        ),
      ),
    );
    const params = this.#threads.map(({ id }) => id);
    const listed = await this.#process.call<{ value: { id: string }[] }>('chat-list-expired-threads');
    const expired = listed.body.value.filter(({ id }) => params.includes(id)).map(({ id }) => id);
    // What no sweep has found yet can be restored, but is not listed.
    const listable = this.#threads.filter((thread) => thread.markedOn !== undefined && isRestorable(thread, this.#now));
    expect(expired.sort()).toEqual(listable.map(({ id }) => id).sort());
  }

  async checkWhatIsStored(connectionString: string): Promise<void> {
    // An erasure goes on when the clock is where it was, and so does the look at rows of the index that may lead nowhere.
    await this.#move(this.#latest + 2 * hour, true);
    // Before its first step an erasure may have slept for days; then it hides the person anew, and begins a minute later.
    if (this.#erased.size > 0) {
      await this.#move(this.#now + 2 * minute, true);
    }
    await this.checkWhatIsRead();
    const keys = this.#threads.map(({ id }) => id.slice(3, 39));
    const texts = this.#threads.flatMap(({ sent }) => sent.map(({ text }) => text));
    const people = this.#people.map(({ id }) => id.slice(-36));
    const { hits } = await scanStorage(connectionString, [...keys, ...texts, ...people]);
    const found = new Set(hits.map(({ mark }) => mark));
    const isThere = (person: number) => !this.#erased.has(person);
    const stored = this.#threads.filter((thread) => thread.isStored);
    const expected = [
      ...stored.map(({ id }) => id.slice(3, 39)),
      ...stored.flatMap(({ sent }) =>
        sent.filter((one) => !one.isDeleted && isThere(one.person)).map(({ text }) => text),
      ),
      ...people.filter((_, person) => isThere(person)),
    ];
    const where = hits.map(({ mark, store, key }) => `${mark} in ${store}: ${key}`).join('\n');
    expect([...found].sort(), where).toEqual(expected.sort());
  }

  async #create(days: number | undefined, isBertIn: boolean): Promise<void> {
    const guests = isBertIn && !this.#erased.has(1) ? [1] : [];
    const body = {
      topic: 'Tea',
      participants: guests.map((guest) => invitation(this.#person(guest))),
      ...(days !== undefined && { retentionPolicy: policy(days) }),
    };
    const made = await this.#process.call<{ chatThread: { id: string } }>('chat-create-thread', {
      user: this.#person(0),
      body,
    });
    this.#threads.push({
      id: accepted(made).chatThread.id,
      createdOn: this.#now,
      days,
      policySince: this.#now,
      isStored: true,
      reads: new Map([0, ...guests].map((person) => [person, Number.POSITIVE_INFINITY])),
      sent: [],
    });
  }

  async #change(
    thread: Known,
    step: Exclude<Step, { kind: 'create' | 'move' | 'edge' | 'deleteIdentity' }>,
  ): Promise<void> {
    const params = { chatThreadId: thread.id };
    const anna = { user: this.#person(0), params };
    switch (step.kind) {
      case 'update': {
        const answer = await this.#call('chat-update-thread', {
          ...anna,
          body: { retentionPolicy: policy(step.days) },
        });
        if (this.#expectAnswer(thread, 0, answer)) {
          Object.assign(thread, { days: step.days, policySince: this.#now });
        }
        return;
      }
      case 'restore': {
        const { status } = await this.#call('chat-restore-thread', {
          params,
          body: { retentionPolicy: policy(step.days) },
        });
        const isRunOut = step.days !== undefined && thread.createdOn + step.days * 24 * hour <= this.#now;
        expect(status).toBe(!isRestorable(thread, this.#now) ? 404 : isRunOut ? 400 : 204);
        if (status === 204) {
          Object.assign(thread, { days: step.days, policySince: this.#now, markedOn: undefined });
        }
        return;
      }
      case 'deleteThread': {
        const answer = await this.#call('chat-delete-thread', anna);
        const isAgain = thread.deletedOn !== undefined && thread.isStored;
        if (isAgain && thread.reads.get(0) === Number.POSITIVE_INFINITY) {
          expect(answer.status).toBe(204);
          return;
        }
        if (this.#expectAnswer(thread, 0, answer)) {
          thread.deletedOn = this.#now;
        }
        return;
      }
      case 'add': {
        if (this.#erased.has(step.person)) {
          return;
        }
        const participants = [invitation(this.#person(step.person), { shareHistoryTime: '2000-01-01T00:00:00Z' })];
        const answer = await this.#call('chat-add-participants', { ...anna, body: { participants } });
        if (this.#expectAnswer(thread, 0, answer)) {
          thread.reads.set(step.person, Number.POSITIVE_INFINITY);
        }
        return;
      }
      case 'remove': {
        if (thread.reads.get(step.person) !== Number.POSITIVE_INFINITY) {
          return;
        }
        const answer = await this.#call('chat-remove-participant', {
          ...anna,
          body: { rawId: this.#person(step.person).id },
        });
        if (this.#expectAnswer(thread, 0, answer)) {
          thread.reads.set(step.person, thread.sent.length);
        }
        return;
      }
      case 'send': {
        if (this.#erased.has(step.person)) {
          return;
        }
        const text = `mark-${randomBytes(8).toString('hex')}`;
        const answer = await this.#call('chat-send-message', {
          user: this.#person(step.person),
          params,
          body: { content: text },
        });
        if (!this.#expectAnswer(thread, step.person, answer)) {
          return;
        }
        thread.sent.push({ id: (answer.body as { id: string }).id, person: step.person, text, isDeleted: false });
        return;
      }
      case 'deleteMessage': {
        const last = thread.sent.findLast(({ person }) => person === step.person);
        if (last === undefined || this.#erased.has(step.person)) {
          return;
        }
        const named = { ...params, chatMessageId: last.id };
        const answer = await this.#call('chat-delete-message', { user: this.#person(step.person), params: named });
        if (this.#expectAnswer(thread, step.person, answer)) {
          last.isDeleted = true;
        }
        return;
      }
    }
  }

  async #deleteIdentity(person: number): Promise<void> {
    if (this.#erased.has(person)) {
      return;
    }
    accepted(await this.#call('identity-delete', { params: { id: this.#person(person).id } }));
    this.#erased.add(person);
    for (const { reads } of this.#threads) {
      reads.delete(person);
    }
  }

  /** An erasure under way is always worked on, as queues are when the clock is moved. */
  async #move(to: number, isSwept: boolean): Promise<void> {
    moveTo(this.#process, to);
    this.#latest = Math.max(this.#latest, to);
    if (isSwept || this.#erased.size > 0) {
      await settle(this.#process);
      for (const thread of this.#threads) {
        sweep(thread, to);
      }
    }
    // Tokens live a day at most.
    for (const person of this.#living()) {
      const params = { id: this.#person(person).id };
      const { body } = await this.#process.call<{ token: string }>('identity-issue-token', {
        params,
        body: { scopes: ['chat'] },
      });
      this.#people[person] = { id: params.id, token: body.token };
    }
  }

  /** @returns whether it succeeded, which is when the model says so */
  #expectAnswer(thread: Known, person: number, { status }: Answer): boolean {
    const isMember = thread.reads.get(person) === Number.POSITIVE_INFINITY;
    const isAllowed = isMember && isReadable(thread, this.#now);
    if (isAllowed) {
      expect([201, 204]).toContain(status);
    } else {
      expect(status).toBe(isMember && thread.isStored ? 404 : 403);
    }
    return isAllowed;
  }

  async #texts(thread: Known, person: number): Promise<unknown> {
    const [user, params] = [this.#person(person), { chatThreadId: thread.id }];
    const { status } = await this.#call('chat-list-messages', { user, params });
    if (status !== 200) {
      return status;
    }
    const messages = await listAll<WireMessage>(this.#process, 'chat-list-messages', user, params);
    return messages.flatMap(({ type, content }) => (type === 'text' && content?.message ? [content.message] : []));
  }

  #expected(thread: Known, person: number): unknown {
    const readable = thread.reads.get(person);
    if (readable === undefined || !thread.isStored) {
      return 403;
    }
    if (!isReadable(thread, this.#now)) {
      return 404;
    }
    const visible = thread.sent.slice(0, readable).filter((sent) => !sent.isDeleted && !this.#erased.has(sent.person));
    return visible.map(({ text }) => text).toReversed();
  }

  #call(...call: Parameters<TestProcess['call']>): Promise<Answer> {
    return this.#process.call(...call);
  }

  #thread(number: number): Known {
    return this.#threads[number % this.#threads.length] as Known;
  }

  #person(person: number): TestUser {
    return this.#people[person] as TestUser;
  }

  #living(): number[] {
    return [0, 1, 2].filter((person) => !this.#erased.has(person));
  }

  get #now(): number {
    return this.#process.app.clock.now();
  }
}
