export { addParticipants } from './add-participants.js';
export { deleteMessage, editMessage } from './amend-message.js';
export { chatEventTypes } from './event-types.js';
export { ExpiredIndex } from './expired-index.js';
export { type ExpiredThread, listExpiredThreads, restoreThread } from './expired-threads.js';
export { createThread } from './create-thread.js';
export { deleteThread } from './delete-thread.js';
export { deleteImage, uploadImage, viewImage } from './images.js';
export { IndexChecks } from './index-checks.js';
export type { InvalidParticipant, Invitation } from './invite.js';
export * as chatLimits from './limits.js';
export { listMessages } from './list-messages.js';
export { rememberedChatColumns, threadColumns } from './log-entry.js';
export {
  type IdentifiedMessage,
  type Member,
  type NamedParticipant,
  placeOf,
  type RetentionPolicy,
  type ThreadState,
} from './model.js';
export { fromPlace, isPlace, toPlace } from './page-of-people.js';
export type { ChatParts } from './parts.js';
export { peopleInEntry, peopleInState } from './people-of-thread.js';
export { chatExpiredThreads, chatImages, chatThreads, chatUserIndex } from './personal-data.js';
export { chatRateLimits } from './rate-limits.js';
export { chatMemory } from './memory-personal-data.js';
export { getMessage } from './read-messages.js';
export { listReadReceipts, type ReadReceipt, sendReadReceipt } from './read-receipts.js';
export { getThread, type ListedThread, listParticipants, listThreads } from './read-threads.js';
export { liveThreads } from './live-thread.js';
export { tellLive, tellsNobody } from './tell-live.js';
export { removeParticipant } from './remove-participant.js';
export { sendMessage } from './send-message.js';
export { sendTypingNotice } from './send-typing-notice.js';
export { keptTextOf } from './show-message.js';
export { tellsNothing, tellThread } from './tell-thread.js';
export { threadEvents } from './thread-events.js';
export { looksLikeThreadId, threadIdOf } from './thread-id.js';
export { updateThread } from './update-thread.js';
export { UserIndex } from './user-index.js';
