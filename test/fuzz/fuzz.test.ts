import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiVersions } from '../../shared/api/api-versions.js';
import { rightHost } from './fuzzed-request.js';
import { type Fuzzer, startFuzzer } from './fuzz.js';

const seed = 14;
const requests = 2_000;

let fuzzer: Fuzzer;
beforeAll(async () => {
  fuzzer = await startFuzzer();
});
afterAll(() => fuzzer?.close());

describe('Two thousand made-up requests', () => {
  it('are each answered, and none of them is called an error of ours', async () => {
    const { wrong, statuses, succeeded } = await fuzzer.run(seed, requests);
    expect(wrong).toEqual([]);
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(requests);
    // Requests that all are refused at the door would try nothing.
    expect(succeeded.size).toBeGreaterThan(30);
  });
});

describe('Half a surrogate pair in the path', () => {
  it.each(['right', 'forger'] as const)('is refused as what it is: no text (sender: %s)', async (sender) => {
    const withParams = fuzzer.operations.filter(({ path }) => path.includes('{'));
    const { wrong, statuses } = await fuzzer.send(
      withParams.map((operation) => ({
        operation,
        sender,
        host: rightHost,
        params: Object.fromEntries([...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, 'x\ud800'])),
        query: `?api-version=${apiVersions[operation.service].at(-1)}`,
        headers: {},
        body: Buffer.alloc(0),
      })),
    );
    expect(wrong).toEqual([]);
    expect([...statuses]).toEqual([[400, withParams.length]]);
  });
});
