// What live chat says of itself, to be counted and logged: what became of connections, and of notices.
import type { Via } from './presence.js';

export interface ConnectionRecord {
  readonly kind: 'connection';
  readonly what: 'opened' | 'closed' | 'refused';
  readonly via: Via;
  readonly connectionId: string;
  /** Immutable id; undefined of a connection that was none yet. */
  readonly resourceId: string | undefined;
  /** Of who connects; whoever keeps a WebSocket knows nobody by it. */
  readonly rawId?: string;
}

export interface NoticesRecord {
  readonly kind: 'notices';
  readonly outcome: 'delivered' | 'failed' | 'dropped' | 'unread';
  readonly notices: number;
  readonly via?: Via;
  /** Of a stretch of a thread; undefined of what stands in no log. */
  readonly place?: LivePlace;
  readonly recipients?: number;
  readonly connectionId?: string;
}

export interface LivePlace {
  /** Immutable id. */
  readonly resourceId: string;
  readonly threadId?: string;
}

export type LiveRecord = ConnectionRecord | NoticesRecord;
