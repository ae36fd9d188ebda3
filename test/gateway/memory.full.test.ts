// What the gateway's process grows by while many large mails come at once, and whether it lets go of them.
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGatewayProcess } from './gateway-process.js';
import { mailsIn } from './read-mailbox.js';
import { serveApp, type ServedApp } from './served-app.js';
import { sendBy } from './smtp-client.js';

let served: ServedApp;
let child: ChildProcess;
let port: number;

beforeAll(async () => {
  served = await serveApp();
  ({ child, port } = await startGatewayProcess(served));
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await served?.close();
});

const highest = () => Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1_024;

const send = (kilobytes: number, subject: string) =>
  sendBy(port, {
    ca: served.certificates.ca,
    login: served.login,
    mail: {
      from: served.sender,
      to: 'anna@contoso.example',
      subject,
      text: 'Large',
      attachments: [{ filename: 'a.bin', content: Buffer.alloc(kilobytes * 1_000, 7) }],
    },
  });

it.skipIf(process.platform !== 'linux')(
  '20 mails of 9 MB at once stay below 700 MB, and each is taken or refused for a while',
  async () => {
    for (let warm = 0; warm < 3; warm++) {
      expect(await send(100, 'warm')).toMatch(/^250 /);
    }
    const before = highest();
    const said = await Promise.all(Array.from({ length: 20 }, (_, index) => send(6_500, `large ${index}`)));
    const growth = highest() - before;
    const taken = said.filter((each) => each.startsWith('250 ')).length;
    process.stdout.write(`${growth.toFixed(0)} MB for 20 mails of 9 MB at once, ${taken} of them taken\n`);
    expect(said.filter((each) => !/^(250|45[12]) /.test(each))).toEqual([]);
    expect(taken).toBeGreaterThan(0);
    expect(growth).toBeLessThan(700);
    await expect
      .poll(async () => (await mailsIn(served.app, { subject: 'large' })).length, { timeout: 30_000 })
      .toBe(taken);
  },
  120_000,
);
