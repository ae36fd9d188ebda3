// Where a pointer stands: its real time first, so that places are in the order of time.

/** Enough for every time that a JavaScript date can name. */
const timeDigits = 16;

/** @param realMs none before 1970 */
export function placeOfTime(realMs: number): string {
  return String(Math.max(0, Math.floor(realMs))).padStart(timeDigits, '0');
}

export function timeOfPlace(place: string): number {
  return Number(place.slice(0, timeDigits));
}
