// Writes docs/operations.md: what of ACS is there, what is not yet, and who may call it.
import { apiVersions, type ServiceName } from '../../shared/api/api-versions.js';
import type { Operation } from '../../shared/api/index.js';
import { type KnownService, knownServices, titleOf } from './known-operations.js';

const intro = `# What is supported

<!-- Made by \`npm run docs\` from the registered operations. Do not edit; a test fails when it is stale. -->

Each table lists the operations that the SDKs of Azure Communication Services call. **yes** means: registered here, and
open to the official SDK. An operation that is not there yet answers 501 with the error body of ACS.

The same operations as a machine reads them: [openapi.json](openapi.json).
`;

const platform = `## Beside the services

| What | Route | Who may call |
|---|---|---|
| Health | \`GET /health\` | anybody; what is wrong is told to a token of Entra ID with the right \`read\` |
| Public keys of the user tokens (JWKS) | \`GET /.well-known/jwks.json\` | anybody |
| Public keys of callbacks (JWKS, RS256) | \`GET /calling/keys\` | anybody |
`;

export function operationsPage(operations: readonly Operation[]): string {
  const known = Object.entries(knownServices) as [ServiceName, KnownService][];
  const own = [...new Set(operations.map(({ service }) => service))].filter((name) => !(name in knownServices));
  const summary = ['| Service | Operations |', '|---|---|', ...known.map((entry) => summaryRow(entry, operations))];
  return [
    intro,
    `${summary.join('\n')}\n`,
    ...known.map((entry) => section(entry, operations)),
    ...own.map((name) => section([name, { title: titleOf(name), operations: {} }], operations)),
    platform,
  ].join('\n');
}

function summaryRow([service, { title, operations: known }]: [ServiceName, KnownService], all: readonly Operation[]) {
  const names = Object.keys(known);
  const there = names.filter((name) => find(all, service, name) !== undefined);
  return `| ${title} | ${there.length} of ${names.length} |`;
}

function section([service, { title, operations: known }]: [ServiceName, KnownService], all: readonly Operation[]) {
  const rows = Object.entries(known).map(([name, [route, does]]) => {
    const found = find(all, service, name);
    return found === undefined
      ? `| \`${name}\` | ${does} | not yet | \`${route.replace(' ', ' /')}\` | | |`
      : row(`\`${name}\``, does, found);
  });
  const own = all
    .filter((each) => each.service === service && each.contract === undefined)
    .map((each) => row('in no SDK', each.summary.replace(/\.$/, ''), each));
  const isThere = all.some((each) => each.service === service);
  return [
    `## ${title}`,
    '',
    ...(isThere ? [versionsOf(service), ''] : []),
    '| Name in the SDK | What it does | Here | Route | Who may call | Function |',
    '|---|---|---|---|---|---|',
    ...rows,
    ...own,
    '',
  ].join('\n');
}

function versionsOf(service: ServiceName): string {
  const versions = apiVersions[service];
  return versions.length === 0
    ? 'No version: none is named, and none is looked at.'
    : `Versions accepted: ${versions.join(', ')}.`;
}

function row(name: string, does: string, operation: Operation): string {
  const route = `\`${operation.method} /${operation.path}\``;
  return `| ${name} | ${does} | **yes** | ${route} | ${whoMayCall(operation)} | \`${operation.name}\` |`;
}

function find(operations: readonly Operation[], service: ServiceName, contract: string): Operation | undefined {
  return operations.find((each) => each.service === service && each.contract === contract);
}

function whoMayCall({ auth }: Operation): string {
  if (auth.kind === 'anonymous') {
    return 'anybody';
  }
  if (auth.kind === 'accessKey') {
    return `access key, or Entra ID, with the right \`${auth.right}\``;
  }
  if (auth.kind === 'entra') {
    return `Entra ID, with the right \`${auth.right}\``;
  }
  if (auth.kind === 'entraUser') {
    return 'Entra ID token of a user';
  }
  if (auth.kind === 'webhook') {
    return auth.about === 'geography'
      ? 'a sender that shares a secret'
      : 'a sender that shares a secret, or Entra ID, with the right `upstream`';
  }
  if (auth.kind === 'callToken') {
    return 'token of the call';
  }
  return `user token: ${auth.scopes.map((scope) => `\`${scope}\``).join(' or ')}`;
}
