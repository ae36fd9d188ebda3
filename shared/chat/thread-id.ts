// Thread ids: `19:{key}{time}@thread.v2`. The key (36 characters, a keyed hash or random) is the thread's partition,
// the time (8 characters) is its creation; message ids follow from the time, so neither needs a look-up.

/** 27 bytes make 36 base64url characters without padding. */
export const threadKeyBytes = 27;
const timeBytes = 6;

const form = /^19:([\w-]{36})([\w-]{8})@thread\.v2$/;

export interface ThreadId {
  /** Partition of the thread in storage. */
  readonly key: string;
  /** Product time of the creation, ms. */
  readonly createdOn: number;
}

/** undefined when the text is not the id of a thread made here. */
export function parseThreadId(text: string): ThreadId | undefined {
  const [, key, time] = form.exec(text) ?? [];
  if (key === undefined || time === undefined) {
    return undefined;
  }
  const createdOn = Buffer.from(time, 'base64url').readUIntBE(0, timeBytes);
  return { key, createdOn };
}

export function formatThreadId({ key, createdOn }: ThreadId): string {
  const time = Buffer.alloc(timeBytes);
  time.writeUIntBE(createdOn, 0, timeBytes);
  return `19:${key}${time.toString('base64url')}@thread.v2`;
}

/** Numeric and increasing like the service's; its number in the thread follows from it. */
export function formatMessageId(thread: ThreadId, sequence: number): string {
  return String(thread.createdOn + sequence);
}

/** The sequence number; undefined when the text is no id of a message of this thread. */
export function parseMessageId(thread: ThreadId, text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) {
    return undefined;
  }
  const sequence = Number(text) - thread.createdOn;
  return sequence >= 1 && sequence < 9_999_999_999 ? sequence : undefined;
}
