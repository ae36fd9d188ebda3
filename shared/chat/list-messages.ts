// Listing messages, newest first: each where its newest change stands in the log, an edited or deleted one too. A page is
// filled with what the reader sees; places that were overtaken, and what is internal, are passed over.
import type { LogEntry } from '../storage/index.js';
import { isMember, newestReadable, oldestReadable, onReadThread, requireReader } from './access.js';
import { type FilledPage, fillPage } from './fill-page.js';
import type { IdentifiedMessage } from './model.js';
import { type ChatParts, onThread, requireThread, type ThreadAccess } from './parts.js';
import { showing } from './show-message.js';
import type { AskedThread } from './thread-id.js';

export interface MessagesAsked {
  /** 1-200 */
  readonly limit: number;
  /** Only messages created at or after this, product ms. */
  readonly from?: number | undefined;
  /** Only what stands before this number. */
  readonly before?: number | undefined;
  /** The newest number when the walk began; a link of an earlier build does not say it. */
  readonly head?: number | undefined;
}

export interface MessagePage {
  /** Newest first. */
  readonly messages: readonly IdentifiedMessage[];
  /** Where the next page begins, and the head of the walk; undefined on the last. */
  readonly next?: { readonly before: number; readonly head: number };
}

export async function listMessages(parts: ChatParts, access: ThreadAccess, asked: MessagesAsked): Promise<MessagePage> {
  const thread = requireThread(access);
  const read = (before: number | undefined) =>
    parts.threads.view(thread.key, {
      limit: asked.limit,
      before,
      isFor: (state) => isMember(state, thread, access),
    });
  let view = await onReadThread(parts, thread, access, () => read(asked.before));
  const reader = await requireReader(parts, view.state, thread, access);
  const newest = newestReadable(reader) ?? Number.POSITIVE_INFINITY;
  if ((view.entries[0]?.sequence ?? 0) > newest) {
    // A former member: what came after is not theirs, so the page begins where their history ends.
    view = await onThread(() => read(newest + 1));
  }
  const head = Math.min(newest, asked.before === undefined ? newestOf(view.entries) : (asked.head ?? 0));
  const from = Math.max(asked.from ?? 0, oldestReadable(reader));
  const filled = await onThread(() =>
    fillPage(view, { limit: asked.limit, from, head, show: showing(parts, view.state, reader) }),
  );
  const { before } = filled;
  const isKnown = filled.messages.every((message) => isAsOf(message, view.asOf));
  const messages = isKnown ? filled.messages : await shownAfresh(parts, thread, access, filled);
  return before === undefined ? { messages } : { messages, next: { before, head } };
}

/** Whether the state of a number tells who may see what a message says. */
function isAsOf(message: IdentifiedMessage, asOf: number): boolean {
  return !('amended' in message) || (message.amended ?? 0) <= asOf;
}

/** As a page is seen by the state after all of it was read: its reader may have been removed before somebody wrote that. */
async function shownAfresh(
  parts: ChatParts,
  thread: AskedThread,
  access: ThreadAccess,
  { entries }: FilledPage,
): Promise<readonly IdentifiedMessage[]> {
  const state = await onThread(() => parts.threads.state(thread.key, 0));
  const show = showing(parts, state, await requireReader(parts, state, thread, access));
  return entries.flatMap((entry) => show(entry) ?? []);
}

function newestOf(entries: readonly LogEntry[]): number {
  return entries[0]?.sequence ?? 0;
}
