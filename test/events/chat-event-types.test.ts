// Every event of chat, made as it is told, against the contract that Microsoft publishes; and what leaves without content.
import { describe, expect, it } from 'vitest';
import { eventsOfEntry, type ThreadToTell } from '../../shared/chat/events-of-entry.js';
import { chatEventTypes, typingEvent } from '../../shared/chat/event-types.js';
import { membershipColumns, messageColumns, topicColumns } from '../../shared/chat/log-entry.js';
import { membersAt } from '../../shared/chat/members-at.js';
import type { Member, ThreadState } from '../../shared/chat/model.js';
import { eventNames, type RaisedEvent } from '../../shared/events/index.js';
import type { Columns, LogEntry } from '../../shared/storage/index.js';
import { contractNames, contractProblems } from './contract.js';

const resourceId = '6d82f25d-e52c-806a-b0df-800c296c7549';
const user = (n: number) => `8:acs:${resourceId}_0000000${n}-0000-0000-0000-000000000000`;
const [anna, bert, carl] = [user(1), user(2), user(3)];
const member = (id: string): Member => ({
  id,
  displayName: `name of ${id.at(-30)}`,
  namedBy: anna,
  reads: { from: 0, first: 1 },
});
const at = Date.UTC(2026, 0, 2, 3, 4, 5);

const state: ThreadState = {
  resourceId,
  createdOn: at,
  createdBy: anna,
  topic: 'secret topic',
  topicBy: anna,
  metadata: { kind: 'secret metadata' },
  metadataBy: { kind: anna },
  members: [anna, bert, carl].map(member),
  lastRemoval: 0,
};

function entry(sequence: number, columns: Columns): LogEntry {
  return { sequence, at: at + sequence, etag: '', columns };
}

const message = (more: object = {}) =>
  messageColumns({
    kind: 'html',
    content: 'secret text',
    sender: anna,
    senderDisplayName: 'secret name',
    metadata: { n: 'secret metadata' },
    ...more,
  });

function tell(told: LogEntry, more: Partial<ThreadToTell> = {}): RaisedEvent[] {
  const thread: ThreadToTell = {
    idKey: Buffer.alloc(32, 1),
    key: 'thread-key',
    state,
    isOver: false,
    isGone: () => false,
    membersAt: () => state.members.map(({ id }) => id),
    mayRead: () => true,
    amended: () => undefined,
    ...more,
  };
  return [...eventsOfEntry(thread, told)];
}

const edited = entry(3, { ...message(), editedOn: at + 90, amended: 9 });
const deleted = entry(3, { kind: 'text', sender: anna, deletedOn: at + 90, amended: 9 });

/** One entry of each kind. */
const everything: Readonly<Record<string, RaisedEvent[]>> = {
  created: tell(entry(1, membershipColumns('participantAdded', state.members, anna))),
  received: tell(entry(3, message())),
  edited: tell(entry(9, { kind: 'amended', of: 3 }), { amended: () => edited }),
  deleted: tell(entry(9, { kind: 'amended', of: 3 }), { amended: () => deleted }),
  updated: tell(entry(5, topicColumns('secret topic', anna))),
  added: tell(entry(6, membershipColumns('participantAdded', [member(carl)], anna))),
  removed: tell(entry(7, membershipColumns('participantRemoved', [member(carl)], anna))),
  ended: tell(entry(8, { kind: 'threadDeleted' }), {
    isOver: true,
    state: { ...state, deleted: { on: at, sequence: 8, by: anna } },
  }),
};
const all = Object.values(everything).flat();

describe('An event of chat', () => {
  it.each(all.map((event) => [event.type.name, event] as const))(
    '%s is as the contract has it',
    (name, { data, type }) => {
      expect(contractProblems(name, data)).toEqual([]);
      expect(type.data.safeParse(data)).toMatchObject({ success: true });
    },
  );

  it('is there for every type that is declared', () => {
    const raised = new Set([...all.map(({ type }) => type.name), typingEvent.name]);
    expect([...raised].toSorted()).toEqual(chatEventTypes.map(({ name }) => name).toSorted());
  });

  it.each(all.map((event) => [event.type.name, event] as const))(
    '%s without content holds nothing that anybody wrote',
    (name, event) => {
      const { data, type } = event;
      const left = type.withoutContent(data);
      expect(contractProblems(name, left)).toEqual([]);
      expect(JSON.stringify(left)).not.toMatch(/secret|name of/);
      expect(JSON.stringify(left)).toContain(anna);
    },
  );

  it('holds what was written otherwise', () => {
    expect(JSON.stringify(everything['received'])).toContain('secret text');
  });

  it('has an id of its own, the same each time', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(tell(entry(3, message())).map(({ id }) => id)).toEqual(everything['received']?.map(({ id }) => id));
    for (const { id } of all) {
      expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
  });

  it.each([
    ['received', 'thread/T/sender/A/recipient/B', 'thread/T/sender/A'],
    ['edited', 'thread/T/sender/A/recipient/B', 'thread/T/sender/A'],
    ['deleted', 'thread/T/sender/A/recipient/B', 'thread/T/sender/A'],
    ['created', 'thread/T/createdBy/A/recipient/B', 'thread/T/createdBy/A'],
    ['ended', 'thread/T/deletedBy/A/recipient/B', 'thread/T/deletedBy/A'],
    ['updated', 'thread/T/editedBy/A/recipient/B', 'thread/T/editedBy/A'],
    ['added', 'thread/T/participantAdded/C/recipient/B', 'thread/T/participantadded/C'],
    ['removed', 'thread/T/participantRemoved/C/recipient/B', 'thread/T/participantremoved/C'],
  ])('%s has the subjects of the contract', (what, toUser, toThread) => {
    const short = (subject: string) =>
      subject
        .replace(/^thread\/[^/]+/, 'thread/T')
        .replaceAll(anna, 'A')
        .replaceAll(bert, 'B')
        .replaceAll(carl, 'C');
    const subjects = (everything[what] ?? []).map(({ subject }) => short(subject));
    expect(subjects).toContain(toUser);
    expect(subjects).toContain(toThread);
    expect(subjects.filter((subject) => subject.endsWith('recipient/A'))).toEqual([]);
  });
});

describe('What is told', () => {
  const names = (events: readonly RaisedEvent[]) => events.map(({ type }) => type.name);

  it('is nothing of a message that was deleted meanwhile', () => {
    expect(tell(deleted)).toEqual([]);
  });

  it('is the text as it is now', () => {
    const [first] = tell(entry(3, { ...message({ content: 'later text' }), editedOn: at + 90, amended: 9 }));
    expect(first?.data).toMatchObject({ messageBody: 'later text' });
  });

  it('is nothing of a change that was overtaken by another', () => {
    expect(tell(entry(8, { kind: 'amended', of: 3 }), { amended: () => edited })).toEqual([]);
  });

  it('is nothing to or of who was deleted', () => {
    const toBert = tell(entry(3, message()), { isGone: (rawId) => rawId === bert });
    expect(JSON.stringify(toBert)).not.toContain(bert);
    expect(names(toBert)).toEqual(['ChatMessageReceivedInThread', 'ChatMessageReceived']);
    expect(tell(entry(3, message()), { isGone: (rawId) => rawId === anna })).toEqual([]);
  });

  it('is nothing of a thread that has ended but that', () => {
    const ended: ThreadState = { ...state, expired: { on: at, sequence: 8 } };
    expect(tell(entry(3, message()), { state: ended, isOver: true })).toEqual([]);
    const events = tell(entry(8, { kind: 'threadExpired' }), { state: ended, isOver: true });
    expect(names(events)).toEqual(['ChatThreadDeleted', ...state.members.map(() => 'ChatThreadWithUserDeleted')]);
    expect(events[0]?.subject).toMatch(/deletedBy\/8:acs:.*_00000000-0000-0000-0000-000000000000$/);
    // A month later it is closed for good.
    const closed: ThreadState = { ...ended, deleted: { on: at, sequence: 9 } };
    expect(tell(entry(9, { kind: 'threadDeleted' }), { state: closed, isOver: true })).toEqual([]);
  });

  it('is no word of anybody whom it does not name', () => {
    const ofBert = (kind: 'participantAdded' | 'participantRemoved', sequence: number) =>
      tell(entry(sequence, membershipColumns(kind, [member(carl)], bert)));
    const others = [tell(entry(5, topicColumns('of Bert', bert))), ofBert('participantAdded', 6)];
    const told = JSON.stringify([...others, ofBert('participantRemoved', 7), ofBert('participantAdded', 1)]);
    expect(told).toContain('of Bert');
    expect(told).not.toMatch(/secret|name of/);
    const selfNamed: ThreadState = { ...state, members: [{ ...member(carl), namedBy: carl }] };
    const left = tell(entry(7, membershipColumns('participantRemoved', [member(carl)], bert)), { state: selfNamed });
    expect(left[0]?.data).toMatchObject({ participantRemoved: { displayName: member(carl).displayName } });
  });

  it('is nothing that was brought along from elsewhere', () => {
    expect(tell(entry(3, message()), { state: { ...state, statedUpTo: 3 } })).toEqual([]);
  });
});

describe('Who took part at a number', () => {
  it('is found by folding the changes of membership back', () => {
    const changes = [
      entry(4, membershipColumns('participantAdded', [member(carl)], anna)),
      entry(6, membershipColumns('participantRemoved', [member(bert)], anna)),
    ];
    const now: ThreadState = { ...state, members: [anna, carl].map(member) };
    const takingPart = membersAt(now, changes);
    const found = (sequence: number) => takingPart(sequence).toSorted();
    expect(found(3)).toEqual([anna, bert]);
    expect(found(4)).toEqual([anna, bert, carl]);
    expect(found(5)).toEqual([anna, bert, carl]);
    expect(found(6)).toEqual([anna, carl]);
  });
});

it('The events of ACS that the support matrix lists are those that the package knows', () => {
  expect(Object.values(eventNames).flat().toSorted()).toEqual([...contractNames].toSorted());
});
