// Requests to one operation, made of its declaration: the right thing in most places, and something else in a few.
import fc from 'fast-check';
import { apiVersions } from '../../shared/api/api-versions.js';
import type { Operation } from '../../shared/api/index.js';
import { StreamedBody, WholeBody } from '../../shared/http/index.js';
import { JsonSchemas } from '../house/json-schema.js';
import { hostileText } from './hostile-text.js';
import { valuesOf } from './values-of-schema.js';

/** By whom it is sent. */
export type Sender = 'right' | 'owner' | 'user' | 'stranger' | 'manager' | 'forger' | 'nobody';

export interface FuzzedRequest {
  readonly operation: Operation;
  readonly sender: Sender;
  readonly host: string;
  /** Decoded, as platforms hand them over. */
  readonly params: Readonly<Record<string, string>>;
  /** With its `?`. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Texts that mean something, by the name of the place that they stand in, and all of them. */
export interface KnownTexts {
  readonly byName: Readonly<Record<string, readonly string[]>>;
  readonly all: readonly string[];
}

export const rightHost = 'contoso.europe.example';

const hosts = [
  'nobody.europe.example',
  'contoso.uk.example',
  'elsewhere.example',
  '%.europe.example',
  "a'b.europe.example",
  'xn--.europe.example',
  `${'x'.repeat(600)}.europe.example`,
  '[::1]:99999',
  '.europe.',
  '..',
  '',
];

export function requestsTo(operations: readonly Operation[], known: KnownTexts): fc.Arbitrary<FuzzedRequest> {
  const schemas = new JsonSchemas();
  return fc.oneof(...operations.map((each) => requestsOf(schemas, each, known)));
}

function requestsOf(schemas: JsonSchemas, operation: Operation, known: KnownTexts): fc.Arbitrary<FuzzedRequest> {
  const anyKnown = fc.constantFrom(...known.all);
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const params = names.map((name) => [name, paramOf(known.byName[name] ?? known.all)] as const);
  return fc.record({
    operation: fc.constant(operation),
    sender: often<Sender>('right', 'owner', 'user', 'stranger', 'manager', 'forger', 'nobody'),
    host: fc.oneof(
      { weight: 15, arbitrary: fc.constant(rightHost) },
      { weight: 1, arbitrary: fc.constantFrom(...hosts) },
    ),
    params: fc.record(Object.fromEntries(params)) as fc.Arbitrary<Record<string, string>>,
    query: queryOf(schemas, operation, anyKnown),
    headers: headersOf(schemas, operation),
    body: bodyOf(schemas, operation, anyKnown),
  });
}

function often<Value>(first: Value, ...others: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(first) },
    { weight: others.length, arbitrary: fc.constantFrom(...others) },
  );
}

function paramOf(known: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: hostileText.filter((text) => text !== '') },
  );
}

function queryOf(schemas: JsonSchemas, { service, query }: Operation, known: fc.Arbitrary<string>) {
  const version = often(apiVersions[service].at(-1) ?? '', ...apiVersions[service], '', '%', '2020-01-01');
  const given =
    query === undefined
      ? fc.constant({})
      : valuesOf(schemas, schemas.of(query), known).map((value) => (value ?? {}) as Record<string, unknown>);
  const broken = fc.oneof(
    { weight: 15, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('&%zz=%', '&api-version=x', '&=&&', `&a=${'%ff'.repeat(50)}`) },
  );
  return fc.tuple(version, given, broken).map(([asked, values, rest]) => {
    const pairs = Object.entries(values).map(
      ([name, value]) =>
        `&${encoded(name)}=${encoded(typeof value === 'object' ? JSON.stringify(value) : String(value))}`,
    );
    return `?api-version=${asked}${pairs.join('')}${rest}`;
  });
}

/** As HTTP can carry it: bytes, also where the text is no text. */
export function encoded(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\w.~:@-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** A header holds no line breaks, and one byte a character: the platform refuses others. */
function headersOf(schemas: JsonSchemas, { headers }: Operation): fc.Arbitrary<Record<string, string>> {
  const asText = (value: unknown) =>
    Buffer.from(String(value))
      .toString('latin1')
      .replaceAll(/[^\t -~\x80-\xff]/g, '');
  const declared =
    headers === undefined
      ? fc.constant({})
      : valuesOf(schemas, schemas.of(headers), hostileText).map((value) =>
          Object.fromEntries(
            Object.entries((value ?? {}) as object)
              // That is the sender's.
              .filter(([name]) => name !== 'authorization')
              .map(([name, each]) => [name, asText(each)]),
          ),
        );
  const more = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Record<string, string>>({}) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          fc.constantFrom(
            'origin',
            'range',
            'if-match',
            'content-type',
            'content-encoding',
            'repeatability-request-id',
            'x-ms-client-request-id',
            'x-forwarded-host',
            'x-original-host',
            'x-waws-unencoded-url',
            'x-domicile-hop',
            'x-domicile-listener',
            'x-skypetoken',
          ),
          hostileText,
        )
        .map(([name, text]) => ({ [name]: asText(text) })),
    },
  );
  return fc.tuple(declared, more).map(([one, other]) => ({ ...one, ...other }));
}

function bodyOf(schemas: JsonSchemas, { body }: Operation, known: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const broken = fc.constantFrom(
    Buffer.alloc(0),
    Buffer.from('{'),
    Buffer.from('[]'),
    Buffer.from('"\\ud800"'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('[['.repeat(20_000)),
    Buffer.alloc(300_000, 0x20),
  );
  const bytes = fc.uint8Array({ maxLength: 64 }).map((some) => Buffer.from(some));
  const given =
    body === undefined || body === StreamedBody || body === WholeBody
      ? bytes
      : valuesOf(schemas, schemas.of(body), known).map((value) => Buffer.from(JSON.stringify(value) ?? ''));
  return fc.oneof({ weight: 20, arbitrary: given }, { weight: 1, arbitrary: broken });
}
