// What a message may say, and how much.
import { Fault } from '../http/index.js';
import { chatFaults } from './faults.js';
import { maxMessageBytes } from './limits.js';
import type { Attachment, Metadata, SentType } from './model.js';
import { type ImageHome, safeHtml } from './safe-html.js';

/** @throws {Fault} 400 when a message is sent that says nothing at all; edited, one may be emptied */
export function requireSomething({
  content,
  metadata = {},
  attachments = [],
}: {
  readonly content: string;
  readonly metadata?: Metadata | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
}): void {
  if (content.trim() === '' && attachments.length === 0 && Object.keys(metadata).length === 0) {
    throw new Fault(chatFaults.emptyContent, { target: 'content' });
  }
}

/** @throws {Fault} 400 when the message is too large */
export function requireFittingMessage(
  content: string | undefined,
  metadata: Metadata | undefined,
  attachments?: readonly Attachment[],
): void {
  const bytes =
    Buffer.byteLength(content ?? '') +
    (metadata === undefined ? 0 : Buffer.byteLength(JSON.stringify(metadata))) +
    (attachments === undefined ? 0 : Buffer.byteLength(JSON.stringify(attachments)));
  if (bytes > maxMessageBytes) {
    throw new Fault(chatFaults.messageTooLarge);
  }
}

/** The content as it is stored: text as it is, html made safe. */
export async function storedContent(type: SentType, content: string, home: ImageHome): Promise<string> {
  return type === 'html' ? safeHtml(content, home) : content;
}
