// Maps whose names are the callers' own words: metadata, tags, ids of identities.
import { z } from 'zod';

/** The one name that reading a map would lose without a word: it is no name of a value, but a way to an object's ancestor. */
const lostName = '__proto__';

/**
 * A map of values by names. What is not kept is refused.
 *
 * @param names what a name may be
 * @example
 * const Metadata = namedValues(z.string());
 */
export function namedValues<Schema extends z.ZodType>(schema: Schema, names = z.string()) {
  return z.preprocess(
    (sent, context) => {
      if (typeof sent === 'object' && sent !== null && Object.hasOwn(sent, lostName)) {
        context.addIssue({ code: 'custom', message: `The name ${lostName} cannot be kept. Choose another.` });
      }
      return sent;
    },
    z.record(names, schema),
  );
}
