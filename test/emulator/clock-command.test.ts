// Durations are added by the calendar in UTC, not as multiples of a day or a second.
import { describe, expect, it } from 'vitest';
import { targetOf } from '../../emulator/clock-command.js';

const moved = async (from: string, advance: string): Promise<string> =>
  new Date(await targetOf({ advance }, Date.parse(from))).toISOString();

describe('moving the clock', () => {
  it('by months and years ends on the last day where the day does not exist', async () => {
    expect(await moved('2027-01-31T10:00:00.500Z', 'P1M')).toBe('2027-02-28T10:00:00.500Z');
    expect(await moved('2028-02-29T00:00:00.000Z', 'P1Y')).toBe('2029-02-28T00:00:00.000Z');
  });

  it('by days and parts of days is exact', async () => {
    expect(await moved('2027-03-27T12:00:00.000Z', 'P31D')).toBe('2027-04-27T12:00:00.000Z');
    expect(await moved('2027-03-27T12:00:00.000Z', 'PT90M')).toBe('2027-03-27T13:30:00.000Z');
    expect(await moved('2027-03-27T12:00:00.000Z', 'PT0S')).toBe('2027-03-27T12:00:00.000Z');
  });

  it('to a moment understands offsets', async () => {
    expect(await targetOf({ set: '2027-03-27T12:00:00+02:00' }, 0)).toBe(Date.UTC(2027, 2, 27, 10));
  });
});
