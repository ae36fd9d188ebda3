// Time that stands still, so that "one second before" is one second before on the slowest machine. Product time moves
// when a test says so, as the emulator moves it; monotonic time runs on, because time-outs need it.
import { vi } from 'vitest';
import type { TestProcess } from '../app/composed-app.js';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Stops real time in this process at `at`, ms; product time stands still with it. */
export function stopTime(at: number = Date.now()): void {
  vi.useFakeTimers({ toFake: ['Date'], now: at });
}

/** Lets real time run again. */
export function resumeTime(): void {
  vi.useRealTimers();
}

/** Moves product time of a process, ms since 1970; caches go first, as when the emulator moves its clock. */
export function moveTo({ app }: TestProcess, productMs: number): void {
  app.dropCaches();
  app.clock.setOffset(productMs - app.clock.realNow());
}
