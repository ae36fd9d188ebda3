// A mail as its recipient sees it whose links are led over us: where it says that its links lead.
import { buffer } from 'node:stream/consumers';
import { mailboxMessages, resourceItems } from '../../shared/email/index.js';
import { readMessage } from '../../shared/email/mailbox/read-message.js';
import type { Columns } from '../../shared/storage/index.js';
import type { ComposedApp } from '../../functions/compose.js';

type App = Pick<ComposedApp, 'storage' | 'defaultResource' | 'dropCaches'>;

export interface TrackedMail {
  readonly html: string;
  readonly text: string;
  /** Address of the first link. */
  readonly link: string;
  /** Address of the picture. */
  readonly picture: string;
}

/** As the owners of all domains set it. */
export async function trackAll(
  { storage, dropCaches }: App,
  userEngagementTracking: 'Enabled' | 'Disabled',
): Promise<void> {
  const table = storage.table(resourceItems);
  for (const row of (await table.scan<Columns>()).rows.filter(({ rowKey }) => rowKey.startsWith('d!'))) {
    const item = JSON.parse(String(row['content'])) as { properties: object };
    const properties = { ...item.properties, userEngagementTracking };
    const { partitionKey, rowKey } = row;
    await table.update({ partitionKey, rowKey, content: JSON.stringify({ ...item, properties }) }, '*', 'merge');
  }
  dropCaches();
}

/** @param id of the mail in the mailbox of the emulator */
export async function readTracked({ storage, defaultResource }: App, id: string): Promise<TrackedMail> {
  const { immutableId } = await defaultResource();
  const blob = await storage.blobs(mailboxMessages).download(`${immutableId}.${id}`);
  const { html = '', text = '' } = await readMessage(blob === undefined ? Buffer.alloc(0) : await buffer(blob.content));
  const [, link = ''] = /<a href="([^"]*)"/.exec(html) ?? [];
  const [, picture = ''] = /<img src="([^"]*)"/.exec(html) ?? [];
  return { html, text, link, picture };
}

/** What stands last in such an address. */
export function tokenIn(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1);
}
