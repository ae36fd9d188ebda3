// What the media plane is told of a stream: where it goes, and as what.
import type { MediaOrder } from './media-orders.js';
import type { StreamSubscription, TranscriptSubscription } from './model.js';

type Order<Do extends MediaOrder['do']> = Extract<MediaOrder, { readonly do: Do }>;

export function startStream(connection: string, subscription: StreamSubscription): Order<'start-stream'> {
  const { id: stream, state: _, ...order } = subscription;
  return { do: 'start-stream', connection, stream, ...order };
}

export function startTranscript(connection: string, subscription: TranscriptSubscription): Order<'start-transcript'> {
  const { id: stream, state: _, ...order } = subscription;
  return { do: 'start-transcript', connection, stream, ...order };
}
