// Readers of single options: each takes what stands in a stack's configuration and gives the value, or says in one
// sentence what is wrong with it.

export class WrongOption extends Error {}

export type Reader<Value> = (raw: unknown) => Value;

export function oneOf<const Value extends string>(...values: readonly Value[]): Reader<Value> {
  return (raw) => values.find((value) => value === raw) ?? wrong(`must be one of ${values.join(', ')}`);
}

export function text(pattern: RegExp, what: string): Reader<string> {
  return (raw) => (typeof raw === 'string' && pattern.test(raw) ? raw : wrong(`must be ${what}`));
}

/** Whole numbers, also as text, as `pulumi config set` writes them. */
export function integer(least: number, most: number): Reader<number> {
  return (raw) => {
    const value = typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : raw;
    return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? value
      : wrong(`must be a whole number from ${least} to ${most}`);
  };
}

export function flag(raw: unknown): boolean {
  if (raw === true || raw === 'true') {
    return true;
  }
  if (raw === false || raw === 'false') {
    return false;
  }
  return wrong('must be true or false');
}

export function listOf<Value>(item: Reader<Value>): Reader<readonly Value[]> {
  return (raw) => {
    const list = fromJson(raw);
    return Array.isArray(list) ? list.map(item) : wrong('must be a list');
  };
}

export function mapOf(names: readonly string[]): Reader<Readonly<Record<string, string>>> {
  return (raw) => {
    const entries = Object.entries(objectOf(raw));
    for (const [name] of entries) {
      if (!names.includes(name)) {
        wrong(`knows ${names.join(', ')}, but not "${name}"`);
      }
    }
    // Pulumi keeps what looks like a number as one, and a setting may be an object.
    return Object.fromEntries(
      entries.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
  };
}

export function record<Fields extends Readonly<Record<string, Reader<unknown>>>>(
  fields: Fields,
): Reader<{ readonly [Name in keyof Fields]: ReturnType<Fields[Name]> }> {
  return (raw) => {
    const given = objectOf(raw);
    const stranger = Object.keys(given).find((name) => !(name in fields));
    if (stranger !== undefined) {
      wrong(`has no part "${stranger}"`);
    }
    const read = Object.entries(fields).map(([name, reader]) => {
      try {
        return [name, reader(given[name])] as const;
      } catch (error) {
        return wrong(`needs ${name}, which ${(error as Error).message}`);
      }
    });
    return Object.fromEntries(read) as { readonly [Name in keyof Fields]: ReturnType<Fields[Name]> };
  };
}

export function wrong(sentence: string): never {
  throw new WrongOption(sentence);
}

function objectOf(raw: unknown): Readonly<Record<string, unknown>> {
  const value = fromJson(raw);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : wrong('must be an object');
}

/** The configuration holds structured values as JSON. */
function fromJson(raw: unknown): unknown {
  if (typeof raw !== 'string') {
    return raw;
  }
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return wrong('is not valid JSON');
  }
}
