// Reads a message: what a person would see of it, what its headers say, and what hangs on it. Nothing is fetched.
import type { Email } from 'postal-mime';

export interface ReadMessage {
  readonly subject: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly {
    readonly name: string;
    readonly contentType: string;
    readonly contentId?: string;
    readonly contentInBase64: string;
  }[];
}

/** Loaded with the first message. */
async function parse(message: Buffer): Promise<Email> {
  const { default: PostalMime } = await import('postal-mime');
  return PostalMime.parse(message, { attachmentEncoding: 'arraybuffer' });
}

export async function readMessage(message: Buffer): Promise<ReadMessage> {
  const { subject = '', headers, text, html, attachments } = await parse(message);
  return {
    subject,
    headers: headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    text,
    html,
    attachments: attachments.map(({ filename, mimeType, contentId, content }) => ({
      name: filename ?? '',
      contentType: mimeType,
      ...(contentId !== undefined && { contentId: contentId.replaceAll(/^<|>$/g, '') }),
      contentInBase64: Buffer.from(content as ArrayBuffer).toString('base64'),
    })),
  };
}

/** Of its headers alone, which end with the first empty line. */
export async function subjectOf(message: Buffer): Promise<string> {
  const end = message.indexOf('\r\n\r\n');
  return (await parse(message.subarray(0, end < 0 ? undefined : end + 4))).subject ?? '';
}
