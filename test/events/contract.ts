// The published contract of events: the types that @azure/eventgrid declares for the data of each, read with the compiler. An
// event is held against its type: every field that must be there is, none is that is not declared, each of its type.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const file = fileURLToPath(new URL('../../node_modules/@azure/eventgrid/dist/esm/predicates.d.ts', import.meta.url));
const program = ts.createProgram([file], {
  strict: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
});
const checker = program.getTypeChecker();
interface Mapper {
  readonly type: { readonly modelProperties?: Readonly<Record<string, { readonly serializedName: string }>> };
}
const mappers = (await import(
  new URL('../../node_modules/@azure/eventgrid/dist/esm/generated/models/mappers.js', import.meta.url).href
)) as Readonly<Record<string, Mapper | undefined>>;
const prefix = 'Microsoft.Communication.';
const dataTypes = new Map(propertiesOf('SystemEventNameToEventData').map((each) => [each.name, typeOf(each)]));

/** Names of the events of ACS, without `Microsoft.Communication.`. */
export const contractNames = [...dataTypes.keys()]
  .filter((name) => name.startsWith(prefix))
  .map((name) => name.slice(prefix.length));

/** What is wrong with the data of an event, a sentence each. */
export function contractProblems(name: string, data: unknown): readonly string[] {
  const type = dataTypes.get(prefix + name);
  return type === undefined ? [`${name} is no event of ACS.`] : problems(asInClient(type, data), type, name);
}

/** The client calls a field of some events otherwise than the wire does: its mappers say so. */
function asInClient(type: ts.Type, data: unknown): unknown {
  const properties = mappers[type.symbol.name]?.type.modelProperties ?? {};
  const nameOf = new Map(Object.entries(properties).map(([own, { serializedName }]) => [serializedName, own]));
  const isObject = typeof data === 'object' && data !== null;
  return isObject
    ? Object.fromEntries(Object.entries(data).map(([key, each]) => [nameOf.get(key) ?? `wire ${key}`, each]))
    : data;
}

function problems(value: unknown, type: ts.Type, path: string): readonly string[] {
  const [only] = type.isUnion() ? type.types.filter((each) => !(each.flags & ts.TypeFlags.Undefined)) : [type];
  const isAnything = only === undefined || only.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown);
  // What the published description calls an object without fields; the service sends texts there.
  if (isAnything || (only.getStringIndexType()?.flags ?? 0) & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) {
    return [];
  }
  if (only.flags & ts.TypeFlags.StringLike) {
    return typeof value === 'string' ? [] : [`${path} is no text.`];
  }
  if (only.flags & ts.TypeFlags.NumberLike) {
    return typeof value === 'number' ? [] : [`${path} is no number.`];
  }
  if (only.flags & ts.TypeFlags.BooleanLike) {
    return typeof value === 'boolean' ? [] : [`${path} is neither true nor false.`];
  }
  if (typeof value !== 'object' || value === null) {
    return [`${path} is no object.`];
  }
  if (checker.isArrayType(only)) {
    const [item] = checker.getTypeArguments(only as ts.TypeReference);
    return Array.isArray(value)
      ? value.flatMap((each, n) => (item === undefined ? [] : problems(each, item, `${path}.${n}`)))
      : [`${path} is no list.`];
  }
  const values = only.getStringIndexType();
  if (values !== undefined) {
    return Object.entries(value).flatMap(([key, each]) => problems(each, values, `${path}.${key}`));
  }
  const fields = new Map(only.getProperties().map((each) => [each.name, each]));
  const given = Object.entries(value).filter(([, each]) => each !== undefined);
  const missing = [...fields.values()].filter(
    (each) => !(each.flags & ts.SymbolFlags.Optional) && !given.some(([key]) => key === each.name),
  );
  return [
    ...missing.map((each) => `${path}.${each.name} is missing.`),
    ...given.flatMap(([key, each]) => {
      const field = fields.get(key);
      return field === undefined
        ? [`${path}.${key} is not declared.`]
        : problems(each, typeOf(field), `${path}.${key}`);
    }),
  ];
}

function propertiesOf(name: string): readonly ts.Symbol[] {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const found = module && checker.getExportsOfModule(module).find((each) => each.name === name);
  if (found === undefined) {
    throw new Error(`${name} is not among the types of the package any more.`);
  }
  return checker.getDeclaredTypeOfSymbol(found).getProperties();
}

function typeOf(symbol: ts.Symbol): ts.Type {
  return checker.getTypeOfSymbol(symbol);
}
