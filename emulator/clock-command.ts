// What "move the clock" means: a duration by the calendar, in UTC, or a moment.
import { RequestRefused } from './emulator-error.js';

export type ClockCommand =
  /** ISO 8601 duration, e.g. `P31D` or `PT90M`. */
  | { readonly advance: string }
  /** ISO 8601 date and time with Z or an offset. */
  | { readonly set: string };

const latest = Date.UTC(9999, 11, 31);

/**
 * @returns the product time meant, ms since 1970
 * @throws {RequestRefused} 400 when it is not understood or lies outside the years 1970 to 9999
 */
export async function targetOf(command: ClockCommand, nowMs: number): Promise<number> {
  // Loaded only when somebody moves the clock: it is not needed to start.
  const { Temporal } = await import('temporal-polyfill');
  const target = 'advance' in command ? advanced(command.advance) : instant(command.set);
  if (target < 0 || target > latest) {
    throw new RequestRefused(400, 'InvalidTime', 'The clock can only show times from 1970 to 9999.');
  }
  return target;

  function advanced(duration: string): number {
    try {
      const parsed = Temporal.Duration.from(duration);
      if (parsed.sign >= 0) {
        const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO('UTC');
        return now.add(parsed).epochMilliseconds;
      }
    } catch (error) {
      if (!(error instanceof RangeError)) {
        throw error;
      }
    }
    throw new RequestRefused(
      400,
      'InvalidDuration',
      '"advance" takes an ISO 8601 duration that is not negative, such as "P31D" or "PT90M".',
    );
  }

  function instant(text: string): number {
    try {
      return Temporal.Instant.from(text).epochMilliseconds;
    } catch (error) {
      if (!(error instanceof RangeError)) {
        throw error;
      }
      throw new RequestRefused(
        400,
        'InvalidInstant',
        '"set" takes an ISO 8601 date and time with Z or an offset, such as "2030-01-31T12:00:00Z".',
      );
    }
  }
}
