// What has happened in one call, as whoever carries the media reports it.
import type { Tone } from './media-orders.js';

/** What has happened in one call. Told again, it changes nothing. */
export type MediaEvent =
  | { readonly is: 'ringing'; readonly who: string }
  | { readonly is: 'joined'; readonly who: string }
  | { readonly is: 'declined' | 'busy' | 'unavailable' | 'unanswered'; readonly who: string }
  | { readonly is: 'left'; readonly who: string }
  | { readonly is: 'transfer-accepted' | 'transferred' | 'transfer-failed'; readonly task: string }
  | { readonly is: 'tone'; readonly who: string; readonly tone: Tone }
  | { readonly is: 'speech'; readonly who: string; readonly text: string; readonly confidence?: number }
  | { readonly is: 'play-started' | 'play-ended'; readonly task: string }
  | { readonly is: 'play-failed'; readonly task: string; readonly reason?: string }
  | { readonly is: 'recognised'; readonly task: string; readonly result: Recognised }
  | { readonly is: 'not-recognised'; readonly task: string; readonly reason: NotRecognised; readonly prompt?: number }
  | { readonly is: 'tones-sent' | 'tones-failed'; readonly task: string }
  /** `isAgain`: its connection was interrupted. */
  | { readonly is: 'stream-started'; readonly stream: string; readonly isAgain?: boolean }
  | { readonly is: 'stream-stopped'; readonly stream: string }
  | { readonly is: 'stream-failed'; readonly stream: string; readonly details: StreamFailure }
  /** An application has come into a call that was there. */
  | { readonly is: 'connected'; readonly connection: string }
  /** It is there still; tells that it has not been lost. */
  | { readonly is: 'alive' }
  /** Nobody is there any more, or the media plane has lost it. */
  | { readonly is: 'ended'; readonly isLost?: boolean };

export type Recognised =
  | { readonly kind: 'tones'; readonly tones: readonly Tone[]; readonly ended: 'stop-tone' | 'max-tones' | 'silence' }
  | { readonly kind: 'choice'; readonly label: string; readonly phrase?: string; readonly confidence?: number }
  | { readonly kind: 'speech'; readonly text: string; readonly confidence?: number };

export type NotRecognised = 'initial-silence' | 'tone-silence' | 'not-matched' | 'prompt-failed' | 'failed';

export type StreamFailure =
  | 'initialWebSocketConnectionFailed'
  | 'streamConnectionInterrupted'
  | 'streamConnectionUnsuccessful'
  | 'authenticationFailure'
  | 'forbidden'
  | 'serviceShutdown'
  | 'serviceTimeout'
  | 'tooManyRequests'
  | 'unspecifiedError';

/** Product ms. What was foreseen for a task, somebody or something that is gone by then does not happen. */
export interface TimedMediaEvent {
  readonly at: number;
  readonly event: MediaEvent;
}
