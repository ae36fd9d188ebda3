// Reads an answer by the rules of dotnet-models.ts, and throws where the SDKs of .NET would.
import type { Model } from './dotnet-models.js';

type Fields = Readonly<Record<string, unknown>>;

const kinds = ['communicationUser', 'phoneNumber', 'microsoftTeamsUser', 'microsoftTeamsApp', 'teamsExtensionUser'];
/** What `DateTimeOffset.ParseExact` with "O" takes, and nothing looser. */
const roundTrip = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)$/;

/** @throws {TypeError} with the path of the field that cannot be read */
export function readAsDotNet(model: Model, value: unknown, path = '$'): void {
  const fields = objectAt(value, path);
  for (const name of model.needed) {
    check(fields[name] !== undefined, `${path}.${name} is missing`);
  }
  for (const [name, reading] of Object.entries(model.fields)) {
    const found = fields[name];
    const at = `${path}.${name}`;
    if (found === undefined) {
      continue;
    }
    if (reading === 'text') {
      check(found === null || typeof found === 'string', `${at} is no text`);
    } else if (reading === 'time') {
      check(typeof found === 'string' && roundTrip.test(found), `${at} is no time: ${String(found)}`);
    } else if (reading === 'identifier') {
      readIdentifier(found, at);
    } else if ('model' in reading) {
      readAsDotNet(reading.model, found, at);
    } else {
      check(Array.isArray(found), `${at} is no list`);
      for (const [n, each] of (found as readonly unknown[]).entries()) {
        readAsDotNet(reading.list, each, `${at}[${n}]`);
      }
    }
  }
}

/** One kind at most, and each with what it cannot do without. */
function readIdentifier(value: unknown, path: string): void {
  const identifier = objectAt(value, path);
  check(typeof identifier['rawId'] === 'string', `${path}.rawId is missing`);
  const present = kinds.filter((kind) => identifier[kind] !== undefined && identifier[kind] !== null);
  check(present.length <= 1, `${path} is ${present.join(' and ')}`);
  const user = identifier['communicationUser'];
  if (user !== undefined && user !== null) {
    check(typeof objectAt(user, path)['id'] === 'string', `${path}.communicationUser.id is missing`);
  }
}

function objectAt(value: unknown, path: string): Fields {
  check(typeof value === 'object' && value !== null && !Array.isArray(value), `${path} is no object`);
  return value as Fields;
}

function check(holds: boolean, problem: string): void {
  if (!holds) {
    throw new TypeError(problem);
  }
}
