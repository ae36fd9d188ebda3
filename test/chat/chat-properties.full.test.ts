// The properties of chat.property.test.ts, in many more runs.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { checkAmending } from './amending-property.js';
import { checkHistory } from './history-property.js';
import { checkMessagePaging, checkParticipantPaging, checkThreadPaging } from './paging-properties.js';

/** More of them by hand: `HISTORIES=10000`. */
const histories = Number(process.env['HISTORIES'] ?? 1_000);

const many = { numRuns: 200, interruptAfterTimeLimit: 90_000 };

let geography: TestGeography;
let app: TestProcess;
let people: TestUser[];
beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  people = await Promise.all(Array.from({ length: 40 }, () => app.newUser()));
});
afterAll(() => geography?.stop());

describe('In many runs', () => {
  it('every message is listed once', () => checkMessagePaging(app, people[0] as TestUser, many));

  it('every participant who stays is listed once', () => checkParticipantPaging(app, people, many));

  it('every thread that stays is listed once', () => checkThreadPaging(app, many));

  it('the log is dense and complete, and everybody reads what is theirs', async () => {
    await checkHistory([app, await geography.start()], await geography.start(), people.slice(0, 4), many);
  });

  it('nobody is shown what was edited, deleted, or is not theirs any more, after the answer to that', {
    timeout: 3_600_000,
  }, async () => {
    const bounds = { numRuns: histories, interruptAfterTimeLimit: 3_500_000 };
    await checkAmending([app, await geography.start()], people.slice(0, 4), bounds);
  });
});
