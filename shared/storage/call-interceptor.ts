// Stops or disturbs the composed app at a chosen storage call, before or after its effect: the tool of the crash tests.
import { type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import type { CallObserver, StorageCall } from './storage-call.js';

/**
 * What becomes of one storage call.
 * - `pass`: nothing is done to it.
 * - `stopBefore`, `stopAfter`: the app is as good as killed before or after the effect. This call and all later ones
 *   through the same interceptor never settle.
 * - `failBefore`, `failAfter`: the connection is reset before or after the effect. The caller cannot tell which.
 */
export type CallFate = 'pass' | 'stopBefore' | 'stopAfter' | 'failBefore' | 'failAfter';

export interface CallInterceptor {
  readonly observe: CallObserver;
  /** Calls seen so far, stopped ones not included. */
  readonly calls: number;
  /** Resolves once the app is stopped and the effect of the last call, if it has one, is in storage. */
  readonly stopped: Promise<void>;
}

/** @param onCall decides about call `number`, counted from 1 over all stores in the order of sending */
export function createCallInterceptor(onCall: (number: number, call: StorageCall) => CallFate): CallInterceptor {
  let calls = 0;
  let isStopped = false;
  let announceStop: () => void;
  const stopped = new Promise<void>((resolve) => {
    announceStop = resolve;
  });

  const observe: CallObserver = async (call, send) => {
    if (isStopped) {
      return never();
    }
    calls += 1;
    switch (onCall(calls, call)) {
      case 'pass': {
        // An answer that arrives after the stop reaches nobody either.
        const response = await send();
        return isStopped ? never() : response;
      }
      case 'stopBefore':
        isStopped = true;
        announceStop();
        return never();
      case 'stopAfter':
        isStopped = true;
        await send();
        announceStop();
        return never();
      case 'failBefore':
        throw reset();
      case 'failAfter':
        await send();
        throw reset();
    }
  };

  return {
    observe,
    get calls() {
      return calls;
    },
    stopped,
  };
}

function never(): Promise<PipelineResponse> {
  return new Promise(() => undefined);
}

function reset(): RestError {
  return new RestError('The connection was reset (by a test).', { code: 'ECONNRESET' });
}
