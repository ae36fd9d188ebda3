// In which forms settings are written: JSON, base64, whole numbers. What is wrong is said without the value.
import { z } from 'zod';

export const Base64Secret = z
  .base64('is not base64')
  .refine((text) => Buffer.from(text, 'base64').length >= 32, 'needs at least 32 bytes');

export function wholeNumber(min: number, max: number) {
  const problem = `is not a whole number from ${min} to ${max}`;
  return z.coerce.number(problem).int(problem).min(min, problem).max(max, problem);
}

/** @param problem what to say of a text that is something else; never the text itself */
export function jsonOf<Value>(schema: z.ZodType<Value>, problem: string) {
  return z.string().transform((text, context) => {
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    }
  });
}

/** Says what is wrong, which names parts and never values. */
export function settingsOf<Shape extends z.ZodType>(shape: Shape) {
  return z.string().transform((text, context): z.output<Shape> => {
    try {
      const read = shape.safeParse(JSON.parse(text));
      if (read.success) {
        return read.data;
      }
      const [first] = read.error.issues;
      const path = first?.path.filter((part) => part !== '*').join('.');
      context.addIssue({ code: 'custom', message: `is not as it should be: ${path} ${first?.message}` });
    } catch {
      context.addIssue({ code: 'custom', message: 'is not a JSON object' });
    }
    return z.NEVER;
  });
}

/** One, or two while it is replaced. */
export const SharedSecrets = z
  .string()
  .transform((text) => text.split(',').filter((each) => each.trim() !== ''))
  .pipe(z.array(Base64Secret).max(2, 'are more than two'))
  .transform((texts) => texts.map((text): Buffer => Buffer.from(text, 'base64')));

/**
 * Whoever is sent something has to know that it comes from here.
 *
 * @throws {Error} when there is an address and no secret
 */
export function requireSecret(
  name: string,
  why: string,
  settings: { readonly url?: string | undefined } | undefined,
  secrets: readonly Buffer[] = [],
): void {
  if (settings?.url !== undefined && secrets.length === 0) {
    throw new Error(`${name} is missing. ${why}.`);
  }
}
