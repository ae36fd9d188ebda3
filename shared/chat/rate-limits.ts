// How often each operation of chat may be called. Source: ACS "Service limits", chat, "Rate limits" (rate per resource:
// MicrosoftDocs/azure-docs pull request 127090). One entry is one row there: its operations share the budget.
import {
  both,
  param,
  perResource,
  perUser,
  type Rate,
  rateLimits,
  user,
  type WindowName,
} from '../api/limits/index.js';

const thread = param('chatThreadId', 'thread');
const userAndThread = both(user, thread);
const perThread = (count: number, window: WindowName): Rate => ({ per: thread, count, window });
const perUserAndThread = (count: number, window: WindowName): Rate => ({ per: userAndThread, count, window });

export const chatRateLimits = rateLimits(
  'chat',
  {
    createThread: [perUser(10, '10s'), perResource(3_000, '1m')],
    deleteThread: [perUser(10, '10s')],
    updateThread: [perThread(5, '10s')],
    /** Get a thread, list threads. */
    readThreads: [perUser(50, '10s')],
    /** Add participants, remove a participant. */
    changeParticipants: [perThread(10, '10s'), perThread(30, '1m')],
    listParticipants: [perUserAndThread(10, '10s'), perThread(250, '10s')],
    /** Send, update, delete a message. */
    changeMessages: [perThread(10, '10s'), perThread(30, '1m')],
    getMessage: [perUserAndThread(50, '10s'), perThread(250, '10s')],
    listMessages: [
      perUserAndThread(50, '10s'),
      perUserAndThread(200, '1m'),
      perThread(250, '10s'),
      perThread(400, '1m'),
    ],
    sendReceipt: [perUserAndThread(10, '10s'), perUserAndThread(30, '1m')],
    listReceipts: [perUserAndThread(5, '10s'), perThread(100, '10s')],
    sendTyping: [perUserAndThread(5, '10s'), perUserAndThread(15, '1m'), perThread(10, '10s'), perThread(30, '1m')],
  },
  [user],
);
