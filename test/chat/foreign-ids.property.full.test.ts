// Ids of other origin: whatever they look like, a thread that has one is like every other.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createThread, send } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { foreignThread, placeForeign } from './foreign-threads.js';
import { type People, tellStory } from './same-id.js';

let geography: TestGeography;
let app: TestProcess;
beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
});
afterAll(() => geography?.stop());

async function newPeople(): Promise<People> {
  const [anna, bert, cleo] = await Promise.all([app.newUser(), app.newUser(), app.newUser()]);
  return { anna, bert, cleo };
}

describe('A thread with ids of other origin', () => {
  it('has the same ids everywhere, and goes through the same as a thread that was made here', async () => {
    const native = await newPeople();
    const made = await createThread(app, native.anna, [native.bert]);
    await send(app, native.anna, made, 'brought along');
    const story = await tellStory(app, native, made);
    const taken = new Set<string>();
    await fc.assert(
      fc.asyncProperty(foreignThread, fc.boolean(), async (thread, hasBase) => {
        // Short ids come twice; the second would be the thread of the people before.
        fc.pre(!taken.has(thread.id));
        taken.add(thread.id);
        const people = await newPeople();
        const { anna, bert } = people;
        const messageBase = app.app.clock.now() + 1_000_000;
        await placeForeign(app, thread, [anna, bert], hasBase ? { messageBase } : {});
        expect(await tellStory(app, people, thread.id)).toEqual(story);
      }),
      // A story leaves its thread behind, so a run cannot be told again with a smaller one.
      { numRuns: 12, endOnFailure: true },
    );
  }, 120_000);
});
