// A process of its own that reads and writes a thread until it remembers it, and then looks through its own heap. What it
// looks for it never has as a text: it gets the bytes, each one higher.
import { getHeapSnapshot, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ComposedApp } from '../../functions/compose.js';
import { callApp, composeOn, type TestUser } from '../app/call-app.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export interface ReadingOrder {
  readonly connectionString: string;
  readonly reader: TestUser;
  readonly chatThreadId: string;
  /** Another one: whoever asks for it hears of deletions. */
  readonly otherId: string;
  readonly mark: readonly number[];
}

export type Wish = 'use' | 'hear' | 'look';

let app: ComposedApp | undefined;
let order: ReadingOrder | undefined;

process.on('message', (message: ReadingOrder | Wish) => {
  void carryOut(message).then((found) => process.send?.(found));
});
process.on('disconnect', () => process.exit(0));

async function carryOut(message: ReadingOrder | Wish): Promise<boolean> {
  if (typeof message === 'object') {
    order = message;
    app = await composeOn(message.connectionString);
    return false;
  }
  if (app === undefined || order === undefined) {
    throw new Error('It does not know yet what to read.');
  }
  if (message === 'use') {
    await use(app, order);
    return false;
  }
  if (message === 'hear') {
    for (let times = 0; times < 4; times++) {
      await callApp(app, 'chat-list-messages', { user: order.reader, params: { chatThreadId: order.otherId } });
    }
    return false;
  }
  for (let times = 0; times < 3; times++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return holds(Buffer.from(order.mark.map((byte) => byte - 1)));
}

async function use(reading: ComposedApp, { reader, chatThreadId }: ReadingOrder): Promise<void> {
  const params = { chatThreadId };
  for (let times = 0; times < 4; times++) {
    await callApp(reading, 'chat-list-messages', { user: reader, params });
  }
  await callApp(reading, 'chat-send-message', { user: reader, params, body: { content: 'I am here' } });
  // Texts that were matched last stay in the heap until others are.
  /a(b)c/.exec('abc');
}

/** Texts only: of a buffer the snapshot has no bytes. */
async function holds(mark: Buffer): Promise<boolean> {
  let tail = Buffer.alloc(0);
  let isFound = false;
  for await (const chunk of getHeapSnapshot()) {
    const bytes = Buffer.concat([tail, chunk as Buffer]);
    isFound ||= bytes.includes(mark);
    tail = bytes.subarray(Math.max(0, bytes.length - mark.length));
  }
  return isFound;
}
