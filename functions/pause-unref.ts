// Waits in real time, and keeps no process alive.
import { setTimeout as wait } from 'node:timers/promises';

export async function pauseUnref(ms: number): Promise<void> {
  await wait(ms, undefined, { ref: false });
}
