// A thousand mails while the function app is killed twice: each arrives, hardly any twice, and nothing of them is left.
import { TableClient } from '@azure/data-tables';
import { EmailClient } from '@azure/communication-email';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { suppressedAddresses } from '../../shared/email/index.js';
import { carriesPerRelay } from '../../shared/email/limits.js';
import { descendantsOf } from '../emulator/command-line.js';
import { report, seconds } from '../figures/measure.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type Sink, startSink } from './sink.js';

/** A thousand is what is promised; fewer show the same sooner. */
const mails = Number(process.env['MAILS_UNDER_KILLS'] ?? 1_000);
const bouncing = 20;
const kills = 2;
const senders = 16;
const attachmentBytes = 10_000;
const marks = {
  subject: `subject-${randomBytes(9).toString('hex')}`,
  text: `text-${randomBytes(9).toString('hex')}`,
  attachment: `attachment-${randomBytes(9).toString('hex')}`,
  recipient: `recipient-${randomBytes(9).toString('hex')}`,
};

let sink: Sink;
let emulator: Emulator;
let europe: EmulatorResource;
beforeAll(async () => {
  sink = await startSink();
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], smtpRelay: `localhost:${sink.port}` });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(async () => {
  await emulator?.dispose();
  await sink?.close();
});

const storage = () => emulator.ready.geographies['europe']?.storage ?? '';
const messageId = (message: Buffer) => /^message-id:\s+(<[^>]+>)/im.exec(String(message.subarray(0, 4_096)))?.[1] ?? '';
const addressOf = (n: number) => `${marks.recipient}-${n}@post.example`;

function messageTo(n: number) {
  const attachment = `${marks.attachment} ${n} `.padEnd(attachmentBytes, 'lorem ipsum ');
  return {
    senderAddress: europe.mailSender,
    content: { subject: `${marks.subject} ${n}`, plainText: `${marks.text} ${n} `.padEnd(10_000, 'dolor sit amet ') },
    recipients: { to: [{ address: addressOf(n) }] },
    attachments: [
      { name: 'a.txt', contentType: 'text/plain', contentInBase64: Buffer.from(attachment).toString('base64') },
    ],
  };
}

/** As an application does that wants it to be sent: it asks again, with the same id, until it is taken. */
async function send(client: EmailClient, n: number): Promise<void> {
  const operationId = crypto.randomUUID();
  for (let tries = 0; ; tries++) {
    try {
      await client.beginSend(messageTo(n), { operationId });
      return;
    } catch (error) {
      if (tries === 300) {
        throw error;
      }
      await delay(500);
    }
  }
}

/** It is started again by itself. */
function killApp(): void {
  const app = descendantsOf(process.pid).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('function-app-process'),
  );
  expect(app).toBeDefined();
  process.kill(Number(app), 'SIGKILL');
}

/** Addresses that get no mail, as hashes; rows by which changes are kept apart are of nobody. */
async function suppressed(): Promise<number> {
  const table = TableClient.fromConnectionString(storage(), suppressedAddresses.name, {
    allowInsecureConnection: true,
  });
  let rows = 0;
  for await (const { rowKey = '' } of table.listEntities()) {
    rows += rowKey.startsWith('h!') ? 1 : 0;
  }
  return rows;
}

it('A thousand mails arrive over two kills, each with an id of its own, and nothing of them is left', async () => {
  for (let n = 0; n < bouncing; n++) {
    sink.answers.set(addressOf(n), '550 5.1.1 no such mailbox');
  }
  const client = new EmailClient(europe.connectionString, emulator.clientOptions);
  const began = performance.now();
  let next = 0;
  let sent = 0;
  const work = async (): Promise<void> => {
    while (next < mails) {
      await send(client, next++);
      sent += 1;
    }
  };
  const killing = (async () => {
    for (let kill = 1; kill <= kills; kill++) {
      await vi.waitFor(() => expect(sent).toBeGreaterThan((kill * mails) / (kills + 1)), { timeout: 300_000 });
      killApp();
    }
  })();
  await Promise.all([...Array.from({ length: senders }, work), killing]);
  report(`${mails} mails accepted over ${kills} kills`, seconds(performance.now() - began));

  // What the dead had in their hands is handed over again when their leases have run out, in real time.
  const arrived = () => sink.mails.map(({ message }) => messageId(message));
  await vi.waitFor(() => expect(new Set(arrived()).size).toBe(mails - bouncing), { timeout: 400_000, interval: 1_000 });
  report('all have arrived after', seconds(performance.now() - began));
  // The mailbox is the emulator's own, where mail stays on purpose; what comes late lies there too.
  const looking = { timeout: 300_000, interval: 5_000 };
  await vi.waitFor(async () => {
    await emulator.stage('email', 'clear-mailbox');
    const { hits } = await scanStorage(storage(), Object.values(marks));
    expect([...new Set(hits.map(({ store }) => store))]).toEqual([]);
  }, looking);

  const times = new Map<string, number>();
  for (const id of arrived()) {
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  const repeated = sink.mails.length - times.size;
  const bound = kills * carriesPerRelay;
  report('mails that came twice', String(repeated), `at most ${bound}: what ${kills} processes had in their hands`);
  expect(repeated).toBeLessThanOrEqual(bound);
  expect(Math.max(...times.values())).toBeLessThanOrEqual(1 + kills);
  expect(new Set(sink.mails.flatMap(({ to }) => to)).size).toBe(mails - bouncing);

  // Who bounced is suppressed, as a hash, until that time is over.
  expect(await suppressed()).toBe(bouncing);
  await emulator.clock.advance('P1DT1H');
  await vi.waitFor(async () => expect(await suppressed()).toBe(0), { timeout: 60_000, interval: 1_000 });
  expect((await scanStorage(storage(), Object.values(marks))).hits).toEqual([]);
}, 900_000);
