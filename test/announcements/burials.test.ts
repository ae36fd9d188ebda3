// Who was erased lately, of every kind: what is written late about them is taken back, and who comes back is let in.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Announcements, beforeErasureMs, Burials, revocations } from '../../shared/announcements/index.js';
import { lastWord } from '../../shared/announcements/announcements.js';
import { formatIdentifier, parseIdentifier, type PersonalIdentifier } from '../../shared/data-map/index.js';
import type { Columns } from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';

let geography: TestGeography;
let process: TestProcess;
beforeAll(async () => {
  geography = await startGeography();
  process = await geography.start();
});
afterAll(() => geography?.stop());

/** As in a process of its own. */
function openList(): Announcements {
  const { storage, clock } = process.app;
  const table = storage.table(revocations);
  return new Announcements({ table, subjectKey: Buffer.alloc(32, 1), clock, ids: randomIds });
}
const openBurials = () => new Burials(openList());
const identifierOf = (text: string) => parseIdentifier(text) as PersonalIdentifier;
const guid = () => crypto.randomUUID();
const [here, elsewhere] = [guid(), guid()];

it.each(['4:+4366412345678', 'anna@example.com', `8:acs:${guid()}_${guid()}`])(
  'Who was buried is known in another process, without what is written naming them: %s',
  async (text) => {
    const now = process.app.clock.now();
    expect(await openBurials().wasDeleted(here, identifierOf(text), now)).toBe(false);
    await openBurials().bury(
      here,
      identifierOf(
        text
          .toUpperCase()
          .replace(/^8:ACS/, '8:acs')
          .toLowerCase(),
      ),
    );
    expect(await openBurials().wasDeleted(here, identifierOf(text), now)).toBe(true);
    const rows = [];
    for await (const row of process.app.storage.table(revocations).rows<Columns>({ partition: 'log' })) {
      rows.push(JSON.stringify(row));
    }
    expect(rows.join('')).not.toContain(text.slice(4));
  },
);

it('A number or an address may be used again once its erasure sets out; an identity never', async () => {
  const burials = openBurials();
  const [number, address] = [identifierOf('4:+4366487654321'), identifierOf('bert@example.com')];
  const identity = identifierOf(`8:acs:${guid()}_${guid()}`);
  const before = process.app.clock.now();
  for (const each of [number, address, identity]) {
    await burials.bury(here, each);
  }
  const later = process.app.clock.now() + beforeErasureMs + 1;
  for (const each of [number, address]) {
    expect(await burials.wasDeleted(here, each, before)).toBe(true);
    expect(await burials.wasDeleted(here, each, later)).toBe(false);
  }
  expect(await burials.wasDeleted(here, identity, later)).toBe(true);
});

it('What was written late is taken back when one of those whom it is about was erased', async () => {
  const burials = openBurials();
  const [cara, dora] = [identifierOf('cara@example.com'), identifierOf('dora@example.com')];
  const began = process.app.clock.now();
  let undone = 0;
  const undo = async () => void (undone += 1);
  expect(await burials.settle(here, [cara, dora], began, undo)).toBe(true);
  await burials.bury(here, dora);
  expect(await burials.settle(here, [cara, dora], began, undo)).toBe(false);
  expect(undone).toBe(1);
  expect(await burials.settle(elsewhere, [cara, dora], began, undo)).toBe(true);
});

it('A number or an address is erased from one resource: another one’s work about it goes on; an identity is gone for all', async () => {
  const burials = openBurials();
  const shared = [identifierOf('4:+4366411112222'), identifierOf('emil@example.com')];
  const identity = identifierOf(`8:acs:${guid()}_${guid()}`);
  const began = process.app.clock.now();
  for (const each of [...shared, identity]) {
    await burials.bury(elsewhere, each);
  }
  for (const each of shared) {
    expect(await burials.wasDeleted(elsewhere, each, began)).toBe(true);
    expect(await burials.wasDeleted(here, each, began)).toBe(false);
    expect(await burials.buriedOn(here, each)).toBeUndefined();
  }
  expect(await burials.wasDeleted(here, identity, began)).toBe(true);
});

it('What an earlier build has buried, which knew no resources, counts everywhere until it is forgotten', async () => {
  const frida = identifierOf('frida@example.com');
  const began = process.app.clock.now();
  const list = openList();
  await list.append(list.subjectOf(formatIdentifier(frida)), lastWord);
  expect(await openBurials().wasDeleted(here, frida, began)).toBe(true);
  expect(await openBurials().wasDeleted(elsewhere, frida, began)).toBe(true);
  expect(await openBurials().wasDeleted(here, frida, process.app.clock.now() + beforeErasureMs + 1)).toBe(false);
});
