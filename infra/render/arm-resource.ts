// One recorded resource in the shape that Azure Resource Manager takes: what the provider lifted out of `properties` goes
// back, and what it renamed is called again as on the wire.
import { armNameOf, armTypeOf } from './arm-types.js';
import type { RecordedResource } from './recorded-resource.js';

/** What stands beside `properties`. */
const beside = new Set(['location', 'tags', 'sku', 'kind', 'identity']);

type Fields = Readonly<Record<string, unknown>>;

/** A resource as Azure Resource Manager takes it; texts are still plain. */
export function armResource({ type: token, inputs }: RecordedResource): Fields {
  const armType = armTypeOf(token, inputs);
  const { type, apiVersion, renamed = {}, renamedInside = {}, nested = {}, inside = [], extension } = armType;
  const naming = new Set(['resourceGroupName', ...armType.name]);
  const outer: Record<string, unknown> = {};
  let properties: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (name === extension) {
      outer['scope'] = value;
    } else if (naming.has(name) || (token === 'azure-native:dns:RecordSet' && name === 'recordType')) {
      continue;
    } else if (name === 'properties') {
      properties = { ...properties, ...(value as Fields) };
    } else if (beside.has(name) && !inside.includes(name)) {
      outer[name] = value;
    } else {
      properties[renamed[name] ?? name] = renameInside(value, renamedInside);
    }
  }
  for (const [path, kept] of Object.entries(nested)) {
    nest(properties, path.split('.'), kept);
  }
  return {
    type,
    apiVersion,
    name: armNameOf(armType, inputs).join('/'),
    ...outer,
    ...(Object.keys(properties).length > 0 && { properties }),
  };
}

function renameInside(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => renameInside(each, names));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [names[name] ?? name, renameInside(each, names)]),
  );
}

/** Moves the fields of the object at a path into `properties` of its own, but for those that are kept. */
function nest(parent: Record<string, unknown>, [step = '', ...rest]: readonly string[], kept: readonly string[]): void {
  const name = step.replace('[]', '');
  const value = parent[name];
  if (value === undefined) {
    return;
  }
  const each = (child: unknown): unknown => {
    const fields = { ...(child as Record<string, unknown>) };
    if (rest.length > 0) {
      nest(fields, rest, kept);
      return fields;
    }
    const entries = Object.entries(fields);
    return {
      ...Object.fromEntries(entries.filter(([field]) => kept.includes(field))),
      properties: Object.fromEntries(entries.filter(([field]) => !kept.includes(field))),
    };
  };
  parent[name] = Array.isArray(value) ? value.map(each) : each(value);
}
