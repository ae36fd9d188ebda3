// How many text messages a second go through the gateway as a process: handed over by the app, submitted to an SMSC whose
// answers take a while, and their receipts told to the app. The app's double and the SMSC share the machine with it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CarrierApp } from '../gateway/smpp/carrier-app.js';
import { type SmppProcess, startSmppProcess } from '../gateway/smpp/smpp-process.js';
import { Smsc } from '../gateway/smpp/smsc.js';

const messages = 3_000;
const perRequest = 50;
const requestsAtOnce = 8;
/** Of the SMSC: a network that is not next door. */
const answerMs = 20;
const goalPerSecond = 150;

let app: CarrierApp;
let smsc: Smsc;
let gateway: SmppProcess;

beforeAll(async () => {
  [app, smsc] = await Promise.all([CarrierApp.start(), Smsc.start()]);
  gateway = await startSmppProcess(app, smsc);
});
afterAll(async () => {
  await gateway?.kill();
  await Promise.all([app?.close(), smsc?.close()]);
});

it(`At least ${goalPerSecond} messages a second are submitted and reported, each once`, async () => {
  const receipts: Promise<number>[] = [];
  smsc.onSubmit = (submission) => {
    setTimeout(() => {
      const id = smsc.nextId();
      submission.answer(0, id);
      receipts.push(smsc.receipt(id, 'DELIVRD'));
    }, answerMs);
  };
  const began = performance.now();
  let next = 0;
  const sendSome = async (): Promise<void> => {
    while (next < messages) {
      const from = next;
      next += perRequest;
      const some = Array.from({ length: perRequest }, (_, index) => ({
        id: `m${from + index}`,
        text: `Tea at ${from + index}`,
      }));
      const { results } = await app.send(gateway.port, some);
      expect(results.filter(({ outcome }) => outcome === 'taken')).toHaveLength(perRequest);
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, sendSome));
  const submittedMs = performance.now() - began;
  expect(new Set(await Promise.all(receipts))).toEqual(new Set([0]));
  const reportedMs = performance.now() - began;
  const perSecond = (ms: number): number => Math.round((messages * 1_000) / ms);
  console.log(`Texts by SMPP: ${perSecond(submittedMs)} submitted, ${perSecond(reportedMs)} reported a second.`);
  expect(new Set(smsc.submissions.map(({ octets }) => octets.toString())).size).toBe(messages);
  expect(smsc.submissions).toHaveLength(messages);
  expect(new Set(app.reports.map(({ reference }) => reference)).size).toBe(messages);
  expect(perSecond(reportedMs)).toBeGreaterThanOrEqual(goalPerSecond);
});
