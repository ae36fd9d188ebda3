import { afterAll, beforeAll, describe, it } from 'vitest';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { checkAmending } from './amending-property.js';
import { checkHistory } from './history-property.js';
import { checkMessagePaging, checkParticipantPaging, checkThreadPaging } from './paging-properties.js';

const few = { numRuns: 15, interruptAfterTimeLimit: 6_000 };

let geography: TestGeography;
let app: TestProcess;
let people: TestUser[];
beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  people = await Promise.all(Array.from({ length: 40 }, () => app.newUser()));
});
afterAll(() => geography?.stop());

describe('Whatever the page size, and whatever is added or taken away between two pages,', () => {
  it('every message is listed once, newest first', () => checkMessagePaging(app, people[0] as TestUser, few));

  it('every participant who stays is listed once', () => checkParticipantPaging(app, people, few));

  it('every thread that stays is listed once', () => checkThreadPaging(app, few));
});

describe('However several writers in two processes interleave,', () => {
  it('the log is dense and complete, and everybody reads what is theirs', async () => {
    await checkHistory([app, await geography.start()], await geography.start(), people.slice(0, 4), {
      ...few,
      numRuns: 40,
    });
  });

  it('nobody is shown what was edited, deleted, or is not theirs any more, after the answer to that', async () => {
    await checkAmending([app, await geography.start()], people.slice(0, 4), { ...few, numRuns: 25 });
  });
});
