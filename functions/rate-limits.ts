// Every budget of calls that there is; a service's table that is not listed here cannot be used.
import type { Budget } from '../shared/api/index.js';
import { chatRateLimits } from '../shared/chat/index.js';
import { identityRateLimits } from '../shared/identity/index.js';

export const budgets: readonly Budget[] = [chatRateLimits, identityRateLimits].flatMap((table) => Object.values(table));
