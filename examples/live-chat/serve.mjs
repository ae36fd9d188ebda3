// Two people, one thread: starts an emulator, makes both, and serves each a page of their own. Run it in a clone:
//   npm run build && node examples/live-chat/serve.mjs
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { startEmulator } from 'acs-domicile/emulator';
import { build } from 'esbuild';

const emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
const [{ endpoint, connectionString }] = emulator.resources;
const identities = new CommunicationIdentityClient(connectionString, emulator.clientOptions);

async function newPerson(name) {
  const { user, token } = await identities.createUserAndToken(['chat']);
  return { name, id: user.communicationUserId, token };
}

const people = [await newPerson('Anna'), await newPerson('Bert')];
const [anna] = people;
const chat = new ChatClient(endpoint, new AzureCommunicationTokenCredential(anna.token), emulator.clientOptions);
const { chatThread } = await chat.createChatThread(
  { topic: 'Tea' },
  { participants: people.map(({ name, id }) => ({ id: { communicationUserId: id }, displayName: name })) },
);

/** The unmodified SDK, for browsers. */
const sdk = await build({
  stdin: {
    contents: `export { ChatClient } from '@azure/communication-chat';
export { AzureCommunicationTokenCredential } from '@azure/communication-common';`,
    resolveDir: import.meta.dirname,
  },
  bundle: true,
  format: 'esm',
  platform: 'browser',
  write: false,
});
const page = await readFile(new URL('index.html', import.meta.url));

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const person = people.find(({ name }) => name === searchParams.get('as'));
  if (pathname === '/sdk.js') {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(sdk.outputFiles[0].text);
  } else if (pathname === '/person' && person !== undefined) {
    const body = { ...person, endpoint, threadId: chatThread.id };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  } else {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  }
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const lines = people.map(({ name }) => `${name}: http://localhost:${server.address().port}/?as=${name}`);
  const trust = `The browser has to trust ${emulator.ready.ca}.`;
  process.stdout.write(`${[...lines, trust, 'Ctrl-C stops it.'].join('\n')}\n`);
});
process.once('SIGINT', () => void emulator.dispose().then(() => process.exit()));
