// When SMTP users are looked for again: after a walk that failed, and when another may have got the same name.
import { describe, expect, it } from 'vitest';
import { SmtpUsers, type SmtpUserParts } from '../../shared/email/smtp-users.js';
import type { StoredItem } from '../../shared/email/model.js';

const id = '11111111-2222-4333-8444-555555555555';
const minuteMs = 60_000;

function scene() {
  const time = { ms: 0 };
  const users = new Map<string, string>([['contoso', 'shop']]);
  const state = { isUp: true, walks: 0 };
  const itemOf = (owner: string): StoredItem =>
    ({ name: 'one', properties: { username: users.get(owner), entraApplicationId: id, tenantId: id } }) as never;
  const parts = {
    clock: { monotonic: () => time.ms },
    entra: undefined,
    records: {
      all: async () => {
        state.walks += 1;
        if (!state.isUp) {
          throw new Error('storage does not answer');
        }
        return [...users.keys()].map((name) => ({ id: { name }, immutableId: name }));
      },
    },
    items: {
      page: async (owner: string) => ({ items: [itemOf(owner)], next: undefined }),
      find: async (owner: string) => (users.has(owner) ? itemOf(owner) : undefined),
    },
    directory: { current: async (name: string) => (users.has(name) ? { name, immutableId: name } : undefined) },
  } as unknown as SmtpUserParts;
  const all = new SmtpUsers(parts);
  const find = () =>
    all.find('shop').then(
      (user) => user?.resource.name,
      (error: Error) => error.message,
    );
  return { time, users, state, find };
}

describe('An SMTP user', () => {
  it('is not told to be nobody because storage has just not answered', async () => {
    const { state, find } = scene();
    state.isUp = false;
    expect(await find()).toBe('storage does not answer');
    expect(await find()).toBe('storage does not answer');
    state.isUp = true;
    expect(await find()).toBe('contoso');
  });

  it('that is known is kept from logging in some minutes after another has got its name', async () => {
    const { time, users, find } = scene();
    expect(await find()).toBe('contoso');
    users.set('fabrikam', 'shop');
    time.ms = 5 * minuteMs;
    expect(await find()).toBeUndefined();
    users.delete('fabrikam');
    expect(await find()).toBe('contoso');
  });

  it('that is known is looked for once in these minutes, and one that nobody has once in two seconds', async () => {
    const { time, users, state, find } = scene();
    for (time.ms = 0; time.ms < 5 * minuteMs; time.ms += minuteMs) {
      await find();
    }
    expect(state.walks).toBe(1);
    users.set('contoso', 'other');
    await find();
    await find();
    expect(state.walks).toBe(2);
  });
});
