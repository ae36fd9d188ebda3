// A body is what was sent, in however many pieces it comes and whatever its length was said to be.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBody } from '../../functions/platform/request-body.js';

const max = 400_000;

const requestOf = (chunks: readonly Uint8Array[], declared: number | undefined) => ({
  headers: new Headers(declared === undefined ? {} : { 'content-length': String(declared) }),
  body: new ReadableStream({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(chunk);
      }
      controller.close();
    },
  }) as never,
});

it('is put together as it came', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 6 });
  const offsets = fc.constantFrom(0, 0, 1, -1, -70_000, 70_000, undefined);
  await fc.assert(
    fc.asyncProperty(sizes, offsets, async (lengths, offset) => {
      const chunks = lengths.map((length, n) => new Uint8Array(length).map((_, index) => (n + index) % 251));
      const whole = Buffer.concat(chunks);
      const declared = offset === undefined ? undefined : Math.max(0, whole.length + offset);
      const read = await readBody(requestOf(chunks, declared) as never, max, 10_000);
      expect(read.equals(whole)).toBe(true);
    }),
  );
});
