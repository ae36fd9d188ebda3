// Waits for something that has no event, with a bound.

const pollMs = 10;

/**
 * @param deadline on the scale of `performance.now()`
 * @returns whether the condition came true in time
 */
export async function pollUntil(condition: () => boolean, deadline: number): Promise<boolean> {
  while (!condition()) {
    if (performance.now() >= deadline) {
      return false;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, pollMs);
    });
  }
  return true;
}
