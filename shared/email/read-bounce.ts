// Reads a delivery status notification (RFC 3464): to which mail it belongs, and what it says of each recipient.
import { type SmtpCode, smtpCode } from './smtp/smtp-code.js';

export interface BouncedRecipient {
  /** As the notice names the recipient, the original address first. */
  readonly addresses: readonly string[];
  readonly action: string;
  readonly code: SmtpCode | undefined;
  /** Host name of who has refused it; empty when the notice does not say. */
  readonly server: string;
}

export interface Bounce {
  /** To whom the notice was sent. */
  readonly to: readonly string[];
  readonly recipients: readonly BouncedRecipient[];
}

const addressHeaders = ['delivered-to', 'x-original-to', 'envelope-to', 'to'];
/** A notice about more than a mail can have is none of ours. */
const maxRecipients = 100;

/** @returns undefined when it is no such notice */
export async function readBounce(message: Buffer): Promise<Bounce | undefined> {
  const { default: PostalMime } = await import('postal-mime');
  const { headers, attachments } = await PostalMime.parse(message, {
    forceRfc822Attachments: true,
    attachmentEncoding: 'arraybuffer',
  });
  const status = attachments.find(({ mimeType }) => mimeType.toLowerCase() === 'message/delivery-status');
  if (status === undefined) {
    return undefined;
  }
  const [, ...groups] = groupsOf(Buffer.from(status.content as ArrayBuffer).toString('latin1'));
  const to = addressHeaders.flatMap((name) =>
    headers.filter(({ key }) => key === name).flatMap(({ value }) => [...value.matchAll(/[^\s<>,;"]+@[^\s<>,;"]+/g)]),
  );
  return { to: to.map(([address]) => address), recipients: groups.slice(0, maxRecipients).map(recipientOf) };
}

/** Groups of fields are set apart by empty lines; the first is about the message. */
function groupsOf(text: string): ReadonlyMap<string, string>[] {
  const unfolded = text.replaceAll(/\r?\n[ \t]+/g, ' ');
  return unfolded
    .split(/\r?\n(?:[ \t]*\r?\n)+/)
    .map((group) => {
      const fields = [...group.matchAll(/^([\w-]+)[ \t]*:[ \t]*(.*?)[ \t]*\r?$/gm)];
      return new Map(fields.map(([, name = '', value = '']) => [name.toLowerCase(), value]));
    })
    .filter((group) => group.size > 0);
}

function recipientOf(fields: ReadonlyMap<string, string>): BouncedRecipient {
  const addresses = ['original-recipient', 'final-recipient'].flatMap((name) => {
    const [, address] = /^(?:rfc822|utf-8)\s*;\s*<?([^\s<>]+@[^\s<>]+?)>?$/i.exec(fields.get(name) ?? '') ?? [];
    return address === undefined ? [] : [address];
  });
  const [, diagnosis] = /^smtp\s*;\s*(.*)$/i.exec(fields.get('diagnostic-code') ?? '') ?? [];
  const [enhanced] = /\d\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '') ?? [];
  const said = smtpCode(undefined, diagnosis);
  // Who names no reply says at least whether it is for good.
  const reply = said?.reply ?? (enhanced === undefined ? undefined : Number(enhanced[0]) * 100 + 50);
  const code = enhanced ?? said?.enhanced;
  return {
    addresses,
    action: (fields.get('action') ?? '').toLowerCase(),
    server: /^dns\s*;\s*([a-z0-9.-]{1,253})$/i.exec(fields.get('remote-mta') ?? '')?.[1]?.toLowerCase() ?? '',
    code: reply === undefined ? undefined : { reply, ...(code !== undefined && { enhanced: code }) },
  };
}
