import { expect, it } from 'vitest';
import { RouteList } from '../../functions/platform/route-list.js';

const known = new RouteList([
  { method: 'GET', path: 'rooms' },
  { method: 'GET', path: 'rooms/{roomId}' },
  { method: 'PATCH', path: 'rooms/{roomId}' },
  { method: 'DELETE', path: 'rooms/{roomId}' },
  { method: 'GET', path: 'rooms/{roomId}/participants' },
  { method: 'POST', path: 'calling/recordings/{recordingId}:pause' },
  { method: 'POST', path: 'calling/callConnections/{callConnectionId}:play' },
  { method: 'GET', path: 'v1/objects/{documentId}/content/{kind}' },
]);
const at = (path: string) => known.at(path).map(({ method, path: template }) => `${method} ${template}`);

const roomRoutes = ['GET rooms/{roomId}', 'PATCH rooms/{roomId}', 'DELETE rooms/{roomId}'];

it('A path leads to its routes, in any case and also where the platform has encoded it anew', () => {
  const written = ['/calling/recordings/a:pause', '/CALLING/Recordings/a:Pause', '/calling/recordings/a%3Apause'];
  for (const path of [...written, `${written[0]}/`]) {
    expect(at(path)).toContain('POST calling/recordings/{recordingId}:pause');
  }
  expect(at('/calling/callConnections/7%3A8:play')).toContain('POST calling/callConnections/{callConnectionId}:play');
  expect(at('/rooms/%2B14255550123')).toEqual(roomRoutes);
});

it('A slash that a caller has encoded does not make two segments of one', () => {
  expect(at('/rooms/7%2Fparticipants')).toEqual(roomRoutes);
});

it.each(['/', '/email', '/emails:send:now', '/sms/x', '/%', '/rooms//participants', '/v1/objects'])(
  'The path %s leads to none',
  (path) => {
    expect(at(path)).toEqual([]);
  },
);
