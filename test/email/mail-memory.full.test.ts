// What the function app grows by while it takes a mail of 10 MB, hands it over, and forgets it.
import { readFileSync, writeFileSync } from 'node:fs';
import { EmailClient } from '@azure/communication-email';
import { startEmulator, type Emulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';

const mb = 1_024;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
});
afterAll(() => emulator?.dispose());

/** KiB. */
function memoryOf(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

async function send(kilobytes: number): Promise<void> {
  const [europe] = emulator.resources;
  const client = new EmailClient(europe?.connectionString ?? '', emulator.clientOptions);
  const contentInBase64 = 'QUJD'.repeat((kilobytes * 1_000) / 4);
  const poller = await client.beginSend({
    senderAddress: europe?.mailSender ?? '',
    content: { subject: 'Large', plainText: 'Text' },
    recipients: { to: [{ address: 'anna@example.com' }] },
    attachments: [{ name: 'a.txt', contentType: 'text/plain', contentInBase64 }],
  });
  expect((await poller.pollUntilDone()).status).toBe('Succeeded');
}

it('A mail of 10 MB needs at most 60 MB beside garbage', async () => {
  const pid = emulator.ready.geographies['europe']?.pid ?? 0;
  for (let warm = 0; warm < 5; warm++) {
    await send(2_000);
  }
  const growths: number[] = [];
  for (let look = 0; look < 5; look++) {
    const before = memoryOf(pid, 'VmRSS');
    // Forgets the highest mark.
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
    await send(9_900);
    growths.push((memoryOf(pid, 'VmHWM') - before) / mb);
  }
  process.stdout.write(`${growths.map((growth) => growth.toFixed(0)).join(', ')} MB for mails of 10 MB\n`);
  // How much garbage is there when it is collected is chance: the least of them says what a mail needs.
  expect(Math.min(...growths)).toBeLessThanOrEqual(60);
});
