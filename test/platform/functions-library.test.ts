// Two ways around the Functions library rest on the inside of its pinned version (docs/decisions/0014). When this fails
// after a new version was taken, read the library's `sendProxyResponse` and mend `functions/platform` before anything else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../emulator/host/http-client.js';
import { type HostProcess, startHostProcess } from '../emulator/host/host-process.js';

let host: HostProcess;

beforeAll(async () => {
  host = await startHostProcess({ fixture: new URL('./fixtures/relied-on.mjs', import.meta.url).href });
});
afterAll(() => host?.stop());

describe('The Functions library', () => {
  it('asks a whole answer for `get` and `entries` of its headers and `values` of its body, and for nothing else', async () => {
    const answer = await send({ port: host.port, path: '/whole' });
    expect(answer.body.toString()).toBe('all of it');
    expect(answer.headers).toMatchObject({ 'x-one': '1', 'content-length': '9' });
    const asked = new Set((await host.call('records')) as string[]);
    expect([...asked].toSorted()).toEqual(['body.values', 'headers.entries', 'headers.get']);
  });

  it('answers over a server of this process, each request marked with the id of its invocation', async () => {
    const answer = await send({ port: host.port, path: '/connection' });
    expect(JSON.parse(answer.body.toString())).toEqual({ isKnown: true });
  });
});
