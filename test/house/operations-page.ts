// Writes docs/operations.md: what of ACS is there, what is not yet, and who may call it.
import { apiVersions, type ServiceName } from '../../shared/api/api-versions.js';
import type { Operation } from '../../shared/api/index.js';
import { knownServices } from './known-operations.js';

const intro = `# What is supported

<!-- Made by \`npm run docs\` from the registered operations. Do not edit; a test fails when it is stale. -->

Each table lists the operations that the SDKs of Azure Communication Services call. **yes** means: registered here, and
open to the official SDK. An answer to an operation that is not there yet is 404 with the error body of ACS.

The same operations as a machine reads them: [openapi.json](openapi.json).
`;

const platform = `## Beside the services

| What | Route | Who may call |
|---|---|---|
| Health | \`GET /health\` | anybody |
| Public keys of the user tokens (JWKS) | \`GET /.well-known/jwks.json\` | anybody |
`;

export function operationsPage(operations: readonly Operation[]): string {
  const services = Object.keys(knownServices) as ServiceName[];
  const summary = ['| Service | Operations |', '|---|---|', ...services.map((name) => summaryRow(name, operations))];
  const sections = services.map((name) => section(name, operations));
  return [intro, `${summary.join('\n')}\n`, ...sections, platform].join('\n');
}

function summaryRow(service: ServiceName, operations: readonly Operation[]): string {
  const { title, operations: known } = knownServices[service];
  const names = Object.keys(known);
  const there = names.filter((name) => find(operations, service, name) !== undefined);
  return `| ${title} | ${there.length} of ${names.length} |`;
}

function section(service: ServiceName, operations: readonly Operation[]): string {
  const { title, operations: known } = knownServices[service];
  const rows = Object.entries(known).map(([name, does]) => {
    const found = find(operations, service, name);
    return found === undefined ? `| \`${name}\` | ${does} | not yet | | | |` : row(`\`${name}\``, does, found);
  });
  const own = operations
    .filter((each) => each.service === service && each.contract === undefined)
    .map((each) => row('in no SDK', each.summary.replace(/\.$/, ''), each));
  const isThere = operations.some((each) => each.service === service);
  return [
    `## ${title}`,
    '',
    ...(isThere ? [`Versions accepted: ${apiVersions[service].join(', ')}.`, ''] : []),
    '| Name in the SDK | What it does | Here | Route | Who may call | Function |',
    '|---|---|---|---|---|---|',
    ...rows,
    ...own,
    '',
  ].join('\n');
}

function row(name: string, does: string, operation: Operation): string {
  const route = `\`${operation.method} /${operation.path}\``;
  return `| ${name} | ${does} | **yes** | ${route} | ${whoMayCall(operation)} | \`${operation.name}\` |`;
}

function find(operations: readonly Operation[], service: ServiceName, contract: string): Operation | undefined {
  return operations.find((each) => each.service === service && each.contract === contract);
}

function whoMayCall({ auth }: Operation): string {
  if (auth.kind === 'anonymous') return 'anybody';
  if (auth.kind === 'accessKey') return 'access key';
  return `user token: ${auth.scopes.map((scope) => `\`${scope}\``).join(' or ')}`;
}
