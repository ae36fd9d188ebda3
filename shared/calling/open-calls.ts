// The calls of a geography as the walks over the data map see them.
import type { Calls } from './calls.js';
import { keyOfConnection } from './call-ids.js';
import { erasePerson, names } from './erase-person.js';
import type { Call } from './model.js';
import { explainCall, type OpenedCalls } from './personal-data.js';
import type { CallStore } from './store.js';

/** @param forget what this process remembers of the calls of a resource, of whoever was in them */
export function openedCalls(calls: Calls, store: CallStore, forget: (resourceId: string) => void): OpenedCalls {
  async function* naming(resourceId: string, rawId: string): AsyncGenerator<Call> {
    for await (const { call } of store.allOf(resourceId)) {
      if (names(call, rawId)) {
        yield call;
      }
    }
  }
  return {
    naming,
    erase: async (resourceId, rawId) => {
      let erased = 0;
      for await (const { key } of naming(resourceId, rawId)) {
        await erasePerson(calls, resourceId, key, rawId);
        erased += 1;
      }
      forget(resourceId);
      return { erased };
    },
    eraseResource: (resourceId) => {
      forget(resourceId);
      return store.removeAllOf(resourceId);
    },
    explain: async (resourceId, connection) => {
      const key = keyOfConnection(connection);
      const call = key === undefined ? undefined : await calls.find(resourceId, key);
      return call && explainCall(call);
    },
  };
}
