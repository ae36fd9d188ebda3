import { describe, expect, it } from 'vitest';
import { hasEnded, lifecycleOf, storedUntil } from '../../shared/chat/lifecycle.js';
import type { ThreadState } from '../../shared/chat/model.js';

const day = 24 * 60 * 60_000;
const state: ThreadState = {
  resourceId: 'r',
  createdOn: 0,
  createdBy: 'a',
  topic: '',
  topicBy: 'a',
  members: [],
  lastRemoval: 0,
};
const kept: ThreadState = { ...state, retention: { kind: 'threadCreationDate', deleteThreadAfterDays: 30 } };
const marked: ThreadState = { ...kept, expired: { on: 30 * day, sequence: 3 } };
const deleted = { on: 31 * day, sequence: 4 };

describe('A thread', () => {
  it.each<[string, ThreadState, number, object]>([
    ['without a policy is active', state, 1_000 * day, { stage: 'active' }],
    ['is active to the last millisecond', kept, 30 * day - 1, { stage: 'active' }],
    ['is expired from then on, unmarked', kept, 30 * day, { stage: 'expired', on: 30 * day, isMarked: false }],
    ['that a sweep marked stays so when the clock goes back', marked, 0, { stage: 'expired', isMarked: true }],
    ['that is deleted is nothing else any more', { ...marked, deleted }, 0, { stage: 'deleted', ...deleted }],
    ['is moving while its history comes', { ...kept, moving: { since: 0 } }, 0, { stage: 'moving' }],
    ['expires while it is moving', { ...kept, moving: { since: 0 } }, 30 * day, { stage: 'expired' }],
    ['can be deleted while it is moving', { ...state, moving: { since: 0 }, deleted }, 0, { stage: 'deleted' }],
  ])('%s', (_, thread, now, expected) => {
    expect(lifecycleOf(thread, now)).toMatchObject(expected);
  });

  it('is stored until thirty days after its policy, or fifteen minutes after its deletion', () => {
    expect(storedUntil(state)).toBeUndefined();
    expect(storedUntil({ ...state, moving: { since: 0 } })).toBeUndefined();
    expect(storedUntil(kept)).toBe(60 * day);
    expect(storedUntil({ ...marked, deleted })).toBe(31 * day + 15 * 60_000);
  });

  it('has ended for those who want a copy only when it is expired or deleted', () => {
    expect(hasEnded({ ...state, moving: { since: 0 } }, 0)).toBe(false);
    expect(hasEnded(kept, 30 * day)).toBe(true);
    expect(hasEnded({ ...state, deleted }, 0)).toBe(true);
  });
});
