// How a storage queue message reaches the library: its text, and what the host says about it.
import type { DequeuedMessageItem } from '@azure/storage-queue';
import type { TypedData } from './functions-core-contract.js';

export type MessageFacts = Pick<
  DequeuedMessageItem,
  'messageId' | 'dequeueCount' | 'insertedOn' | 'expiresOn' | 'nextVisibleOn' | 'popReceipt'
>;

/** @throws when the text is not what the encoding promises */
export function decodeMessageText(text: string, encoding: 'base64' | 'none'): string {
  if (encoding === 'none') {
    return text;
  }
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new TypeError('A queue message is not base64. Send it as host.json says under messageEncoding.');
  }
  return Buffer.from(text, 'base64').toString('utf8');
}

/** The library makes the names camelCase. */
export function messageMetadata(message: MessageFacts): Record<string, TypedData> {
  const facts = {
    Id: message.messageId,
    DequeueCount: message.dequeueCount,
    InsertionTime: message.insertedOn,
    ExpirationTime: message.expiresOn,
    NextVisibleTime: message.nextVisibleOn,
    PopReceipt: message.popReceipt,
  };
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, { json: JSON.stringify(value) }]));
}
