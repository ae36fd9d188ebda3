// A relay that is dead for an hour: whom it concerns, and whom it does not.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { TestGeography, TestProcess } from '../app/composed-app.js';
import { erasePerson } from '../events/erase-person.js';
import { linkDomains, passMinute, startDeployed } from './deployed-mail.js';
import { mailFrom, statesOf } from './mail-app.js';
import { type Sink, startSink } from './sink.js';

const minuteMs = 60_000;
const waiting = 30;

let living: Sink;
let geography: TestGeography;
let app: TestProcess;
let deadPort: number;

beforeAll(async () => {
  living = await startSink({ disabledCommands: ['AUTH', 'STARTTLS'] });
  const dead = await startSink();
  deadPort = dead.port;
  await dead.close();
  const relayAt = (port: number) => ({ host: '127.0.0.1', port, tls: 'none' });
  geography = await startDeployed({
    relays: { 'dead.example': relayAt(deadPort), 'living.example': relayAt(living.port) },
  });
  app = await geography.start();
  await linkDomains(app, ['dead.example', 'living.example']);
});
afterAll(async () => {
  await geography?.stop();
  await living?.close();
});

async function send(domain: string, address: string): Promise<string> {
  const body = mailFrom(`info@${domain}`, { recipients: { to: [{ address }] } });
  const answer = await app.call<{ id: string }>('email-send', { body });
  expect(answer.status).toBe(202);
  return answer.body.id;
}
const health = () => app.app.health.report();

it('mail of other domains goes at once, erasures end, health says what waits, and what waited goes afterwards', async () => {
  const stuck = await Promise.all(
    Array.from({ length: waiting }, (_, n) => send('dead.example', `person${n}@post.example`)),
  );
  for (let minute = 5, readers = 1; minute <= 60; minute += 5, readers++) {
    app.app.clock.setOffset(minute * minuteMs);
    await passMinute(app);
    const began = performance.now();
    await send('living.example', `reader${readers}@post.example`);
    await vi.waitFor(() => expect(living.mails).toHaveLength(readers), { timeout: 5_000, interval: 5 });
    // As quick as if the other relay were there: no attempt there, nor its time-out, lies between.
    expect(performance.now() - began).toBeLessThan(2_000);
  }
  app.app.dropCaches();
  await passMinute(app);
  const during = await health();
  expect(during).toMatchObject({
    isHealthy: true,
    troubles: [],
    facts: { 'waiting-mails': waiting, 'oldest-waiting-mails-seconds': expect.any(Number) },
  });
  expect(during.facts['oldest-waiting-mails-seconds']).toBeGreaterThan(58 * 60);

  const before = app.app.clock.offsetMs;
  const { notErased } = await erasePerson(app, 'person0@post.example');
  const kept = notErased.map(({ store }) => store);
  // Those of others still wait, and nobody is looked for in their text: the receipt says so.
  expect(kept.filter((store) => /mail|event/.test(store))).toEqual(['mails']);
  // A walk of an erasure takes some rounds; none of them waits for a relay.
  expect(app.app.clock.offsetMs - before).toBeLessThanOrEqual(10 * minuteMs);
  expect(await statesOf(app, stuck[1] ?? '')).toEqual(['OutForDelivery']);

  const revived = await startSink({ disabledCommands: ['AUTH', 'STARTTLS'] }, undefined, deadPort);
  try {
    for (let passed = 0; passed < 30 && revived.mails.length < waiting - 1; passed++) {
      app.app.clock.setOffset(app.app.clock.offsetMs + 5 * minuteMs);
      await passMinute(app);
    }
    const arrived = revived.mails.flatMap(({ to }) => to);
    expect(new Set(arrived).size).toBe(waiting - 1);
    expect(arrived).toHaveLength(waiting - 1);
    expect(arrived).not.toContain('person0@post.example');
  } finally {
    await revived.close();
  }
  await passMinute(app);
  app.app.dropCaches();
  expect((await health()).facts).not.toHaveProperty('waiting-mails');
}, 90_000);
