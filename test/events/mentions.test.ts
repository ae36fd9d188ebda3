// Who is found in an event, and who is told of one: the same people.
import { describe, expect, it } from 'vitest';
import type { PersonalIdentifier } from '../../shared/data-map/index.js';
import { EventTypes } from '../../shared/events/index.js';
import { exportedEvent } from '../../shared/events/exported-event.js';
import { mentions, peopleIn } from '../../shared/events/mentions.js';

const rawId = '8:acs:6d82f25d-e52c-806a-b0df-800c296c7549_00000001-0000-0000-0000-000000000000';
const e164 = '+4366488776655';

describe('Whom an event mentions', () => {
  it.each<[string, string, PersonalIdentifier]>([
    ['an identity', rawId, { kind: 'identity', rawId }],
    ['an address in any case', 'Anna@Post.example', { kind: 'email', address: 'anna@post.example' }],
    ['a number', e164, { kind: 'phoneNumber', e164 }],
    ['a number as a raw id', `4:${e164}`, { kind: 'phoneNumber', e164 }],
    ['a number without its plus', e164.slice(1), { kind: 'phoneNumber', e164 }],
  ])('are those who are found in it: %s', (_what, word, identifier) => {
    for (const event of [{ data: { from: word } }, { subject: `/thing/${word}` }]) {
      expect(mentions(event, identifier)).toBe(true);
      expect(peopleIn(event)).toEqual([identifier]);
    }
  });

  it('is somebody by their name where it stands alone, who is not told of by it', () => {
    const event = { data: { displayName: 'Anna Smith' } };
    expect(mentions(event, { kind: 'name', name: 'anna smith' })).toBe(true);
    expect(mentions(event, { kind: 'name', name: 'anna smithson' })).toBe(false);
    expect(peopleIn(event)).toEqual([]);
  });

  it('is nobody by the id of a thread or of a message', () => {
    const event = { subject: 'thread/19:abc@thread.v2', data: { messageId: '1796034691999', version: 1796034691999 } };
    expect(peopleIn(event)).toEqual([]);
    expect(mentions(event, { kind: 'phoneNumber', e164: '+1796034691999' })).toBe(false);
  });
});

it('A number of somebody else is not handed out either way, and the id of a message is', () => {
  const types = new EventTypes();
  const data = { messageId: '1796034691999', from: '4366488776644', to: '4366488776655' };
  types.find = () => ({ withoutContent: (all: object) => all }) as ReturnType<EventTypes['find']>;
  const event = { eventType: 'x', eventTime: 'y', subject: '/phonenumber/4366488776644', data };
  expect(exportedEvent(types, event, { kind: 'phoneNumber', e164 }, false)).toMatchObject({
    subject: '/phonenumber/-',
    data: { messageId: '1796034691999', to: '4366488776655' },
  });
  expect(JSON.stringify(exportedEvent(types, event, { kind: 'phoneNumber', e164 }, false))).not.toContain('76644');
});
