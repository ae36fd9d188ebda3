// Which route answers which path.
import { describe, expect, it } from 'vitest';
import { RouteTable } from '../../../emulator/host/route-table.js';
import { parseRouteTemplate } from '../../../emulator/host/route-template.js';

function table(...routes: string[]): RouteTable<string> {
  const built = new RouteTable<string>();
  for (const route of routes) {
    const [method = '', template = ''] = route.split(' ');
    built.add(method, parseRouteTemplate(template), route);
  }
  return built;
}

function matched(built: RouteTable<string>, method: string, path: string): unknown {
  const match = built.match(method, path);
  return match && [match.target, Object.fromEntries(match.values.map((value, index) => [match.names[index], value]))];
}

describe('a route table', () => {
  it.each([
    ['/a', 'GET a', {}],
    ['/A/', 'GET a', {}],
    ['/a/b', 'GET a/b', {}],
    ['/a/x', 'GET a/{one}', { one: 'x' }],
    ['/a/x:go', 'GET a/{one}:go', { one: 'x' }],
    ['/a/x:y:GO', 'GET a/{one}:go', { one: 'x:y' }],
    ['/a/:go', 'GET a/{one}', { one: ':go' }],
    ['/a/b/c', 'GET a/{one}/c', { one: 'b' }],
    ['/a/b/d', 'GET {*rest}', { rest: 'a/b/d' }],
    ['/a/', 'GET a', {}],
    ['/a//c', 'GET {*rest}', { rest: 'a//c' }],
    ['/', 'GET {*rest}', {}],
    ['/emails:send', 'GET emails:send', {}],
    ['/emails%3asend', 'GET emails:send', {}],
    ['/a/%C3%A9%20%2F%zz', 'GET a/{one}', { one: 'é %2F%zz' }],
  ])('%s is answered by %s', (path, route, params) => {
    const built = table(
      'GET a',
      'GET a/{one}',
      'GET a/b',
      'GET a/{one}:go',
      'GET a/{two}/c',
      'GET {*rest}',
      'GET emails:send',
    );
    const expected = route === 'GET a/{one}/c' ? ['GET a/{two}/c', { two: 'b' }] : [route, params];
    expect(matched(built, 'GET', path)).toEqual(expected);
  });

  it('falls through to a less specific route that accepts the method', () => {
    const built = table('GET a/b', 'POST a/{one}', 'PUT {*rest}');
    expect(matched(built, 'POST', '/a/b')).toEqual(['POST a/{one}', { one: 'b' }]);
    expect(matched(built, 'PUT', '/a/b')).toEqual(['PUT {*rest}', { rest: 'a/b' }]);
    expect(matched(built, 'DELETE', '/a/b')).toBeUndefined();
  });

  it('goes back to a parameter when a literal leads nowhere', () => {
    const built = table('GET {one}/b/{two}', 'GET a/{x}:y/z', 'GET a/c');
    expect(matched(built, 'GET', '/a/b/c')).toEqual(['GET {one}/b/{two}', { one: 'a', two: 'c' }]);
  });

  it('forgets the parameters of a way that leads nowhere', () => {
    const built = table('GET p{one}/x', 'GET {two}s/y', 'GET {three}/z', 'GET {*rest}');
    expect(matched(built, 'GET', '/pas/y')).toEqual(['GET {two}s/y', { two: 'pa' }]);
    expect(matched(built, 'GET', '/pas/z')).toEqual(['GET {three}/z', { three: 'pas' }]);
    expect(matched(built, 'GET', '/pas/0')).toEqual(['GET {*rest}', { rest: 'pas/0' }]);
  });

  it('names the target that already has a route, whatever its parameters are called', () => {
    const built = table('GET a/{one}:go/{*rest}', 'GET a/{one}');
    expect(built.add('GET', parseRouteTemplate('A/{other}'), 'again')).toBe('GET a/{one}');
    expect(built.add('GET', parseRouteTemplate('a/{x}:GO/{*y}'), 'again')).toBe('GET a/{one}:go/{*rest}');
    expect(built.add('POST', parseRouteTemplate('a/{one}'), 'other')).toBeUndefined();
  });
});

describe('a route template', () => {
  it.each(['admin/x', 'Runtime', 'a/{b?}', 'a/{b:int}', '{*a}/b', 'x{*a}', '{a}{b}', '{a}/{A}', 'a/{'])(
    '"%s" is refused',
    (template) => {
      expect(() => parseRouteTemplate(template)).toThrow(/route/);
    },
  );
});
