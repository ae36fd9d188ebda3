// Which of many routes a path is of, whatever the method: for requests that no function took. Nothing is made of them
// before the first such request.
import type { HttpMethod } from '../../shared/http/index.js';

export interface ListedRoute {
  readonly method: HttpMethod;
  /** Route template without leading slash. */
  readonly path: string;
}

export class RouteList<Route extends ListedRoute> {
  readonly #routes: readonly Route[];
  #patterns: readonly { readonly route: Route; readonly pattern: RegExp }[] | undefined;

  constructor(routes: readonly Route[]) {
    this.#routes = routes;
  }

  /** @param pathname as the platform handed it over, which may have encoded it anew */
  at(pathname: string): Route[] {
    this.#patterns ??= this.#routes.map((route) => ({ route, pattern: patternOf(route.path) }));
    const path = pathname.split('/').map(decode).join('/');
    return this.#patterns.filter(({ pattern }) => pattern.test(path)).map(({ route }) => route);
  }
}

function patternOf(template: string): RegExp {
  const parts = template.split(/\{\w+\}/).map((text) => text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&'));
  return new RegExp(`^/${parts.join('[^/]+')}/?$`, 'i');
}

/** A segment stays one: a slash in it is the caller's, not the route's. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment).replaceAll('/', '_');
  } catch {
    return segment;
  }
}
