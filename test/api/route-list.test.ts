import { expect, it } from 'vitest';
import { knownRoutes } from '../../functions/platform/known-routes.js';
import { RouteList } from '../../functions/platform/route-list.js';

const known = new RouteList(knownRoutes.map(([, method, path]) => ({ method, path })));
const at = (path: string) => known.at(path).map(({ method, path: template }) => `${method} ${template}`);

it('A path leads to its routes, in any case and also where the platform has encoded it anew', () => {
  for (const path of ['/emails:send', '/Emails:Send', '/emails%3Asend', '/emails:send/']) {
    expect(at(path)).toEqual(['POST emails:send']);
  }
  expect(at('/calling/callConnections/7%3A8:play')).toContain('POST calling/callConnections/{callConnectionId}:play');
  expect(at('/phoneNumbers/%2B14255550123')).toEqual([
    'GET phoneNumbers/{phoneNumber}',
    'DELETE phoneNumbers/{phoneNumber}',
  ]);
});

it('A slash that a caller has encoded does not make two segments of one', () => {
  expect(at('/phoneNumbers/operations%2F7')).toEqual([
    'GET phoneNumbers/{phoneNumber}',
    'DELETE phoneNumbers/{phoneNumber}',
  ]);
});

it.each(['/', '/email', '/emails:send:now', '/sms/x', '/%', '/phoneNumbers//capabilities', '/v1/objects'])(
  'The path %s leads to none',
  (path) => {
    expect(at(path)).toEqual([]);
  },
);
