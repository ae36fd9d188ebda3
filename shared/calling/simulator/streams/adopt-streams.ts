// After a start: whoever served the streams of calls that go on is gone. Those that were on, or were to begin, are made again;
// those that were to end have ended.
import type { Call, CallTask } from '../../model.js';
import { startStream, startTranscript } from '../../stream-orders.js';
import type { SimulatedStreams } from './simulated-streams.js';

export async function adoptStreams(
  calls: AsyncIterable<Call>,
  streams: Pick<SimulatedStreams, 'start' | 'stop' | 'has'>,
): Promise<void> {
  for await (const call of calls) {
    for (const { id, state, streaming, transcription } of call.isOver ? [] : call.connections) {
      if (state !== 'connecting') {
        await adopt(call, streams, streaming, streaming && startStream(id, streaming));
        await adopt(call, streams, transcription, transcription && startTranscript(id, transcription));
      }
    }
  }
}

async function adopt(
  call: Call,
  streams: Pick<SimulatedStreams, 'start' | 'stop' | 'has'>,
  subscription: { readonly id: string; readonly state: 'active' | 'inactive' } | undefined,
  order: ReturnType<typeof startStream | typeof startTranscript> | undefined,
): Promise<void> {
  if (subscription === undefined || order === undefined || streams.has(subscription.id)) {
    return;
  }
  const isAsked = (...kinds: readonly CallTask['kind'][]) =>
    call.tasks.some(({ kind, stream }) => stream === subscription.id && kinds.includes(kind));
  if (isAsked('stop-stream', 'stop-transcript')) {
    await streams.stop(call, subscription.id);
  } else if (subscription.state === 'active' || isAsked('start-stream', 'start-transcript')) {
    await streams.start(call, order, subscription.state === 'active');
  }
}
