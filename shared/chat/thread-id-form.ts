// The form of the ids that threads get here: `19:{key}{time}@thread.v2`. The key (36 characters, a keyed hash or random)
// is the thread's partition, the time (8 characters) its creation. Ids that were made elsewhere can look the same and mean
// nothing by it, so only thread-id.ts and message-id.ts may take one apart.

/** 27 bytes make 36 base64url characters without padding. */
export const threadKeyBytes = 27;
const timeBytes = 6;

const form = /^19:([\w-]{36})([\w-]{8})@thread\.v2$/;

interface FormedThreadId {
  /** Partition of the thread in storage. */
  readonly key: string;
  /** Product time of the creation, ms. */
  readonly createdOn: number;
}

/** undefined when the text has another form. */
export function parseThreadId(text: string): FormedThreadId | undefined {
  const [, key, time] = form.exec(text) ?? [];
  if (key === undefined || time === undefined) {
    return undefined;
  }
  const createdOn = Buffer.from(time, 'base64url').readUIntBE(0, timeBytes);
  return { key, createdOn };
}

/** Whether it has the form of a thread's id, made here or elsewhere; it need not be that of any thread. */
export function looksLikeThreadId(text: unknown): text is string {
  return typeof text === 'string' && /^19:[\w-]{20,80}@thread\.v2$/.test(text);
}

export function formatThreadId({ key, createdOn }: FormedThreadId): string {
  const time = Buffer.alloc(timeBytes);
  time.writeUIntBE(createdOn, 0, timeBytes);
  return `19:${key}${time.toString('base64url')}@thread.v2`;
}
