// Values as Pulumi writes them between engine and provider: secrets and what is not known yet have marks of their own.
import structProto from 'google-protobuf/google/protobuf/struct_pb.js';

export type Properties = Readonly<Record<string, unknown>>;

const special = '4dabf18193072939515e22adb298388d';
const secretMark = '1b47061264138c4ac30d75fd1eb44270';

/** Stands where a preview does not know what Azure would say. */
export const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export function toStruct(properties: Properties): structProto.Struct {
  return structProto.Struct.fromJavaScript(properties as Parameters<typeof structProto.Struct.fromJavaScript>[0]);
}

export function fromStruct(struct: structProto.Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

/** Secrets in plain, as Azure gets them. */
export function inPlain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(inPlain);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const fields = value as Properties;
  return fields[special] === secretMark
    ? inPlain(fields['value'])
    : Object.fromEntries(
        Object.entries(fields)
          .filter(([name]) => name !== '__defaults')
          .map(([name, each]) => [name, inPlain(each)]),
      );
}

/** Whether a preview knows all of it. */
export function isKnown(value: unknown): boolean {
  return !JSON.stringify(value).includes(unknown);
}
