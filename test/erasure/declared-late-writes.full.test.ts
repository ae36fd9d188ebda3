// What a store declares of late writers is so: each of them waits before it writes, whom it writes about is erased meanwhile,
// and nothing of what it writes then stays. Made from the declarations.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { accepted } from '../app/chat-calls.js';
import { callApp, type CallOptions, composeOn } from '../app/call-app.js';
import type { TestProcess } from '../app/composed-app.js';
import { startTopic, type TestTopic } from '../events/topic.js';
import { holdWrite } from '../house/hold-write.js';
import { runOutbox } from '../house/run-outbox.js';
import { sampleGuest } from '../house/sample-capability/capability.js';
import { Outside } from '../house/sample-capability/post-note.js';
import { addUser, workJobs } from '../privacy/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { declaredWriters, lateWriters } from './late-writers.js';

const minuteMs = 60_000;

let azurite: Azurite;
let app: ComposedApp;
let outside: Outside;
let topic: TestTopic;
let settings: Readonly<Record<string, string>>;
beforeAll(async () => {
  azurite = await startAzurite();
  outside = new Outside();
  topic = await startTopic();
  settings = { DOMICILE_EVENTS: topic.setting };
  app = await composeOn(azurite.connectionString, { guest: sampleGuest(outside), hearingMs: 0, settings });
  await app.provision();
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
  await topic?.close();
});

const here: TestProcess = {
  get app() {
    return app;
  },
  failures: [],
  call: (name, options) => call(name, options),
  newUser: () => addUser(app),
  close: async () => undefined,
};

const call = async <Body>(name: string, options: CallOptions = {}) => {
  const { content, body, ...answer } = await callApp(app, name, options);
  return { ...answer, text: String(content), body: body as Body };
};

/** To its end: what was to be found is found by then. */
async function erase(identifiers: readonly string[]): Promise<void> {
  const { id } = accepted(await call<{ id: string }>('privacy-erase', { body: { identifiers } }));
  for (let rounds = 0; rounds < 10; rounds++) {
    await workJobs(app);
    await app.jobs.work(id);
    const { body } = await call<{ status: string }>('privacy-get-operation', { params: { operationId: id } });
    if (body.status === 'succeeded') {
      return;
    }
    app.clock.setOffset(app.clock.offsetMs + minuteMs);
    app.dropCaches();
  }
  throw new Error('The erasure does not end.');
}

describe('Nothing stays of what is written about somebody after their erasure was done', () => {
  it.each(declaredWriters())('by $writer ($store)', async ({ store, writer }) => {
    const mark = `late${randomBytes(6).toString('hex')}`;
    const email = `${mark}@post.example`;
    const number = '+15551230099';
    const anna = await addUser(app);
    const late = await holdWrite(azurite.connectionString, sampleGuest(outside), store, { hearingMs: 0, settings });
    late.app.clock.setOffset(app.clock.offsetMs);
    const prepared = await lateWriters[`${store}: ${writer}`]?.(late, { here, anna, email, number, mark });
    const writing = prepared?.write();
    await Promise.race([late.reached, writing?.then(() => Promise.reject(new Error('It has not waited.')))]);
    await erase([anna.id, email, number]);
    prepared?.whileHeld?.();
    late.app.clock.setOffset(app.clock.offsetMs);
    topic.forget();
    late.release();
    await writing;
    // What it goes on with after its answer.
    for (const { stop } of late.app.capabilities) {
      await stop?.(5_000);
    }
    await late.close();
    for (let pass = 0; pass < 2; pass++) {
      app.clock.setOffset(app.clock.offsetMs + 6 * minuteMs);
      app.dropCaches();
      await app.sweep();
      await workJobs(app);
      await runOutbox(app);
    }
    const { hits } = await scanStorage(azurite.connectionString, [mark, anna.id.slice(-36)]);
    expect(hits.map((hit) => hit.store)).toEqual([]);
    expect(outside.received.filter(({ address }) => address === email)).toEqual([]);
    expect(String(topic.bodies)).not.toContain(mark);
  });
});
