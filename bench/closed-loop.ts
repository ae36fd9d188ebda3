// A closed loop: each sender sends its next operation when the one before is answered.
import { medianOf } from './statistics.js';

export interface LoopOptions {
  readonly senders: number;
  /** Nothing is started after this time. */
  readonly milliseconds: number;
  /** Nothing is started after this many operations, so that no partition grows too long. */
  readonly maxOperations: number;
  /**
   * @param number of the operation, counted from 0 over all senders
   * @param sender counted from 0
   */
  send(number: number, sender: number): Promise<void>;
}

export interface LoopResult {
  readonly operations: number;
  readonly seconds: number;
  /** Median time of one operation, milliseconds. */
  readonly p50Ms: number;
}

export async function closedLoop({ senders, milliseconds, maxOperations, send }: LoopOptions): Promise<LoopResult> {
  const latencies: number[] = [];
  let started = 0;
  const began = performance.now();
  const end = began + milliseconds;
  const work = async (sender: number): Promise<void> => {
    for (let now = performance.now(); now < end && started < maxOperations; ) {
      await send(started++, sender);
      const after = performance.now();
      latencies.push(after - now);
      now = after;
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, sender) => work(sender)));
  return {
    operations: latencies.length,
    seconds: (performance.now() - began) / 1000,
    p50Ms: medianOf(latencies),
  };
}
