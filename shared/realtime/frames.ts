// Frames of Socket.IO 0.9 as the client of live chat speaks them: `type:[id][+]:[endpoint][:data]`, the endpoint always
// empty. Several in one body each have their length in front, in UTF-16 code units, between two U+FFFD.

export interface Frame {
  /** `0` disconnect, `1` connect, `2` heartbeat, `3` request or result, `5` event, `6` acknowledgement, `8` nothing. */
  readonly type: number;
  /** Undefined when it has none. */
  readonly id: string | undefined;
  /** It is to be acknowledged, whatever becomes of it. */
  readonly wantsAck: boolean;
  /** Empty when there is none. */
  readonly data: string;
}

const mark = '\uFFFD';
const form = /^(\d):(\d{0,15})(\+?):([^:]*)(?::([\s\S]*))?$/;

/** The first frame that a client gets. */
export const connectFrame = '1::';
/** Says nothing, and keeps a poll from being taken for dead. */
export const noopFrame = '8::';

/** What is no frame is left out. */
export function parseFrames(text: string): Frame[] {
  return split(text).flatMap((each) => parseFrame(each) ?? []);
}

/** One body of several frames. */
export function joinFrames(frames: readonly string[]): string {
  const [only] = frames;
  return frames.length === 1 && only !== undefined
    ? only
    : frames.map((frame) => `${mark}${frame.length}${mark}${frame}`).join('');
}

export function eventFrame(name: string, ...args: readonly unknown[]): string {
  return `5:::${JSON.stringify(args.length === 0 ? { name } : { name, args })}`;
}

export function ackFrame(id: string): string {
  return `6:::${id}+[]`;
}

export interface Notification {
  /** Comes back with the result. */
  readonly id: number;
  readonly url: string;
  /** JSON. */
  readonly body: string;
}

/** A client finds out by the body alone what it is about. */
export function notificationFrame({ id, url, body }: Notification): string {
  return `3:::${JSON.stringify({ id, method: 'POST', url, headers: {}, body })}`;
}

function parseFrame(text: string): Frame | undefined {
  const found = form.exec(text);
  if (found === null) {
    return undefined;
  }
  const [, type, id, plus, , data = ''] = found;
  return { type: Number(type), id: id === '' ? undefined : id, wantsAck: plus === '+', data };
}

function split(text: string): string[] {
  if (!text.startsWith(mark)) {
    return [text];
  }
  const frames: string[] = [];
  for (let at = 0; text[at] === mark; ) {
    const end = text.indexOf(mark, at + 1);
    const length = Number(text.slice(at + 1, end));
    if (end < 0 || !Number.isInteger(length) || length < 0) {
      break;
    }
    frames.push(text.slice(end + 1, end + 1 + length));
    at = end + 1 + length;
  }
  return frames;
}
