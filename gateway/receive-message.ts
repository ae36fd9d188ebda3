// Takes the data of one message off the wire, whole or not at all. A line ends in CRLF and nothing else: what other servers
// take for the end of a message would come in as two (SMTP smuggling).
import { BlockStore } from './block-store.js';
import type { ByteBudget } from './byte-budget.js';
import { laterRefusal, SmtpRefusal } from './smtp-refusal.js';

/** As smtp-server hands it over. */
export interface IncomingData extends AsyncIterable<Buffer> {
  /** More came than `size` allows; it becomes true on the way. */
  readonly sizeExceeded: boolean;
}

const [lf, cr] = [0x0a, 0x0d];

export interface ReceiveParts {
  readonly budget: ByteBudget;
  readonly maxBytes: number;
}

/**
 * Works on a message, which counts as held until that is done.
 *
 * @throws {SmtpRefusal} 552 when it is too large, 452 when there is too much at once, 554 for lines that end otherwise
 */
export async function withMessage<Result>(
  { budget, maxBytes }: ReceiveParts,
  stream: IncomingData,
  work: (message: Buffer) => Promise<Result>,
): Promise<Result> {
  const blocks = new BlockStore();
  let held = 0;
  let refusal: SmtpRefusal | undefined;
  const letGo = (): void => {
    budget.giveBack(held);
    held = 0;
    blocks.clear();
  };
  const add = (chunk: Buffer): void => {
    if (refusal === undefined && (stream.sizeExceeded || held + chunk.length > maxBytes)) {
      refusal = tooLarge(maxBytes);
    } else if (refusal === undefined && !budget.take(chunk.length)) {
      refusal = new SmtpRefusal(452, '4.3.1', 'Too much is coming in at once. Send it again a little later.');
    }
    if (refusal === undefined) {
      held += chunk.length;
      blocks.add(chunk);
    } else {
      letGo();
    }
  };
  try {
    await readToEnd(stream, add);
    if (refusal !== undefined) {
      throw refusal;
    }
    const message = blocks.takeAll();
    if (hasBareLineEnd(message)) {
      throw new SmtpRefusal(554, '5.6.11', 'A line ends in a bare CR or LF. Each has to end in CR LF.');
    }
    return await work(message);
  } finally {
    letGo();
  }
}

/** To the end also when it is refused: the client hears nothing before. */
async function readToEnd(stream: IncomingData, add: (chunk: Buffer) => void): Promise<void> {
  try {
    for await (const chunk of stream) {
      add(chunk);
    }
  } catch {
    // The client has gone, and nobody hears this.
    throw laterRefusal();
  }
}

function tooLarge(maxBytes: number): SmtpRefusal {
  return new SmtpRefusal(552, '5.3.4', `The message has more than ${maxBytes} bytes.`);
}

function hasBareLineEnd(message: Buffer): boolean {
  for (let at = message.indexOf(lf); at >= 0; at = message.indexOf(lf, at + 1)) {
    if (message[at - 1] !== cr) {
      return true;
    }
  }
  for (let at = message.indexOf(cr); at >= 0; at = message.indexOf(cr, at + 1)) {
    if (message[at + 1] !== lf) {
      return true;
    }
  }
  return false;
}
