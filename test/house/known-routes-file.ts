// Writes functions/platform/known-routes.ts: the operations of the support matrix that are not registered.
import type { ServiceName } from '../../shared/api/api-versions.js';
import type { Operation } from '../../shared/api/index.js';
import { type KnownService, knownServices } from './known-operations.js';

const head = `// The operations of ACS that are not there yet, by service. Made by \`npm run docs\` from the support matrix. Do not edit; a
// test fails when it is stale.
import type { Operation } from '../../shared/api/index.js';

export type KnownRoute = readonly [service: Operation['service'], method: Operation['method'], path: string];

export const knownRoutes: readonly KnownRoute[] = [
`;

export function knownRoutesFile(operations: readonly Operation[]): string {
  const rows = notThereYet(operations).map(({ service, route }) => {
    const [method, path] = route.split(' ');
    return `  ['${service}', '${method}', '${path}'],\n`;
  });
  return `${head}${rows.join('')}];\n`;
}

export function notThereYet(operations: readonly Operation[]): { service: ServiceName; route: string }[] {
  const known = Object.entries(knownServices) as [ServiceName, KnownService][];
  return known.flatMap(([service, { operations: names }]) => {
    const there = new Set(operations.filter((each) => each.service === service).map(({ contract }) => contract));
    return Object.entries(names).flatMap(([name, [route]]) => (there.has(name) ? [] : [{ service, route }]));
  });
}

/** A route without the names of its parameters, which are each side's own. */
export function samePath(route: string): string {
  return route.replaceAll(/\{\w+\}/g, '{}').toLowerCase();
}
