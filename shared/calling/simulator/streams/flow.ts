// What flows over one connection to an application, whatever it is: sound.ts and written-words.ts are the two kinds.
import type { MediaEvent } from '../../media-events.js';
import type { Call } from '../../model.js';

export interface Flow {
  /** What each connection begins with. */
  first(): string;
  /** What is to be sent by now, monotonic ms; what was not asked for is asked for again. Each is sent whole. */
  due(now: number): Iterable<readonly string[]>;
  /** What has happened in the call, as the call is then. */
  tell(call: Call, event: MediaEvent, now: number): void;
  /** @returns whether the message of the application was understood */
  take(message: string, now: number): boolean;
  /** Nothing more is to be read until it is less. */
  readonly isFull: boolean;
}

/** Who is there, applications aside. */
export function peopleOf({ participants }: Pick<Call, 'participants'>): readonly string[] {
  return participants.filter(({ state, isApplication }) => state === 'in' && !isApplication).map(({ rawId }) => rawId);
}

/** Others hear them. */
export function isHeard({ participants }: Pick<Call, 'participants'>, who: string): boolean {
  return participants.some(
    ({ rawId, state, isMuted, isOnHold }) => rawId === who && state === 'in' && !isMuted && !isOnHold,
  );
}

/** They hear others. */
export function hearers({ participants }: Pick<Call, 'participants'>): readonly string[] {
  return participants
    .filter(({ state, isApplication, isOnHold }) => state === 'in' && !isApplication && !isOnHold)
    .map(({ rawId }) => rawId);
}
