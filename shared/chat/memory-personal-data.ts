// What a process keeps of threads in its memory: for the data map, since it is a copy of what people wrote.
import { type DataStore, dataStore, type PersonalIdentifier } from '../data-map/index.js';
import type { Log } from '../storage/index.js';
import type { ThreadState } from './model.js';

export interface ChatMemoryParts {
  readonly threads: Pick<Log<ThreadState>, 'forgetPerson'>;
  /** Stands for somebody in announcements; undefined for who is in no thread. */
  subjectOf(identifier: PersonalIdentifier): string | undefined;
}

/**
 * Not counted and not exported: all of it is in `chatthreads`, and what is found there is the whole. The walk of an erasure
 * reaches one process; the others have heard of the burial a minute before it begins.
 */
export const chatMemory: DataStore<ChatMemoryParts> = dataStore<ChatMemoryParts>({
  name: 'chatmemory',
  area: 'chat',
  rank: 'copies',
  medium: 'outside',
  liesIn: 'the memory of each process of the function app',
  holds:
    'States and newest messages of chat threads that are read often, in a bounded number of bytes; of those that are ' +
    'written to, the state and who sent the newest messages',
  personalData: ['identity ids', 'display names', 'topic', 'message content', 'metadata'],
  keptFor:
    'ten minutes after it was read last, and a minute after it was written to last. What names a deleted identity goes ' +
    'within two seconds of the deletion in a process that is asked anything; of a thread that others write to meanwhile the ' +
    'state stays until the erasure has changed it in `chatthreads`',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async (identifier, { opened }) => {
    const subject = opened.subjectOf(identifier);
    if (subject !== undefined) {
      opened.threads.forgetPerson(subject);
    }
    return { erased: 0 };
  },
  lateWrites:
    'No message of somebody who is known to be deleted is taken in, and a process hears of it within two seconds when it ' +
    'is asked anything',
  eraseResource:
    'What is remembered of a thread answers nothing any more when the thread is closed, and goes within ten minutes',
  expired: 'Each process drops what nobody has read for ten minutes, or written to for one',
});
