// What the product does when its worker starts with wrong settings, and when its worker is told to end.
import { afterEach, expect, it } from 'vitest';
import { send } from '../emulator/host/http-client.js';
import { type HostProcess, startHostProcess } from '../emulator/host/host-process.js';

let host: HostProcess | undefined;
afterEach(() => host?.stop());

async function start(fixture: string, settings: Readonly<Record<string, string>>): Promise<HostProcess> {
  host = await startHostProcess({ fixture: new URL(`./fixtures/${fixture}`, import.meta.url).href, settings });
  return host;
}

async function untilRecorded({ call }: HostProcess, count: number): Promise<void> {
  // A process that has gone answers nothing: what is expected then fails.
  while (((await call('records').catch(() => Array(count))) as string[]).length < count) {}
}

const slowRequests = (port: number, count: number) =>
  Array.from({ length: count }, () =>
    send({ port, path: '/slow' }).then(
      ({ status, body }) => `${status} ${body.toString()}`,
      () => 'lost',
    ),
  );

it('A worker that is told to end answers the 30 requests that are under way', async () => {
  const process = await start('ending-app.mjs', { END_LIMIT_MS: '60000' });
  const answers = slowRequests(process.port, 30);
  await untilRecorded(process, 30);
  void process.call('terminate').catch(() => undefined);
  await untilRecorded(process, 31);
  await send({ port: process.port, path: '/release' }).catch(() => undefined);
  const seen = new Set(await Promise.all(answers));
  expect(seen).toEqual(new Set(['200 answered']));
  expect(await process.ended).toBe(0);
});

it('A worker that is told to end brings work to its end that no request waits for', async () => {
  const process = await start('ending-app.mjs', { END_LIMIT_MS: '60000' });
  await send({ port: process.port, path: '/work' });
  void process.call('terminate').catch(() => undefined);
  await untilRecorded(process, 1);
  await send({ port: process.port, path: '/release' }).catch(() => undefined);
  expect(await process.ended).toBe(0);
  expect(process.output.join('')).toContain('work is done');
});

it('A worker that is told to end waits no longer than its limit', async () => {
  const process = await start('ending-app.mjs', { END_LIMIT_MS: '1' });
  const answers = slowRequests(process.port, 1);
  await untilRecorded(process, 1);
  void process.call('terminate').catch(() => undefined);
  expect(await process.ended).toBe(0);
  expect(await Promise.all(answers)).toEqual(['lost']);
});

it('With wrong settings `health` is registered all the same, so that the host sees the failure; it is not healthy', async () => {
  const process = await start('wrong-settings.mjs', { DOMICILE_GEOGRAPHY: 'atlantis' });
  expect(process.functions.map(({ name }) => name)).toEqual(['health']);
  const [message] = (await process.call('records')) as string[];
  expect(message).toContain('DOMICILE_GEOGRAPHY');
  expect((await send({ port: process.port, path: '/health' })).status).toBe(503);
});
