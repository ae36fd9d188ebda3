// What a message may say: its limits, and html without anything that could run or load on a reader's machine.
import { Fault } from '../http/index.js';
import { chatFaults } from './faults.js';
import { maxMessageBytes } from './limits.js';
import type { Attachment, Metadata, SentType } from './model.js';

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

/** The content as it is stored: text as it is, html sanitised. */
export async function storedContent(type: SentType, content: string): Promise<string> {
  return type === 'html' ? sanitise(content) : content;
}

/** Loaded when the first html message comes: most threads never see one. */
async function sanitise(html: string): Promise<string> {
  const { default: sanitizeHtml } = await import('sanitize-html');
  return sanitizeHtml(html, {
    allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'del', 'ins'],
    allowedAttributes: {
      a: ['href', 'name', 'title', 'target', 'rel'],
      img: ['src', 'alt', 'title', 'width', 'height', 'id', 'itemscope', 'itemtype', 'data-*'],
      '*': ['dir', 'lang'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https', 'data'] },
    disallowedTagsMode: 'discard',
    transformTags: { a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer' }) },
  });
}
