// What stands in many answers: texts, counts, instants, pages. Made once, because making a schema takes time at the start.
import { z } from 'zod';

export const Text = z.string();
export const Count = z.int().nonnegative();
/** As `toSeconds` writes them: `2022-05-26T07:59:28Z`. */
export const InSeconds = z.iso.datetime({ precision: 0 });
/** As `toSevenDigits` writes them: `2022-09-07T14:34:56.2710000+00:00`. */
export const InSevenDigits = z.iso.datetime({ precision: 7, offset: true });
/** Metadata, tags and the like. */
export const NamedTexts = z.record(Text, Text);
/** An error of a catalogue, as whoever watches an operation gets to see it. */
export const WrittenError = z.object({ code: Text, message: Text });

/** One page of a list, with the way to the next. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ value: z.array(item), nextLink: Text.optional() });
}
