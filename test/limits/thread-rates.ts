// Rates by thread, as chat has them, for tests of the limiter itself.
import { both, param, type Rate, user, type WindowName } from '../../shared/api/limits/index.js';

export const thread = param('chatThreadId', 'thread');
export const perThread = (count: number, window: WindowName): Rate => ({ per: thread, count, window });
export const perUserAndThread = (count: number, window: WindowName): Rate => ({
  per: both(user, thread),
  count,
  window,
});
