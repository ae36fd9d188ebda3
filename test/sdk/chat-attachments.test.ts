// Where attachments may lead, asked as no SDK asks: by plain HTTP, with any address.
import { request } from 'node:http';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newUser, type TestUser } from './clients.js';

let emulator: Emulator;
let europe: EmulatorResource;
let anna: TestUser;
let threadId: string;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
  anna = await newUser(emulator, europe);
  threadId = (await anna.chat.createChatThread({ topic: 'Attached' })).chatThread?.id ?? '';
});
afterAll(() => emulator?.dispose());

/** @returns status and code of the error */
async function send(attachment: object): Promise<string> {
  const { hostname, port } = new URL(europe.httpEndpoint);
  const path = `/chat/threads/${encodeURIComponent(threadId)}/messages?api-version=2025-03-15`;
  return await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${anna.token}`, 'content-type': 'application/json' };
    request({ host: hostname, port, path, method: 'POST', headers })
      .on('error', reject)
      .on('response', (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve([response.statusCode, /"code":"(\w+)"/.exec(text)?.[1]].join(' ').trim()));
      })
      .end(JSON.stringify({ content: 'see', attachments: [{ id: 'a', attachmentType: 'file', ...attachment }] }));
  });
}

it('An attachment may lead to its resource', async () => {
  expect(await send({ url: '/a' })).toBe('201');
  expect(await send({ url: `${new URL(europe.httpEndpoint).origin}/a` })).toBe('201');
});

it.each([
  'javascript:alert(1)',
  ' java\tscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'https://page.example/pixel.png',
  '//page.example/pixel.png',
  '\\\\page.example\\pixel.png',
  'file:///etc/passwd',
])('An attachment that leads elsewhere is refused: %s', async (url) => {
  expect(await send({ url })).toMatch(/^400 /);
  expect(await send({ previewUrl: url })).toMatch(/^400 /);
});
