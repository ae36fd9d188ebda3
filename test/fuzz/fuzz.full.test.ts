// What fuzz.test.ts does, with ten times as many requests and another seed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fuzzer, startFuzzer } from './fuzz.js';

const seed = 140_000;
const requests = 20_000;

let fuzzer: Fuzzer;
beforeAll(async () => {
  fuzzer = await startFuzzer();
});
afterAll(() => fuzzer?.close());

describe('Twenty thousand made-up requests', () => {
  it('are each answered, and none of them is called an error of ours', async () => {
    const { wrong, statuses, succeeded } = await fuzzer.run(seed, requests);
    expect(wrong).toEqual([]);
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(requests);
    // Requests that all are refused at the door would try nothing. Reports of machines are made up too, but none succeeds: they
    // are about what only these machines know.
    const asked = fuzzer.operations.filter(({ auth }) => auth.kind !== 'webhook');
    expect(succeeded.size).toBeGreaterThan(asked.length / 2);
  });
});
