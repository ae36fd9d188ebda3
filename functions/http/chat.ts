// The chat service on the wire. Contract: chat 2025-03-15 (SDK @azure/communication-chat).
import type { ChatParts } from '../../shared/chat/index.js';
import type { AuditTrail } from '../../shared/privacy/index.js';
import type { ResourceDirectory } from '../../shared/resources/index.js';
import { chatImageOperations } from './chat-images.js';
import { chatMessageOperations } from './chat-messages.js';
import { chatRetentionOperations } from './chat-retention.js';
import { chatThreadOperations } from './chat-threads.js';

export function chatOperations(chat: ChatParts, resources: ResourceDirectory, audit: AuditTrail) {
  return [
    ...chatThreadOperations(chat),
    ...chatMessageOperations(chat),
    ...chatImageOperations(chat),
    ...chatRetentionOperations(chat, resources, audit),
  ];
}
