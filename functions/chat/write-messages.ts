// Writes a page of messages. What stays in memory as it is was written once, and is put together here.
import type { AnswerBody } from '../../shared/api/index.js';
import { type IdentifiedMessage, keptTextOf } from '../../shared/chat/index.js';
import { writtenAs } from '../../shared/http/index.js';
import type { ChatMessagesPage } from './answers.js';
import { renderMessage } from './wire.js';

export function writeMessages(
  messages: readonly IdentifiedMessage[],
  nextLink: string | undefined,
): AnswerBody<typeof ChatMessagesPage> {
  const value = messages.map(writeMessage).join(',');
  const next = nextLink === undefined ? '' : `,"nextLink":${JSON.stringify(nextLink)}`;
  return writtenAs(`{"value":[${value}]${next}}`);
}

function writeMessage(message: IdentifiedMessage): string {
  const kept = keptTextOf(message) ?? {};
  return (kept.text ??= JSON.stringify(renderMessage(message)));
}
