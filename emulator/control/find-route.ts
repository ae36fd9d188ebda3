// Which route a request means.
import { RequestRefused } from '../emulator-error.js';
import type { ControlRoute } from './control-route.js';
import { routes } from './routes.js';

export interface FoundRoute {
  readonly route: ControlRoute;
  param(name: string): string;
}

const patterns = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/**
 * @param path without query
 * @throws {RequestRefused} 404, with the list of the routes
 */
export function findRoute(method: string, path: string): FoundRoute {
  for (const { route, pattern } of patterns) {
    const match = route.method === method ? pattern.exec(path) : null;
    if (match !== null) {
      return { route, param: (name) => decoded(match.groups?.[name] ?? '') };
    }
  }
  const known = routes.map((route) => `${route.method} ${route.path}`).join(', ');
  throw new RequestRefused(404, 'UnknownRoute', `There is no such route; there are ${known}.`);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // it names nothing then, which is said where it is looked up
  }
}
