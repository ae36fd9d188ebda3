// A process that is held up before its first write into a store, until somebody was erased: what it writes then is late.
import type { ComposedApp } from '../../functions/compose.js';
import type { Guest } from '../../functions/compose-options.js';
import type { CallObserver } from '../../shared/storage/index.js';
import { callApp, type CallOptions, composeOn, type ComposeOnOptions } from '../app/call-app.js';

export interface HeldProcess {
  readonly app: ComposedApp;
  call(name: string, options: CallOptions): ReturnType<typeof callApp>;
  /** It stands before the write. */
  readonly reached: Promise<void>;
  /** Lets it write; by then it hears what others have announced. */
  release(): void;
  close(): Promise<void>;
}

const reads = new Set(['query', 'get', 'blob-read', 'blob-list', 'queue-read']);

/** @param store base name of the store, a table or a container */
export async function holdWrite(
  connectionString: string,
  guest: Guest,
  store: string,
  more: Pick<ComposeOnOptions, 'hearingMs' | 'settings'> = {},
): Promise<HeldProcess> {
  let arrive = () => {};
  let letGo = () => {};
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const released = new Promise<void>((resolve) => (letGo = resolve));
  let isFirst = true;
  const hold: CallObserver = async (call, send) => {
    if (isFirst && call.store === store && !reads.has(call.kind)) {
      isFirst = false;
      arrive();
      await released;
    }
    return send();
  };
  const app = await composeOn(connectionString, { ...more, guest, observers: [hold] });
  return {
    app,
    call: (name, options) => callApp(app, name, options),
    reached,
    release: () => {
      app.dropCaches();
      letGo();
    },
    close: () => app.storage.close(),
  };
}
