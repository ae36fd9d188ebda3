// Reading properties of a resource, whose shape a policy cannot rely on.

export type Props = Readonly<Record<string, unknown>>;

/** What stands at a path such as `encryption.services`, or undefined. */
export function at(props: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Props | null | undefined)?.[name], props);
}

export function listAt(props: unknown, path: string): readonly unknown[] {
  const value = at(props, path);
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** Paths and what must stand there; returns the paths where something else does. */
export function deviations(props: unknown, expected: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(expected).flatMap(([path, value]) =>
    at(props, path) === value ? [] : [`${path} must be ${String(value)}`],
  );
}
