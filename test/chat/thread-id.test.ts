import { describe, expect, it } from 'vitest';
import { askedThread, isIdOf, threadIdOf, threadKeyOf } from '../../shared/chat/thread-id.js';
import { parseThreadId } from '../../shared/chat/thread-id-form.js';
import type { ThreadState } from '../../shared/chat/model.js';

/** As the service has written one. It has our form, and says the year 3052 in it. */
const recorded = '19:aWuNSmqHe3jJOGl36l6DBhxQDcimoCzk5-N6HxAeDWI1@thread.v2';
const state = (facts: Partial<ThreadState>): ThreadState => ({
  resourceId: 'r',
  createdOn: 1_764_000_000_000,
  createdBy: 'a',
  topic: '',
  topicBy: 'a',
  members: [],
  lastRemoval: 0,
  ...facts,
});

describe('The id of a thread', () => {
  it('is what its state says, although it could be read as one of ours', () => {
    expect(new Date(parseThreadId(recorded)?.createdOn ?? 0).getUTCFullYear()).toBe(3052);
    const asked = askedThread('r', recorded);
    const key = asked?.key ?? '';
    expect(threadIdOf(key, state({ id: recorded }))).toBe(recorded);
    expect(isIdOf(state({ id: recorded }), asked as never)).toBe(true);
    expect(isIdOf(state({}), asked as never)).toBe(false);
  });

  it('follows from key and creation when the state says none, and no other id is the thread’s', () => {
    const key = 'k'.repeat(36);
    const id = threadIdOf(key, state({}));
    expect(threadKeyOf('r', id)).toBe(key);
    const later = threadIdOf(key, state({ createdOn: 1_764_000_000_001 }));
    expect(later).not.toBe(id);
    expect(isIdOf(state({}), askedThread('r', id) as never)).toBe(true);
    expect(isIdOf(state({}), askedThread('r', later) as never)).toBe(false);
    expect(isIdOf(state({}), askedThread('another', id) as never)).toBe(false);
    expect(isIdOf(state({ id: recorded }), askedThread('r', id) as never)).toBe(false);
  });

  it('of another form leads each resource to a place of its own, which looks like any other', () => {
    const id = '19:uni01_4rjxhbwdp3zmc5pm5xzqqk2bqzrsmnlbuuwrzbncbhjqgoiwsxgq@thread.v2';
    const places = ['r', 's'].map((resource) => threadKeyOf(resource, id));
    expect(new Set(places).size).toBe(2);
    for (const place of places) {
      expect(place).toMatch(/^[\w-]{36}$/);
    }
  });

  it.each(['', 'not-a-thread', '19:', '19:a b', `19:${'a'.repeat(300)}`, '19:a\nb'])('is not %j', (text) => {
    expect(threadKeyOf('r', text)).toBeUndefined();
  });
});
