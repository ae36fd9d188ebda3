import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClientFrames } from '../../shared/realtime/client-frames.js';
import { ackFrame, eventFrame, joinFrames, notificationFrame, parseFrames } from '../../shared/realtime/frames.js';

describe('Frames of Socket.IO 0.9', () => {
  it('are read with type, id, wish for an acknowledgement and data', () => {
    expect(parseFrames('5:12+::{"name":"ping"}')).toEqual([
      { type: 5, id: '12', wantsAck: true, data: '{"name":"ping"}' },
    ]);
    expect(parseFrames('3:::{"id":1001,"status":200}')).toEqual([
      { type: 3, id: undefined, wantsAck: false, data: '{"id":1001,"status":200}' },
    ]);
    expect(parseFrames('0::')).toEqual([{ type: 0, id: undefined, wantsAck: false, data: '' }]);
  });

  it('are written as the client reads them', () => {
    expect(ackFrame('7')).toBe('6:::7+[]');
    expect(eventFrame('ping')).toBe('5:::{"name":"ping"}');
    expect(eventFrame('a', { b: 1 })).toBe('5:::{"name":"a","args":[{"b":1}]}');
    expect(notificationFrame({ id: 1, url: '/m', body: '{}' })).toBe(
      '3:::{"id":1,"method":"POST","url":"/m","headers":{},"body":"{}"}',
    );
  });

  it('go together into one body, each behind its length in UTF-16 code units', () => {
    expect(joinFrames(['1::'])).toBe('1::');
    expect(joinFrames(['1::', '8:::😀'])).toBe('\uFFFD3\uFFFD1::\uFFFD6\uFFFD8:::😀');
  });

  it('come apart again whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (texts) => {
        const frames = texts.map((text) => `3:::${text}`);
        expect(parseFrames(joinFrames(frames)).map(({ data }) => data)).toEqual(texts);
      }),
    );
  });

  it('that are none, or break off, are left out', () => {
    expect(parseFrames('hello')).toEqual([]);
    expect(parseFrames('\uFFFDx\uFFFD1::')).toEqual([]);
    expect(parseFrames('\uFFFD99\uFFFD1::')).toHaveLength(1);
    expect(parseFrames('\uFFFD3')).toEqual([]);
  });
});

describe('What a client says', () => {
  const place = { resource: 'contoso-europe', host: 'localhost:7401' };
  const authenticate = (args: unknown) => `5:::${JSON.stringify({ name: 'user.authenticate', args: [args] })}`;

  it('is acknowledged where it wants that, in its order', () => {
    const text = joinFrames(['5:1+::{"name":"ping"}', '3:::{"id":1,"status":200}', '5:2+::{"name":"user.activity"}']);
    expect(readClientFrames(text)).toEqual({ acks: ['6:::1+[]', '6:::2+[]'], isGoing: false, unread: 0 });
  });

  it('may be with what it wants to be let in', () => {
    const args = { headers: { 'X-Skypetoken': 'token' }, connectparams: { scae: '1', ...place } };
    expect(readClientFrames(authenticate(args)).asks).toEqual({ token: 'token', ...place });
    for (const wrong of [{}, { headers: {} }, { ...args, connectparams: {} }, { ...args, headers: { a: 'b' } }, null]) {
      expect(readClientFrames(authenticate(wrong)).asks).toBeUndefined();
    }
  });

  it('may be that it could not read a notification, or that it goes', () => {
    const text = joinFrames(['3:::{"id":1,"status":404}', '3:::null', '3:::{', '0::']);
    expect(readClientFrames(text)).toMatchObject({ unread: 1, isGoing: true });
  });
});
