// The streams of the simulator, by real time and through the guard of what leaves.
import { setTimeout as wait } from 'node:timers/promises';
import { type CallingSettings, SimulatedStreams, streamFrameMs } from '../../shared/calling/index.js';
import type { Outgoing } from '../../shared/outgoing/index.js';
import type { Foundation } from '../foundation.js';
import { mediaToken } from './media-token.js';

export function openStreams(
  foundation: Foundation,
  { issuer, plays }: CallingSettings,
  outgoing: Pick<Outgoing, 'socketOptions'>,
  report: ConstructorParameters<typeof SimulatedStreams>[0]['report'],
): SimulatedStreams {
  const { clock, options } = foundation;
  return new SimulatedStreams({
    clock,
    isTimed: plays === 'timed',
    report,
    socketOptions: (url) => outgoing.socketOptions(url),
    tokenFor: (resourceId) => mediaToken(foundation, issuer, resourceId),
    reportFailure: (failure) => options.reportFailure('calls', '', failure),
    wait: (ms) => wait(ms, undefined, { ref: false }),
    repeat: (act) => {
      const timer = setInterval(act, streamFrameMs);
      timer.unref();
      return () => clearInterval(timer);
    },
  });
}
