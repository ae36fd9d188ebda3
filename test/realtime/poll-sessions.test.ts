import { describe, expect, it } from 'vitest';
import { Cursor } from '../../shared/realtime/cursor.js';
import type { LiveRecord } from '../../shared/realtime/live-record.js';
import type { LiveNotice } from '../../shared/realtime/model.js';
import { type Poller, PollSessions, type PollSessionParts } from '../../shared/realtime/poll-sessions.js';

const notice: LiveNotice = { kind: 'typing', threadId: 't', sender: 's', senderDisplayName: '', on: 0 };

function sessionsOf(isAlive: () => boolean, beforeAnswer: () => void = () => undefined, isFull = false) {
  const pauses: { ms: number; go: () => void }[] = [];
  const records: LiveRecord[] = [];
  const moved: string[] = [];
  const parts = {
    presence: { userOf: (rawId: string) => `user ${rawId}` },
    connections: {
      find: async () => ({ place: Cursor.at('1').text }),
      moveOn: async (_: unknown, place: string) => void moved.push(place),
    },
    pointers: { before: () => '1' },
    polls: {
      isFull,
      next: async (_: string, cursor: Cursor) => {
        cursor.add('2');
        return { notices: [notice], cursor };
      },
    },
    record: (record: LiveRecord) => void records.push(record),
    catchUp: async () => beforeAnswer(),
    pause: (ms: number) => new Promise<void>((go) => pauses.push({ ms, go })),
  } as unknown as PollSessionParts;
  const poller: Poller = { resourceId: 'r', rawId: '8:acs:a', until: 1, id: 'one', isAlive };
  return { poll: () => new PollSessions(parts).poll(poller), records, moved, pauses };
}

describe('What a poll is told', () => {
  it('is recorded, without a word of what it is', async () => {
    const { poll, records, moved } = sessionsOf(() => true);
    expect(await poll()).toContain('eventId');
    expect(moved).toHaveLength(1);
    const place = { resourceId: 'r' };
    const told = { kind: 'notices', outcome: 'delivered', via: 'poll', notices: 1, recipients: 1 };
    expect(records).toEqual([{ ...told, place }]);
  });

  it('is nothing once another process is known to have revoked its token', async () => {
    let isAlive = true;
    const { poll, records, moved } = sessionsOf(
      () => isAlive,
      () => {
        isAlive = false;
      },
    );
    await expect(poll()).rejects.toMatchObject({ status: 401 });
    expect(moved).toEqual([]);
    expect(records).toMatchObject([{ kind: 'connection', what: 'refused' }]);
  });
});

describe('A poll for which a process has no place', () => {
  it('is answered after a while, so that its client does not ask again and again', async () => {
    const { poll, pauses } = sessionsOf(
      () => true,
      () => undefined,
      true,
    );
    let answer: string | undefined;
    const polled = poll().then((text) => (answer = text));
    await new Promise((resolve) => setImmediate(resolve));
    expect([answer, pauses[0]?.ms]).toEqual([undefined, 5_000]);
    pauses[0]?.go();
    expect(await polled).toBe('8::');
  });
});

describe('A poll of a session that there is no row of', () => {
  it('makes room before it is a row of its own, whatever id it names', async () => {
    const asked: string[] = [];
    const parts = {
      presence: { userOf: () => 'u', arrive: async () => undefined, heard: async () => undefined },
      connections: {
        find: async () => undefined,
        makeRoom: async () => void asked.push('makeRoom'),
        open: async () => void asked.push('open'),
      },
      pointers: { before: () => '1' },
      clock: { now: () => 0 },
      record: () => undefined,
    } as unknown as PollSessionParts;
    await new PollSessions(parts).poll({ resourceId: 'r', rawId: 'a', until: 1, id: 'made up', isAlive: () => true });
    expect(asked).toEqual(['makeRoom', 'open']);
  });
});
