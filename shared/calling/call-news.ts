// What somebody who follows a call is told: whoever records it. Kept in the document of the call until it was taken.

export interface CallNews {
  /** The same each time it is told. */
  readonly id: string;
  readonly is: 'joined' | 'left' | 'held' | 'resumed' | 'ended';
  /** Raw id; absent when the call has ended. */
  readonly who?: string;
  /** Product ms. */
  readonly at: number;
  /** Of the call as it was then: who was in it. */
  readonly participants: readonly string[];
}

/** A call as a follower sees it. */
export interface FollowedCall {
  readonly key: string;
  readonly resourceId: string;
  readonly serverCallId: string;
  readonly correlationId: string;
  /** Ids that `Calls.follow` was asked with. */
  readonly followers: readonly string[];
}

export interface CallFollower {
  /**
   * Told in order, at least once, behind the step in which it happened; so it must be idempotent.
   *
   * @throws when it is to be told again
   */
  tell(call: FollowedCall, news: readonly CallNews[]): Promise<void>;
}
