// The templates of HTTP routes, as ASP.NET routing reads them for the Functions host: literals, `{parameter}`, a
// parameter with text around it (`{id}:hold`), and a catch-all `{*path}` at the end.

export type RouteSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'mixed'; readonly prefix: string; readonly suffix: string; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'catch-all'; readonly name: string };

const reservedFirstSegments = new Set(['admin', 'runtime']);
const segmentPattern = /^([^{}]*)\{(\*{0,2})([A-Za-z_][A-Za-z0-9_]*)\}([^{}]*)$/;

/**
 * Literal text comes out in lower case: routes are matched without regard to case.
 *
 * @throws when the template is one that the host refuses, or that this host does not support
 */
export function parseRouteTemplate(template: string): readonly RouteSegment[] {
  const texts = template.split('/').filter((text) => text !== '');
  const segments = texts.map((text, index) => parseSegment(text, index === texts.length - 1, template));
  const [first] = segments;
  if (first?.kind === 'literal' && reservedFirstSegments.has(first.text)) {
    throw new Error(`The route "${template}" begins with "${first.text}", which the host keeps for itself. Rename it.`);
  }
  const names = segments.flatMap((segment) => (segment.kind === 'literal' ? [] : [segment.name.toLowerCase()]));
  if (new Set(names).size < names.length) {
    throw new Error(`The route "${template}" names a parameter twice. Give each a name of its own.`);
  }
  return segments;
}

function parseSegment(text: string, isLast: boolean, template: string): RouteSegment {
  if (!/[{}]/.test(text)) {
    return { kind: 'literal', text: text.toLowerCase() };
  }
  const [, prefix = '', stars = '', name = '', suffix = ''] = segmentPattern.exec(text) ?? [];
  const isCatchAll = stars !== '';
  if (name === '' || (isCatchAll && (!isLast || prefix !== '' || suffix !== ''))) {
    throw new Error(
      `The segment "${text}" of the route "${template}" is not supported. Use a literal, {name}, text around one {name}, or {*name} at the end.`,
    );
  }
  if (isCatchAll) {
    return { kind: 'catch-all', name };
  }
  if (prefix !== '' || suffix !== '') {
    return { kind: 'mixed', prefix: prefix.toLowerCase(), suffix: suffix.toLowerCase(), name };
  }
  return { kind: 'parameter', name };
}
