// What `null` means in a request body: as much as nothing at all, as clients of some languages write it; or, in a merge
// patch (RFC 7396), that something is to go.
import { z } from 'zod';
import { namedValues } from './named-values.js';

/** Takes `null` for what is not given. */
export function orAbsent<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value): z.output<Schema> | undefined => value ?? undefined);
}

/** The same, with what holds when nothing is given. */
export function orDefault<Schema extends z.ZodType>(schema: Schema, value: NonNullable<z.output<Schema>>) {
  return schema.nullish().transform((given): NonNullable<z.output<Schema>> => given ?? value);
}

/**
 * A map in which `null` is a value that is not given.
 *
 * @param names what a name may be
 */
export function namedOrAbsent<Schema extends z.ZodType>(schema: Schema, names = z.string()) {
  return namedValues(schema.nullish(), names).transform((values) => {
    const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
    return Object.fromEntries(given) as Record<string, NonNullable<z.output<Schema>>>;
  });
}

/**
 * A member that a merge patch may set or take away: `null` arrives as `null`, what is not there as undefined.
 *
 * @example
 * const UpdateThread = z.object({ metadata: orRemoved(mergePatch(z.string())) });
 */
export function orRemoved<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish();
}

/**
 * A map as a merge patch changes it: a value is put, `null` takes the name away, what is not named stays.
 *
 * @param schema of the values
 * @example
 * const UpdateParticipants = z.object({ participants: mergePatch(z.object({ role: Role })) });
 */
export function mergePatch<Schema extends z.ZodType>(schema: Schema) {
  return namedValues(schema.nullable());
}
