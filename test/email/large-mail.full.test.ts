// A mail of 30 MB, where its operator has raised the limit: whole, and gone from storage with its hand-over.
import { createHash, randomBytes } from 'node:crypto';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { mailStores } from '../../shared/email/index.js';
import type { TestGeography, TestProcess } from '../app/composed-app.js';
import { linkDomains, startDeployed } from './deployed-mail.js';
import { mailFrom, statesOf } from './mail-app.js';
import { type Sink, startSink } from './sink.js';

let sink: Sink;
let geography: TestGeography;
let app: TestProcess;
beforeAll(async () => {
  sink = await startSink({ disabledCommands: ['AUTH', 'STARTTLS'] });
  const relays = { '*': { host: '127.0.0.1', port: sink.port, tls: 'none' } };
  geography = await startDeployed({ relays, maxMegabytes: 30 });
  app = await geography.start();
  await linkDomains(app, ['contoso.example']);
});
afterAll(async () => {
  await geography?.stop();
  await sink?.close();
});

const send = (bytes: Buffer) =>
  app.call<{ id: string }>('email-send', {
    body: mailFrom('info@contoso.example', {
      attachments: [
        { name: 'a.bin', contentType: 'application/octet-stream', contentInBase64: bytes.toString('base64') },
      ],
    }),
  });
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

it('A mail of 30 MB arrives whole', async () => {
  // As base64, with what is around it, just below 30 MB.
  const bytes = randomBytes(22_499_000);
  const { status, body } = await send(bytes);
  expect(status).toBe(202);
  await vi.waitFor(async () => expect(await statesOf(app, body.id)).toEqual(['Delivered']), 60_000);
  const { attachments } = await PostalMime.parse(sink.mails[0]?.message ?? '', { attachmentEncoding: 'arraybuffer' });
  expect(hash(new Uint8Array((attachments[0]?.content ?? new ArrayBuffer()) as ArrayBuffer))).toBe(hash(bytes));
  await vi.waitFor(async () => {
    expect((await app.app.storage.blobs(mailStores.bodies).list('')).names).toEqual([]);
  }, 10_000);
  // Whoever sends more is refused before anything looks at it.
  expect(app.app.operations.find(({ name }) => name === 'email-send')?.maxBodyBytes).toBe(30_000_000);
}, 120_000);
