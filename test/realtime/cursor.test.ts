import { describe, expect, it } from 'vitest';
import { Cursor } from '../../shared/realtime/cursor.js';
import { placeOfTime } from '../../shared/realtime/pointer-place.js';

describe('Up to where somebody is told', () => {
  it('tells nothing twice, however much comes within the time that it looks back', () => {
    const cursor = Cursor.at(placeOfTime(1_000_000));
    const places = Array.from({ length: 600 }, (_, index) => `${placeOfTime(1_000_100 + index * 15)}~x`);
    for (const place of places) {
      cursor.add(place);
    }
    const later = Cursor.read(cursor.text);
    expect(places.filter((place) => later.isBehind(place))).toEqual([]);
    expect(later.text.split(' ').length).toBeLessThanOrEqual(502);
    // One that comes late is told still, when it is not older than what there was no room for.
    expect(later.isBehind(`${placeOfTime(1_005_000)}~late`)).toBe(true);
  });
});
