// Product time as the supervisor knows it; it survives a restart where there is a data folder.

export interface ProductTime {
  /** Milliseconds since 1970. */
  now(): number;
  /** How far it is ahead of real time, ms. */
  offsetMs(): number;
  setOffset(offsetMs: number): Promise<void>;
}

export function createProductTime(initialOffsetMs: number, save: (offsetMs: number) => Promise<void>): ProductTime {
  let current = initialOffsetMs;
  return {
    now: () => Date.now() + current,
    offsetMs: () => current,
    async setOffset(offsetMs) {
      current = offsetMs;
      await save(offsetMs);
    },
  };
}
